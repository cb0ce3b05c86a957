"""下書きと筆: saved every few seconds by the composer's script, and by a button without it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.replying import back, save, told_as_json, wants_json
from madoguchi.faces.staff_site.verbs import verb
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.actions.pen import release_pen, take_over, take_pen
from madoguchi.rooms.inquiries.actions.write_draft import discard_draft
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.drafts import Held
from madoguchi.rooms.organisation.queries import Viewer, names


@desk_view
@require_POST
@verb
def save_reply_draft(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """By the button, or by the script: which is told when it was saved and who else has taken the pen. A script that
    leaves the page puts the pen down with its last saving."""
    if not wants_json(request) and "leaving" not in request.POST:
        save(request, viewer, number)
        messages.info(request, "下書きを保存しました。")
        return back(request, number, write="reply")
    try:
        saved_at = save(request, viewer, number)
        held = _pen(viewer, number, leaving="leaving" in request.POST)
    except Refusal as refusal:
        return told_as_json(refusal)
    said = f"下書きを保存しました {words.clock_time(saved_at)}" if saved_at else ""
    return JsonResponse({"saved": said, "writer": _said(viewer, held)})


@desk_view
@require_POST
@verb
def discard(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    gone = discard_draft(viewer=viewer, inquiry_id=found.id)
    messages.info(request, "下書きを捨てました。" if gone else "下書きはありません。")
    return back(request, number)


@desk_view
@require_POST
@verb
def pen(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """引き継ぐ by the button; opening, renewing and putting down by the script."""
    found = one.find_number(viewer, number)
    if request.POST.get("go") == "over":
        take_over(viewer=viewer, inquiry_id=found.id)
        messages.info(request, "引き継ぎました。書きかけの文があれば、下に写してあります。")
        return back(request, number, write="reply")
    return JsonResponse({"writer": _said(viewer, _pen(viewer, number, leaving="leaving" in request.POST))})


def _pen(viewer: Viewer, number: str, *, leaving: bool) -> Held | None:
    found = one.find_number(viewer, number)
    if leaving:
        release_pen(viewer=viewer, inquiry_id=found.id)
        return None
    return take_pen(viewer=viewer, inquiry_id=found.id)


def _said(viewer: Viewer, held: Held | None) -> str:
    if held is None:
        return ""
    name = words.colleague(names(viewer), held.staff_id)
    return f"{name}さんが返信を書いています（{words.minutes_ago(held.since)}）"
