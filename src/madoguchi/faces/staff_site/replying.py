"""返信する, 取り消す: what the composer's buttons do. What was typed is never lost: it is shown again, or kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.composing import Typed
from madoguchi.faces.staff_site.delicate import opened
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inquiry import show
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.verbs import verb
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.lib.text import shown_name, without_unstorable
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.propose import propose
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.take_back import take_back
from madoguchi.rooms.inquiries.actions.write_draft import save_draft
from madoguchi.rooms.inquiries.errors import (
    BeingWritten,
    NeedsConfirmation,
    NoSuchTemplate,
    SentAlready,
    UnknownColleague,
    WrongMove,
)
from madoguchi.rooms.inquiries.queries import checking, lists, one
from madoguchi.rooms.inquiries.queries.drafts import draft_of
from madoguchi.rooms.inquiries.queries.reading import read
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.let_close import let_close

_AFTER_REPLY = ("doing", "done")
_NOT_ATTACHED = "選んだファイルが、まだ付いていません。「付ける」を押してから、お送りください。"


@desk_view
@require_POST
@verb
def write_reply(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Stops with the text kept when something is odd or missing, a colleague answered, or the person was erased
    meanwhile."""
    found, then = one.find_number(viewer, number), request.POST.get("then", "doing")

    def send() -> None:
        reply(
            viewer=viewer, inquiry_id=found.id, text=text_of(request), seen_until=seen_until(request),
            seen=_seen(request), then=then, on_page="on_page" in request.POST, closing=let_close,
            confirmed=request.POST.getlist("confirmed"),
        )  # fmt: skip

    if then not in _AFTER_REPLY:
        raise WrongMove
    stopped = _attempted(request, viewer, number, then, send)
    if stopped is None:
        done = "お返事を送信待ちに入れ、完了にしました。"
        messages.info(request, "お返事を送信待ちに入れました。" if then == "doing" else done)
    return stopped or back(request, number)


@desk_view
@require_POST
@verb
def ask_approval(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """承認を依頼する: looked at as closely as what is sent."""
    found = one.find_number(viewer, number)

    def ask() -> None:
        odd = checking.odd_in(viewer, found, text_of(request)) if text_of(request).strip() else {}
        rules.check_looked_at(odd, request.POST.getlist("confirmed"))
        propose(
            viewer=viewer, inquiry_id=found.id, text=text_of(request), on_page="on_page" in request.POST,
            asked_of=_asked_of(request),
        )  # fmt: skip

    stopped = _attempted(request, viewer, number, "ask", ask)
    if stopped is None:
        messages.info(request, "承認を依頼しました。承認されるまで、お客様には送られません。")
    return stopped or back(request, number)


def _attempted(
    request: HttpRequest, viewer: Viewer, number: str, then: str, attempt: Callable[[], None]
) -> HttpResponse | None:
    """None when it was done; otherwise the page with what stood against it."""
    try:
        if request.POST.get("files"):
            return _again(request, viewer, number, problem=_NOT_ATTACHED, status=422)
        attempt()
    except NeedsConfirmation as asks:
        return _again(request, viewer, number, odd=asks.odd, then=then)
    except SentAlready:
        messages.info(request, "このお返事は、すでに送信待ちに入っています。")
        return back(request, number)
    except BeingWritten as refusal:
        save(request, viewer, number)
        messages.error(request, f"{refusal.message}お書きになった文は、下書きに残しました。")
        return back(request, number, write="reply")
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        return _again(request, viewer, number, problem=refusal.message, status=refusal.status)
    return None


def _again(
    request: HttpRequest,
    viewer: Viewer,
    number: str,
    *,
    problem: str = "",
    odd: dict[str, str] | None = None,
    then: str = "doing",
    status: int = 200,
) -> HttpResponse:
    """What somebody else has answered meanwhile is on this page: from now on the writer has seen it."""
    kept = (
        {"seen_until": request.POST.get("seen_until", ""), "seen": request.POST.get("seen", "")}
        if odd
        else {}
    )
    typed = Typed(text_of(request), problem, "reply", "on_page" in request.POST, odd or {}, then, **kept)
    return show(request, viewer, number, typed=typed, status=status)


@desk_view
@require_POST
@verb
def take_back_reply(request: HttpRequest, viewer: Viewer, number: str, entry_id: UUID) -> HttpResponse:
    found = one.find_number(viewer, number)
    take_back(viewer=viewer, inquiry_id=found.id, entry_id=entry_id)
    messages.info(request, "お返事の送信を取り消しました。文面は、下書きに戻しました。")
    return back(request, number, write="reply") if draft_of(viewer, found) else back(request, number)


@desk_view
@require_POST
@verb
def use_template(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """With a script the text alone, to be put where the cursor stands; without one it is added to what was typed."""
    found = one.find_number(viewer, number)
    try:
        chosen = UUID(request.POST.get("template", ""))
    except ValueError:
        return _added(request, viewer, number, "", nothing="ひな形を選んでください。")
    try:
        return _added(request, viewer, number, checking.fill_template(viewer, found, chosen))
    except NoSuchTemplate as refusal:
        return _added(request, viewer, number, "", nothing=refusal.message)


@desk_view
@require_POST
@verb
def quote(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """引用する: their last message below the reply; the whole exchange only when that is chosen."""
    found = one.find_number(viewer, number)
    row = lists.row_of(found)
    reading = read(viewer, found, erased=row.erased, opened=opened(request, number))
    who = shown_name(row.name) or row.company or "お客様"
    whole = request.POST.get("quote") == "all"
    text = (
        checking.whole_thread(found, reading, who=who, us=viewer.name)
        if whole
        else checking.last_message(found, reading, who=who)
    )
    return _added(request, viewer, number, text, nothing="伏せている内容は、引用できません。")


def _added(
    request: HttpRequest, viewer: Viewer, number: str, text: str, *, nothing: str = ""
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"text": text, "problem": "" if text else nothing})
    if not text:
        messages.error(request, nothing)
    typed = "\n\n".join(filter(None, (text_of(request).rstrip(), text)))
    save(request, viewer, number, text=typed)
    return back(request, number, write="reply")


def save(request: HttpRequest, viewer: Viewer, number: str, *, text: str | None = None) -> datetime | None:
    """The draft as the form brings it, or with this text."""
    found = one.find_number(viewer, number)
    return save_draft(
        viewer=viewer, inquiry_id=found.id, text=text_of(request) if text is None else text,
        on_page="on_page" in request.POST, seen_until=seen_until(request),
    )  # fmt: skip


def text_of(request: HttpRequest) -> str:
    return without_unstorable(request.POST.get("text", "").replace("\r\n", "\n"))


def seen_until(request: HttpRequest) -> datetime:
    """When the writer's page was made. A form that does not say it has seen nothing."""
    try:
        return datetime.fromisoformat(request.POST.get("seen_until", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 6 else None


def _asked_of(request: HttpRequest) -> UUID | None:
    named = request.POST.get("asked_of", "")
    try:
        return UUID(named) if named else None
    except ValueError:
        raise UnknownColleague from None


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("accept", "") == "application/json"


def back(request: HttpRequest, number: str, **more: str) -> HttpResponse:
    url = inquiry_url(number, request.GET.get("from", ""), **more)
    return HttpResponseRedirect(f"{url}#composer" if more else url)


def told_as_json(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"problem": refusal.message}, status=refusal.status)
