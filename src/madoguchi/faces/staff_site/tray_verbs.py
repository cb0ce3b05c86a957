"""お客様でした, 営業で確定, and the other tray: one press for one, a preview before several are confirmed."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import looks, screened, undoing
from madoguchi.faces.staff_site.bulk import MOST
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import list_url
from madoguchi.faces.staff_site.undoing import Step
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions import decline as declining
from madoguchi.rooms.inquiries.actions.keep_in_inbox import keep_in_inbox
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.restore import Standing, standings
from madoguchi.rooms.inquiries.actions.screen import confirm
from madoguchi.rooms.inquiries.errors import NothingChosen, WrongMove
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.lists import lane_label
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.rights.actions.let_close import let_close, let_leave

Verb = Callable[[Viewer, UUID], None]
VIEWS = (*screened.TRAYS, "inbox")


@desk_view
@require_POST
def decide(request: HttpRequest, viewer: Viewer, view: str) -> HttpResponse:
    """`view` is the list it was pressed on. What could not be done is told by number; the rest is taken back together."""
    if view not in VIEWS:
        raise NotFound
    back = _back(request, view)
    try:
        found = _chosen(request, viewer)
        verb = request.POST.get("do", "")
        if verb == "confirm" and len(found) > 1 and request.POST.get("sure") != "yes":
            return _preview(request, viewer, view, found, back)
        _do(request, viewer, found, verb, back)
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        messages.error(request, refusal.message)
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, view: str) -> str:
    """The list as it stood, or the inquiry that is open; never another place."""
    wanted = request.POST.get("back", "")
    safe = wanted.startswith("/desk/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else list_url(view)


def _chosen(request: HttpRequest, viewer: Viewer) -> dict[str, UUID]:
    numbers = list(dict.fromkeys(request.POST.getlist("n")))[:MOST]
    if not numbers:
        raise NothingChosen
    return {number: one.find_number(viewer, number).id for number in numbers}


def _do(request: HttpRequest, viewer: Viewer, found: Mapping[str, UUID], verb: str, back: str) -> None:
    if verb not in _VERBS:
        raise WrongMove
    steps: list[Step] = []
    refused: dict[str, str] = {}
    declined = 0
    for number, id in found.items():
        before = standings(viewer, [id])
        try:
            if verb == "confirm" and request.POST.get("decline") == "yes" and _may_decline(viewer, id):
                declining.decline(viewer=viewer, inquiry_id=id, closing=let_close)
                declined += 1
                continue
            _VERBS[verb](viewer, id)
        except Refusal as refusal:
            refused[number] = refusal.message
        else:
            steps += _steps(viewer, before)
    done = len({step["id"] for step in steps})
    if done:
        undoing.remember(request, _said(verb, done, one=next(iter(found))), steps, back)
    if declined:
        messages.info(request, f"{declined} 件に丁寧なお断りを送り、営業で確定しました。")
    for message in dict.fromkeys(refused.values()):
        told = "、".join(number for number, each in refused.items() if each == message)
        messages.error(request, f"そのままです（{told}）。{message}")


def _steps(viewer: Viewer, before: Mapping[UUID, Standing]) -> list[Step]:
    """A move takes what it taught back with it; what stayed in its lane is unsaid by itself."""
    now = standings(viewer, before)
    said = [
        {"kind": "lesson", "id": str(id)} for id in before if id in now and now[id].lane == before[id].lane
    ]
    return [*said, *undoing.changes(viewer, before)]


def _genuine(viewer: Viewer, id: UUID) -> None:
    """From a tray it goes back; in the inbox it only stays, and is known for next time."""
    if one.find(viewer, id).lane == "inbox":
        keep_in_inbox(viewer=viewer, inquiry_id=id)
    else:
        move_lane(viewer=viewer, inquiry_id=id, lane="inbox", leaving=let_leave)


def _confirm(viewer: Viewer, id: UUID) -> None:
    confirm(viewer=viewer, inquiry_id=id)


def _move(lane: str) -> Verb:
    def move(viewer: Viewer, id: UUID) -> None:
        move_lane(viewer=viewer, inquiry_id=id, lane=lane, leaving=let_leave)

    return move


_VERBS: Mapping[str, Verb] = {
    "genuine": _genuine, "confirm": _confirm, "junk": _move("junk"), "sales": _move("sales"),
}  # fmt: skip


def _said(verb: str, count: int, *, one: str) -> str:
    what = one if count == 1 else f"{count} 件"
    match verb:
        case "genuine":
            return f"{what} を、お客様からのものとして受信箱に置きました。"
        case "confirm":
            return f"{what} を確定しました。"
    return f"{what} を「{lane_label(verb)}」に移しました。"


def _may_decline(viewer: Viewer, id: UUID) -> bool:
    """Once a sender, and never for 迷惑."""
    found = one.find(viewer, id)
    return rules.may_send(viewer.role) and rules.may_decline(found.lane, one.declined_at(id))


# -- before several are confirmed ---------------------------------------------------------------------


def _preview(
    request: HttpRequest, viewer: Viewer, view: str, found: Mapping[str, UUID], back: str
) -> HttpResponse:
    """Each by name, with its reason. What looks like a customer is not ticked: nobody confirms it unseen."""
    rows = rows_by_id(viewer, found.values())
    told = screened.told_of(list(rows.values()))
    staff = names(viewer)
    looks.show_list(request, viewer, rows.values())
    lines: list[dict[str, Any]] = []
    for id in found.values():
        if id not in rows:
            continue
        said = told.get(id)
        line = screened.row_of(rows[id], said, staff, view)
        lines.append(line | {"unsure": screened.is_doubtful(said)})
    lines.sort(key=lambda line: line["unsure"])
    context = frame(request, viewer, current="inbox") | {
        "view": view,
        "label": lane_label(view),
        "verb": screened.CONFIRM.get(view, screened.CONFIRM["sales"]),
        "lines": lines,
        "may_decline": sum(_may_decline(viewer, id) for id in found.values()),
        "wording_url": reverse("wording", args=["refusal"]),
        "back": back,
    }
    return render(request, "desk/screening/confirm.html", context)
