"""What changes in the policy, in words for people; and, by the link from their mail, their own yes or no (clause 11b).

A GET never acts, so nothing that follows links in mails can answer for anybody. Nobody is asked without a link.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.consent.actions.answer_change import answer_change
from madoguchi.rooms.consent.queries.standings import replies_of
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.outreach.errors import NoChange
from madoguchi.rooms.outreach.queries.changes import ChangeOfPolicy, change_of
from madoguchi.rooms.outreach.queries.telling import told_by

_ANSWERS = {"agree": True, "decline": False}


@require_safe
def change(request: HttpRequest, number: int) -> HttpResponse:
    try:
        found = _found(number)
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    response = _page(found, {"asks": found.version.needs_consent})
    response.headers["Cache-Control"] = "no-cache"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """The page of one person: what changes since they were last shown the policy, and what they said to it."""
    try:
        if request.method == "POST":  # a click in a web mailer is cross-site, and only looks
            same_origin.check_same_origin(request)
        told = told_by(token, number)
        found = _found(number, person=told.person_id)
        if request.method == "POST":
            return _answered(request, told.person_id, found, f"/policy/changes/{number}/{token}/")
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    replies = [each for each in replies_of(told.person_id) if each.policy == found.version.id]
    context = {
        "mine": found.version.needs_consent,
        "replies": replies,
        "reply": replies[-1] if replies else None,
    }
    return _private(_page(found, context))


def _answered(request: HttpRequest, person: Any, found: ChangeOfPolicy, here: str) -> HttpResponse:
    said = read_post(request).get("go")
    if said in _ANSWERS:
        answer_change(person=person, policy=found.version.id, agreed=_ANSWERS[said])
    return HttpResponseRedirect(f"{here}#answer", status=303)


def _found(number: int, *, person: Any = None) -> ChangeOfPolicy:
    entity = only_entity()
    if entity is None:
        raise NoChange
    return change_of(entity.id, number, person=person)


def _page(found: ChangeOfPolicy, context: dict[str, Any]) -> HttpResponse:
    begins = clock.local(found.version.effective_from)
    about = {
        "site": front_site(),
        "change": found,
        "begins": calendar.japanese_day(begins.date()),
        "coming": found.version.effective_from > clock.now(),
    }
    return HttpResponse(render_to_string("public/change.html", about | context))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
