"""What one can do with an inquiry: each button is one POST, one action, and the way back to the page."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inbox import inquiry_url
from madoguchi.faces.staff_site.inquiry import show
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.inquiries import queries
from madoguchi.rooms.inquiries.actions import decline as declining
from madoguchi.rooms.inquiries.actions import resend as resending
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import AnsweredMeanwhile, EmptyText, UnknownColleague, WrongMove
from madoguchi.rooms.organisation.queries import Viewer

P = ParamSpec("P")
Verb = Callable[Concatenate[HttpRequest, Viewer, str, P], HttpResponseBase]
_AFTER_REPLY = ("doing", "done")


def _verb(view: Verb[P]) -> Callable[..., HttpResponseBase]:
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
@_verb
def take(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """担当する when nobody is named, 引き継ぐ to a colleague otherwise, 担当を外す by an empty name."""
    found = queries.find_number(viewer, number)
    assign(viewer=viewer, inquiry_id=found.id, to=_colleague(request, viewer))
    return _back(request, number)


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
@_verb
def settle(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = queries.find_number(viewer, number)
    status = request.POST.get("status", "")
    if status not in ("doing", "pending", "done"):
        raise WrongMove
    set_status(viewer=viewer, inquiry_id=found.id, status=status)
    return _back(request, number)


@desk_view
@require_POST
@_verb
def move(request: HttpRequest, viewer: Viewer, number: str, lane: str) -> HttpResponse:
    """The next page offers 取り消す, unless this was one."""
    found = queries.find_number(viewer, number)
    before = move_lane(viewer=viewer, inquiry_id=found.id, lane=lane)
    if "undo" in request.GET:
        messages.info(request, f"取り消して、「{queries.lane_label(lane)}」に戻しました。")
    else:
        request.session["moved"] = {"number": number, "from": before}
    return _back(request, number)


@desk_view
@require_POST
@_verb
def write_note(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = queries.find_number(viewer, number)
    try:
        add_note(viewer=viewer, inquiry_id=found.id, text=_text(request))
    except EmptyText as refusal:
        return show(request, viewer, number, problem=refusal.message, write="note", status=refusal.status)
    return _back(request, number)


@desk_view
@require_POST
@_verb
def write_reply(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Stops with the text kept when nothing was written, or when a colleague answered meanwhile."""
    found, text = queries.find_number(viewer, number), _text(request)
    then = request.POST.get("then", "doing")
    try:
        if then not in _AFTER_REPLY:
            raise WrongMove
        reply(viewer=viewer, inquiry_id=found.id, text=text, seen_until=_seen_until(request), then=then)
    except (EmptyText, AnsweredMeanwhile) as refusal:
        return show(
            request, viewer, number, text=text, problem=refusal.message, write="reply", status=refusal.status
        )
    messages.info(
        request,
        "お返事を送信待ちに入れました。" if then == "doing" else "お返事を送信待ちに入れ、完了にしました。",
    )
    return _back(request, number)


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _seen_until(request: HttpRequest) -> datetime:
    """When the writer's page was made. A form that does not say it has seen nothing."""
    try:
        return datetime.fromisoformat(request.POST.get("seen_until", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
@_verb
def decline(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """The text is read before it goes out; it goes out once."""
    found = queries.find_number(viewer, number)
    if request.method == "POST":
        declining.decline(viewer=viewer, inquiry_id=found.id)
        messages.info(request, "丁寧なお断りを送信待ちに入れ、完了にしました。")
        return _back(request, number)
    subject, text = declining.preview(viewer=viewer, inquiry_id=found.id)
    looks.open_one(request, viewer, found.id)
    row = queries.row_of(found)
    context = frame(request, viewer, current="inbox") | {
        "title": words.whole_name(row),
        "address": queries.answers_of(found).values.get("email", ""),
        "subject": subject,
        "text": text,
        "row": row,
        "back_url": inquiry_url(number, request.GET.get("from", "sales")),
        "here": request.GET.urlencode(),
    }
    return render(request, "desk/decline.html", context)


@desk_view
@require_POST
def resend(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    """A mail about an inquiry of one's own company, or a notice to staff."""
    number = resending.resend(viewer=viewer, mail_id=mail_id)
    messages.info(request, "もう一度送信待ちに入れました。")
    return _back(request, number)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the page it was pressed on: the inquiry, or the home page when its form says so."""
    if request.POST.get("back") == "home" or not number:
        return HttpResponseRedirect(reverse("home"))
    return HttpResponseRedirect(inquiry_url(number, request.GET.get("from", "")))
