"""選択中の n 件を…: the same verbs as on one inquiry, one after the other, each with its own refusal."""

from collections import Counter
from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import undoing
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import list_url
from madoguchi.faces.staff_site.undoing import Step
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.labels import put_label
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.restore import standings
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import NothingChosen, UnknownColleague, WrongMove
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.let_close import let_close, let_leave

MOST = 200
Verb = Callable[[Viewer, UUID, Mapping[str, str]], list[Step]]


@desk_view
@require_POST
def bulk(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What could not be done is told by number; the rest is done, and taken back together."""
    back = list_url(request.POST.get("from", "inbox"), request.POST.get("cursor", ""))
    numbers = list(dict.fromkeys(request.POST.getlist("n")))[:MOST]
    try:
        steps, refused = _each(viewer, numbers, request.POST)
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        messages.error(request, refusal.message)
        return HttpResponseRedirect(back)
    if steps:
        said = _said(request.POST, len({step["id"] for step in steps}))
        undoing.remember(request, said, steps, back)
    elif len(numbers) > len(refused):
        messages.info(request, "選んだものは、すでにそうなっています。")
    for message, count in Counter(refused.values()).items():
        told = "、".join(number for number, each in refused.items() if each == message)
        messages.error(request, f"{count} 件はそのままです（{told}）。{message}")
    return HttpResponseRedirect(back)


def _each(viewer: Viewer, numbers: list[str], given: Mapping[str, str]) -> tuple[list[Step], dict[str, str]]:
    verb = _VERBS.get(given.get("do", ""))
    if verb is None:
        raise WrongMove
    if not numbers:
        raise NothingChosen
    steps: list[Step] = []
    refused: dict[str, str] = {}
    for number in numbers:
        try:
            steps += verb(viewer, one.find_number(viewer, number).id, given)
        except Refusal as refusal:
            refused[number] = refusal.message
    return steps, refused


def _standing(change: Callable[[Viewer, UUID, Mapping[str, str]], object]) -> Verb:
    def changed(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> list[Step]:
        before = standings(viewer, [inquiry])
        change(viewer, inquiry, given)
        return undoing.changes(viewer, before)

    return changed


def _take(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> None:
    assign(viewer=viewer, inquiry_id=inquiry, to=viewer.ref.id)


def _assign(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> None:
    try:
        to = UUID(given["to"]) if given.get("to") else None
    except ValueError:
        raise UnknownColleague from None
    assign(viewer=viewer, inquiry_id=inquiry, to=to)


def _settle(status: str = "") -> Callable[[Viewer, UUID, Mapping[str, str]], None]:
    def settle(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> None:
        to = status or given.get("status", "")
        if to not in ("open", "doing", "pending", "done"):
            raise WrongMove
        set_status(viewer=viewer, inquiry_id=inquiry, status=to, closing=let_close)

    return settle


def _move(lane: str = "") -> Callable[[Viewer, UUID, Mapping[str, str]], None]:
    def move(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> None:
        to = lane or given.get("lane", "")
        if one.find(viewer, inquiry).lane != to:
            move_lane(viewer=viewer, inquiry_id=inquiry, lane=to, leaving=let_leave)

    return move


def _label(on: bool) -> Verb:
    def label(viewer: Viewer, inquiry: UUID, given: Mapping[str, str]) -> list[Step]:
        try:
            named = UUID(given.get("label", ""))
        except ValueError:
            raise WrongMove("ラベルをお選びください。") from None
        changed = put_label(viewer=viewer, inquiry_id=inquiry, label_id=named, on=on)
        return [{"kind": "label", "id": str(inquiry), "label": str(named), "on": on}] if changed else []

    return label


_VERBS: Mapping[str, Verb] = {
    "take": _standing(_take),
    "assign": _standing(_assign),
    "status": _standing(_settle()),
    "done": _standing(_settle("done")),
    "lane": _standing(_move()),
    "sales": _standing(_move("sales")),
    "label": _label(on=True),
    "unlabel": _label(on=False),
}


def _said(given: Mapping[str, str], count: int) -> str:
    match given.get("do", ""):
        case "take" | "assign":
            return f"{count} 件の担当を変えました。"
        case "status":
            return f"{count} 件を「{lists.status_label(given.get('status', ''))}」にしました。"
        case "done":
            return f"{count} 件を「{lists.status_label('done')}」にしました。"
        case "lane":
            return f"{count} 件を「{lists.lane_label(given.get('lane', ''))}」に移しました。"
        case "sales":
            return f"{count} 件を「{lists.lane_label('sales')}」に移しました。"
        case "label":
            return f"{count} 件にラベルを付けました。"
    return f"{count} 件からラベルを外しました。"
