"""やりとりを見る: from the receipt, by a mailed code. A GET shows and consumes nothing; a POST does one thing.

Whoever has only the link of the receipt learns nothing here, and is answered in the same way whether there is an
address to write to or not.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.conversation import session
from madoguchi.faces.public_site.conversation.screens import code_screen, conversation_screen, start_screen
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.receipts.visit import Visit, address_of, visit
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.foundation.ui.errors import error_page
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.inquiries.actions.enclose import AS_IT_IS, Limits
from madoguchi.rooms.inquiries.actions.say import Said, say
from madoguchi.rooms.inquiries.errors import FileTooLarge, InquiryErased, NoSuchInquiry
from madoguchi.rooms.inquiries.queries.conversation import file_of
from madoguchi.rooms.inquiries.queries.enclosures import content_of
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.people.actions.end_session import end_session
from madoguchi.rooms.people.actions.redeem_code import redeem_code
from madoguchi.rooms.people.actions.send_code import Matter, send_code
from madoguchi.rooms.people.errors import SignedOut, WrongCode
from madoguchi.rooms.vault.errors import FileErased

View = Callable[..., HttpResponseBase]  # (request, token of the receipt, what it opens, …)
_LIMITS = Limits()


def _of_receipt(view: View) -> Callable[..., HttpResponseBase]:
    """The receipt's link opens the way here; what was erased says so; a post from another site does nothing."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: UUID) -> HttpResponseBase:
        try:
            if request.method == "POST":
                same_origin.check_same_origin(request)
            response = view(request, token, visit("receipt", token), **kwargs)
        except FileErased:
            response = error_page(404, site=front_site(), message=InquiryErased.default)
        except Refusal as refused:
            response = error_page(refused.status, site=front_site(), message=refused.message)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        return response

    return opened


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_of_receipt
def conversation(request: HttpRequest, token: str, visited: Visit) -> HttpResponseBase:
    """What was said, and the box to answer; without a session the way to one."""
    signed = session.open_for(request, reference(visited.inquiry))
    if request.method == "POST":
        return _say(request, token, visited, signed_in=signed is not None)
    if signed is None:
        return HttpResponse(start_screen(token, visited))
    return HttpResponse(conversation_screen(token, visited, said="said" in request.GET))


def _say(request: HttpRequest, token: str, visited: Visit, *, signed_in: bool) -> HttpResponse:
    posted = read_post(request, _LIMITS)
    text = without_unstorable(posted.get("text")).replace("\r\n", "\n")
    if not signed_in:
        kept = [{"label": "お書きになった内容", "value": text}] if text else []
        site = site_of(operator(visited.inquiry.entity_id))
        return error_page(SignedOut.status, site=site, message=SignedOut.default, kept=kept)
    try:
        if posted.over:
            raise FileTooLarge
        say(inquiry_id=visited.inquiry.id, said=Said(text, _draft(posted.get("draft")), posted.files))
    except FileErased:
        raise
    except Refusal as refused:
        page = conversation_screen(token, visited, text=text, problem=refused.message)
        return HttpResponse(page, status=refused.status)
    return HttpResponseRedirect(f"{_path(token)}?said=1#latest", status=303)


def _draft(given: str) -> str:
    """The page's own token; a program that brings none says something new each time."""
    return given or secrets.token_urlsafe(32)


def _path(token: str) -> str:
    return f"/receipts/{token}/conversation/"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_of_receipt
def code(request: HttpRequest, token: str, visited: Visit) -> HttpResponseBase:
    """POST sends one; GET is where it is typed in."""
    if request.method != "POST":
        return HttpResponse(code_screen(token, visited))
    inquiry = visited.inquiry
    matter = Matter(
        about=reference(inquiry), person=inquiry.person_id, entity=inquiry.entity_id, file=inquiry.file_id,
        number=inquiry.receipt_number, address=address_of(inquiry), url=f"{settings.BASE_URL}{_path(token)}code/",
    )  # fmt: skip
    send_code(matter)
    return HttpResponseRedirect(f"{_path(token)}code/", status=303)


@csrf_exempt
@require_POST
@_of_receipt
def enter(request: HttpRequest, token: str, visited: Visit) -> HttpResponseBase:
    typed = read_post(request).get("code")
    try:
        given = redeem_code(
            about=reference(visited.inquiry),
            person=visited.inquiry.person_id,
            typed=without_unstorable(typed),
        )
    except WrongCode as refused:
        return HttpResponse(code_screen(token, visited, problem=refused.message), status=refused.status)
    if before := session.token_of(request):
        end_session(token=before)
    response = HttpResponseRedirect(_path(token), status=303)
    session.put(response, given)
    return response


@csrf_exempt
@require_POST
@_of_receipt
def leave(request: HttpRequest, token: str, visited: Visit) -> HttpResponseBase:
    end_session(token=session.token_of(request))
    response = HttpResponseRedirect(f"/receipts/{token}/", status=303)
    session.take_away(response)
    return response


@require_safe
@_of_receipt
def attached(request: HttpRequest, token: str, visited: Visit, file_id: UUID) -> HttpResponseBase:
    """A file of either side, to be saved and never shown in place."""
    if session.open_for(request, reference(visited.inquiry)) is None:
        raise NoSuchInquiry
    file = file_of(visited.inquiry, file_id)
    response = StreamingHttpResponse(content_of(file, role="person"), content_type=AS_IT_IS)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response.headers["Content-Length"] = str(file.size)
    return as_download(response)
