"""Which request, 入力 and 確認. As with an inquiry the name of the button decides: `confirm`, `send` or `edit`."""

import logging
from dataclasses import replace

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.envelope import EnvelopeRefused
from madoguchi.faces.public_site.inquiry.reading import Posted, read_post
from madoguchi.faces.public_site.requests.offers import Terms, offer_of, terms
from madoguchi.faces.public_site.requests.questions import ESSENTIAL, Given, answers_of, asking_of, label_of
from madoguchi.faces.public_site.requests.screens import (
    Door,
    confirm_screen,
    essential_screen,
    form_screen,
    index_screen,
    kept,
    still,
    unavailable_screen,
)
from madoguchi.faces.public_site.requests.slip import Slip, new_slip, open_slip
from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.rights.actions.open_request import open_request
from madoguchi.rooms.rights.errors import UnfitRequest
from madoguchi.rooms.rights.rules import asking as reading
from madoguchi.rooms.vault.errors import KeysUnusable

# No database, no turn to write, no room on the disk, no key, no policy yet.
AWAY = (DatabaseError, InterfaceError, OSError, KeysUnusable, NoPolicy)
RETRY_AFTER = 30  # seconds
_FEE_CHANGED = "手数料が変わりました。新しい金額をお確かめのうえ、もう一度お送りください。"
_log = logging.getLogger("madoguchi.public")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    try:
        return still(index_screen(terms()))
    except AWAY:
        _log.error("requests unavailable", exc_info=True)
        return error_page(503, retry_after=RETRY_AFTER)
    except Refusal as refused:
        return error_page(refused.status, message=refused.message)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    return answer(request, kind, Door(f"/requests/new/{kind}/"))


def answer(request: HttpRequest, kind: str, door: Door) -> HttpResponse:
    """One journey, whichever door it starts from."""
    posted = Posted({}, frozenset())
    try:
        offer_of(kind)
        if request.method == "POST":
            posted = read_post(request)
            same_origin.check_same_origin(request)
        now = terms()
    except AWAY:
        _log.error("request form unavailable", exc_info=True)
        return error_page(503, kept=_words(kind, posted), retry_after=RETRY_AFTER)
    except Refusal as refused:
        site = front_site()
        return error_page(refused.status, site=site, message=refused.message, kept=_words(kind, posted))
    if request.method != "POST":
        return still(form_screen(kind, now, door))
    match posted.get("go"):
        case "send":
            return _send(kind, now, door, posted)
        case "edit":
            return _edit(kind, now, door, posted)
        case _:
            return _confirm(kind, now, door, posted)


def _words(kind: str, posted: Posted) -> list[dict[str, str]]:
    """What was typed; nothing before it is known what was asked."""
    return kept(kind, answers_of(kind, posted)) if posted.values else []


def _confirm(kind: str, now: Terms, door: Door, posted: Posted) -> HttpResponse:
    answers = {**answers_of(kind, posted), **door.known}
    if posted.repeated & (answers.keys() | {"go", "slip", "fee"}):
        return _twice(kind, now, door, answers, posted)
    if answers.get("item") == ESSENTIAL:
        return still(essential_screen(now, door, Given(answers)))
    try:
        reading.check_asking(asking_of(kind, answers), typed_in=False)
    except UnfitRequest as unfit:
        return still(form_screen(kind, now, door, Given(answers, unfit.fields)), unfit.status)
    slip = new_slip(door.path, kind, answers, now.yen(kind), clock.now())
    return still(confirm_screen(slip, now, door))


def _twice(kind: str, now: Terms, door: Door, answers: dict[str, str], posted: Posted) -> HttpResponse:
    wrong = {
        key: f"{label_of(kind, key)}が二重に送られました。お確かめのうえ、もう一度お進みください。"
        for key in answers
        if key in posted.repeated
    }
    message = "" if wrong else "同じ項目が二重に送られました。お手数ですが、もう一度お進みください。"
    return still(form_screen(kind, now, door, Given(answers, wrong, message)), 400)


def _edit(kind: str, now: Terms, door: Door, posted: Posted) -> HttpResponse:
    """Back to 入力; or from one kind to another with what was typed, which is no more than filling in boxes."""
    try:
        answers = dict(open_slip(posted.get("slip"), door.path, clock.now()).answers)
    except EnvelopeRefused as refused:
        answers = refused.answers
    return still(form_screen(kind, now, door, Given(answers or answers_of(kind, posted))))


def _send(kind: str, now: Terms, door: Door, posted: Posted) -> HttpResponse:
    try:
        slip = open_slip(posted.get("slip"), door.path, clock.now())
    except EnvelopeRefused as refused:
        given = Given(refused.answers or answers_of(kind, posted), message=refused.message)
        return still(form_screen(kind, now, door, given), refused.status)
    if posted.repeated & {"go", "slip", "fee"}:
        return _twice(kind, now, door, dict(slip.answers), posted)
    if slip.yen != now.yen(kind):
        changed = replace(slip, yen=now.yen(kind))
        return still(confirm_screen(changed, now, door, message=_FEE_CHANGED), 409)
    if slip.yen and posted.get("fee") != "yes":
        return still(confirm_screen(slip, now, door, unconfirmed=True), 422)
    return _sent(slip, now, door)


def _sent(slip: Slip, now: Terms, door: Door) -> HttpResponse:
    try:
        opened = open_request(
            entity_id=now.entity_id, asking=asking_of(slip.kind, {**slip.answers, **door.known}, slip.draft),
            channel=door.channel, by=door.by, person=door.person,
        )  # fmt: skip
    except UnfitRequest as unfit:
        given = Given(slip.answers, unfit.fields)
        return still(form_screen(slip.kind, now, door, given), unfit.status)
    except AWAY:
        _log.error("request not received", exc_info=True)
        response = still(unavailable_screen(slip, now, door), 503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    token = links.mint("request-done", opened.id, opened.link_issue)
    return HttpResponseRedirect(f"/requests/done/{token}/", status=303)
