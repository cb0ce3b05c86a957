"""The mailing offer on 完了 and 控え, and the way out of it. One step in, one step out, nothing on GET."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.receipts.visit import (
    EVENT_MAIL,
    UNSUBSCRIBE,
    Visit,
    address_of,
    has_chosen,
    mark_of,
    masked,
    visit,
)
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.organisation.queries import operator

_JUST_GIVEN = "given"


def offer(request: HttpRequest, visited: Visit, path: str) -> dict[str, Any] | None:
    """What the page shows of the offer; None where the form makes none or there is no address to write to."""
    if not visited.definition.mailing_offer or not address_of(visited.inquiry):
        return None
    wording = visited.shown.notice.wording
    return {
        "wording": wording["mailing_wording"],
        "note": wording["mailing_note"],
        "url": f"{path}mailing/",
        "chosen": has_chosen(visited),
        "noted": request.GET.get("mailing") == _JUST_GIVEN,
    }


@csrf_exempt
@require_POST
def choose_at_done(request: HttpRequest, token: str) -> HttpResponse:
    return _choose(request, "done", token, f"/done/{token}/")


@csrf_exempt
@require_POST
def choose_at_receipt(request: HttpRequest, token: str) -> HttpResponse:
    return _choose(request, "receipt", token, f"/receipts/{token}/")


def _choose(request: HttpRequest, purpose: str, token: str, back: str) -> HttpResponse:
    try:
        same_origin.check_same_origin(request)
        posted, visited = read_post(request), visit(purpose, token)
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    mark = mark_of(visited.inquiry)
    if mark is None or not visited.definition.mailing_offer:
        return error_page(404, site=front_site())
    if posted.get("go") == "withdraw" and has_chosen(visited):
        withdraw(about=reference(visited.inquiry), purpose=EVENT_MAIL, mark=mark)
    elif posted.get("go") == "give" and posted.get("mailing") == "yes":
        give(about=reference(visited.inquiry), purpose=EVENT_MAIL)
        back += f"?mailing={_JUST_GIVEN}"
    return HttpResponseRedirect(f"{back}#mailing", status=303)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One button, or one click of the mail program (RFC 8058: any body, no cookie, no redirect)."""
    try:
        if request.method == "POST":  # a click in a web mailer is cross-site, and only looks
            same_origin.check_same_origin(request)
        visited = visit(UNSUBSCRIBE, token)
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    stopped = request.method == "POST"
    if stopped and (mark := mark_of(visited.inquiry)):
        withdraw(about=reference(visited.inquiry), purpose=EVENT_MAIL, mark=mark)
    context = {
        "site": site_of(operator(visited.inquiry.entity_id)),
        "address": masked(address_of(visited.inquiry)),
        "stopped": stopped,
    }
    return HttpResponse(render_to_string("public/unsubscribe.html", context))
