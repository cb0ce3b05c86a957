"""取り消す: what the last press changed, one inquiry or many, kept in the session until it is taken back or the next."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.actions.labels import put_label
from madoguchi.rooms.inquiries.actions.merging import merge, unmerge
from madoguchi.rooms.inquiries.actions.relate import unrelate
from madoguchi.rooms.inquiries.actions.restore import Standing, restore, standings
from madoguchi.rooms.inquiries.actions.screen import take_back_confirmation
from madoguchi.rooms.inquiries.queries.lists import lane_label
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.let_close import let_close, let_leave

_KEY = "undo"
Step = dict[str, Any]


def remember(request: HttpRequest, text: str, steps: Sequence[Step], back: str) -> None:
    """`text` says what was done; `back` is the page on which it was pressed."""
    if steps:
        request.session[_KEY] = {
            "id": secrets.token_urlsafe(9), "text": text, "steps": list(steps), "back": back, "shown": False,
        }  # fmt: skip


def offered(request: HttpRequest) -> dict[str, str] | None:
    """On the page that follows, and only there."""
    kept = request.session.get(_KEY)
    if not kept or kept["shown"]:
        return None
    request.session[_KEY] = kept | {"shown": True}
    return {"text": kept["text"], "url": reverse("undo", args=[kept["id"]]), "label": "取り消す"}


def changes(viewer: Viewer, before: Mapping[UUID, Standing]) -> list[Step]:
    """Steps back for whichever of these stands differently now."""
    now = standings(viewer, before)
    return [
        {"kind": "standing", "id": str(id), "left": _kept(now[id]), "before": _kept(before[id])}
        for id in before
        if id in now and now[id] != before[id]
    ]


@desk_view
@require_POST
def undo(request: HttpRequest, viewer: Viewer, handle: str) -> HttpResponse:
    kept = request.session.get(_KEY)
    if not kept or kept["id"] != handle:
        messages.error(request, "この操作は、もう取り消せません。お問い合わせを開いて、お確かめください。")
        return HttpResponseRedirect(reverse("inbox"))
    del request.session[_KEY]
    refusals = list(_refusals(viewer, kept["steps"]))
    done = len(kept["steps"]) - len(refusals)
    if done:
        messages.info(request, _said(kept["steps"], done))
    for refusal in dict.fromkeys(refusals):
        messages.error(request, f"{refusals.count(refusal)} 件は戻せませんでした。{refusal}")
    return HttpResponseRedirect(kept["back"])


def _said(steps: Sequence[Step], done: int) -> str:
    if done > 1:
        return f"{done} 件を、元に戻しました。"
    before, left = steps[0].get("before", {}), steps[0].get("left", {})
    if len(steps) == 1 and before.get("lane") != left.get("lane"):
        return f"取り消して、「{lane_label(before['lane'])}」に戻しました。"
    return "取り消しました。"


def _refusals(viewer: Viewer, steps: Iterable[Step]) -> Iterable[str]:
    for step in steps:
        try:
            _BACK[step["kind"]](viewer, step)
        except Refusal as refusal:
            yield refusal.message


def _restore(viewer: Viewer, step: Step) -> None:
    restore(
        viewer=viewer, inquiry_id=UUID(step["id"]), left=_read(step["left"]), before=_read(step["before"]),
        closing=let_close, leaving=let_leave,
    )  # fmt: skip


def _label(viewer: Viewer, step: Step) -> None:
    put_label(viewer=viewer, inquiry_id=UUID(step["id"]), label_id=UUID(step["label"]), on=not step["on"])


def _unteach(viewer: Viewer, step: Step) -> None:
    """What a button said of it is unsaid."""
    take_back_confirmation(viewer=viewer, inquiry_id=UUID(step["id"]))


def _unmerge(viewer: Viewer, step: Step) -> None:
    unmerge(viewer=viewer, inquiry_id=UUID(step["id"]))


def _unlink(viewer: Viewer, step: Step) -> None:
    unrelate(viewer=viewer, inquiry_id=UUID(step["id"]), other_id=UUID(step["other"]))


def _unsplit(viewer: Viewer, step: Step) -> None:
    """What was split off goes back to where it was said."""
    merge(
        viewer=viewer, source_id=UUID(step["id"]), target_id=UUID(step["other"]), confirmed=True,
        closing=let_close,
    )  # fmt: skip


_BACK: Mapping[str, Callable[[Viewer, Step], None]] = {
    "standing": _restore,
    "label": _label,
    "lesson": _unteach,
    "merge": _unmerge,
    "link": _unlink,
    "split": _unsplit,
}


def _kept(standing: Standing) -> dict[str, str]:
    return {name: _text(value) for name, value in asdict(standing).items()}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def _read(kept: Mapping[str, str]) -> Standing:
    assignee, closed = kept["assignee_id"], kept["closed_at"]
    return Standing(
        lane=kept["lane"],
        status=kept["status"],
        assignee_id=UUID(assignee) if assignee else None,
        closed_at=datetime.fromisoformat(closed) if closed else None,
    )
