"""What one can do with an inquiry: each button is one POST, one action, and the way back to the page."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site import looks, undoing, words
from madoguchi.faces.staff_site.composing import Typed
from madoguchi.faces.staff_site.delicate import note_opened
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inquiry import show
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.inquiries.actions import decline as declining
from madoguchi.rooms.inquiries.actions import resend as resending
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care, unflag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.restore import Standing, standings
from madoguchi.rooms.inquiries.actions.reveal import reveal
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import EmptyText, UnknownColleague, WrongMove
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.rules import DELICATE
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.rights.actions.let_close import let_close, let_leave
from madoguchi.rooms.vault.errors import FileErased

P = ParamSpec("P")
Verb = Callable[Concatenate[HttpRequest, Viewer, str, P], HttpResponseBase]


def verb(view: Verb[P]) -> Callable[..., HttpResponseBase]:
    """A refusal is told on the page of the inquiry; what does not exist stays a 404."""

    @wraps(view)
    def told(
        request: HttpRequest, viewer: Viewer, number: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, viewer, number, *args, **kwargs)
        except Refusal as refusal:
            if refusal.status == NotFound.status:
                raise
            messages.error(request, refusal.message)
            return _back(request, number)

    return told


@desk_view
@require_POST
@verb
def take(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """担当する when nobody is named, 引き継ぐ to a colleague otherwise, 担当を外す by an empty name."""
    found = one.find_number(viewer, number)
    before = standings(viewer, [found.id])
    assign(viewer=viewer, inquiry_id=found.id, to=_colleague(request, viewer))
    return _done(request, viewer, number, before, "担当を変えました。")


def _colleague(request: HttpRequest, viewer: Viewer) -> UUID | None:
    named = request.POST.get("to")
    if named is None:
        return viewer.ref.id
    try:
        return UUID(named) if named else None
    except ValueError:
        raise UnknownColleague from None


@desk_view
@require_POST
@verb
def settle(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    status = request.POST.get("status", "")
    if status not in ("doing", "pending", "done"):
        raise WrongMove
    before = standings(viewer, [found.id])
    set_status(viewer=viewer, inquiry_id=found.id, status=status, closing=let_close)
    return _done(request, viewer, number, before, f"「{lists.status_label(status)}」にしました。")


def _done(
    request: HttpRequest, viewer: Viewer, number: str, before: Mapping[UUID, Standing], text: str
) -> HttpResponse:
    """The next page offers 取り消す."""
    back = _back(request, number)
    undoing.remember(request, text, undoing.changes(viewer, before), back["Location"])
    return back


@desk_view
@require_POST
@verb
def move(request: HttpRequest, viewer: Viewer, number: str, lane: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    before = standings(viewer, [found.id])
    move_lane(viewer=viewer, inquiry_id=found.id, lane=lane, leaving=let_leave)
    return _done(request, viewer, number, before, f"「{lists.lane_label(lane)}」に移しました。")


@desk_view
@require_POST
@verb
def write_note(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found, text = one.find_number(viewer, number), _text(request)
    try:
        add_note(viewer=viewer, inquiry_id=found.id, text=text, to=_called(request, viewer))
    except (EmptyText, FileErased) as refusal:
        typed = Typed(text, refusal.message, "note")
        return show(request, viewer, number, typed=typed, status=refusal.status)
    return _back(request, number)


def _called(request: HttpRequest, viewer: Viewer) -> list[UUID]:
    """Whom a note is for, chosen instead of written with @."""
    chosen = request.POST.get("to", "")
    return [each.id for each in colleagues(viewer) if chosen in (str(each.id), "everybody")]


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
@verb
def decline(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """The text is read before it goes out; it goes out once."""
    found = one.find_number(viewer, number)
    if request.method == "POST":
        declining.decline(viewer=viewer, inquiry_id=found.id, closing=let_close)
        messages.info(request, "丁寧なお断りを送信待ちに入れ、完了にしました。")
        return _back(request, number)
    subject, text = declining.preview(viewer=viewer, inquiry_id=found.id)
    looks.open_one(request, viewer, found.id)
    row = lists.row_of(found)
    context = frame(request, viewer, current="inbox") | {
        "title": words.whole_name(row),
        "address": one.answers_of(found).values.get("email", ""),
        "subject": subject,
        "text": text,
        "row": row,
        "back_url": inquiry_url(number, request.GET.get("from", "sales")),
        "here": request.GET.urlencode(),
    }
    return render(request, "desk/decline.html", context)


@desk_view
@require_POST
@verb
def uncover(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """伏せた番号を表示する, 対応のために表示する: written down here, shown by the page that follows, once."""
    found = one.find_number(viewer, number)
    what = {each for each in DELICATE if each in request.POST.getlist("what")}
    if not what:
        raise WrongMove
    reveal(viewer=viewer, inquiry_id=found.id, what=what)
    note_opened(request, number, what)
    return _back(request, number)


@desk_view
@require_POST
@verb
def flag(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """The next page offers 取り消す."""
    found = one.find_number(viewer, number)
    flag_special_care(viewer=viewer, inquiry_id=found.id)
    request.session["flagged"] = number
    return _back(request, number)


@desk_view
@require_POST
@verb
def unflag(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    unflag_special_care(viewer=viewer, inquiry_id=found.id)
    messages.info(request, "伏せるのをやめました。")
    return _back(request, number)


@desk_view
@require_POST
def resend(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    """A mail about an inquiry of one's own company, or a notice to staff."""
    number = resending.resend(viewer=viewer, mail_id=mail_id)
    messages.info(request, "もう一度送信待ちに入れました。")
    return _back(request, number)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the page it was pressed on: the inquiry, or another one when its form says so."""
    if request.POST.get("back") == "outbox":
        return HttpResponseRedirect(reverse("outbox"))
    if request.POST.get("back") == "home" or not number:
        return HttpResponseRedirect(reverse("home"))
    return HttpResponseRedirect(inquiry_url(number, request.GET.get("from", "")))
