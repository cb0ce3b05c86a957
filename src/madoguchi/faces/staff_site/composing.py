"""返信を書く: what the composer shows, who else is writing, what waits for a colleague's approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from madoguchi.faces.staff_site import attached, words
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.gate.errors import Stopped
from madoguchi.rooms.gate.queries import check_in_use
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.pen import take_pen
from madoguchi.rooms.inquiries.queries import checking, drafts, proposals
from madoguchi.rooms.inquiries.queries.desk_rules import manner_of, template_names
from madoguchi.rooms.inquiries.queries.drafts import Held, Written
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.proposals import Proposed
from madoguchi.rooms.inquiries.queries.reading import Reading
from madoguchi.rooms.organisation.queries import Colleague, Viewer
from madoguchi.rooms.policy.rules.comparing import pieces
from madoguchi.rooms.vault.queries import file_keys

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form brought that could not be sent yet: it is shown again, with what stands against it."""

    text: str = ""
    problem: str = ""
    write: str = ""
    on_page: bool = False
    odd: Mapping[str, str] = field(default_factory=dict)
    then: str = "doing"
    seen_until: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """The inquiry's page, as far as the composer asks for it."""

    viewer: Viewer
    found: "Inquiry"
    row: Row
    reading: Reading
    staff: Mapping[UUID, str]
    people: Sequence[Colleague]
    may_close: bool
    has_page: bool


def composer(request: HttpRequest, around: Around, typed: Typed) -> dict[str, Any]:
    """Context of the composer and of what stands above it: `composer`, `writer`, `others`, `proposal`, `taking_back`."""
    if around.reading.answers is None:
        return {"composer": None, "proposal": None, "others": [], "taking_back": None}
    viewer, found = around.viewer, around.found
    key = file_keys([found.file_id]).get(found.file_id)
    written = drafts.drafts_on(found, key=key)
    mine = next((each for each in written if each.staff_id == viewer.ref.id), None)
    mode, opening = _mode(request, around, typed)
    held = _held(viewer, found, taking=opening and mode == "reply")
    proposed = proposals.current(found, key=key)
    return {
        "composer": _composer(around, typed, mine, held, mode=mode, opening=opening),
        "proposal": _proposal(around, proposed) if proposed else None,
        "others": [_others(around, each) for each in written if each is not mine and each.text.strip()],
        "taking_back": _taking_back(around),
    }


def _mode(request: HttpRequest, around: Around, typed: Typed) -> tuple[str, bool]:
    asked = typed.write or request.GET.get("write", "")
    answers = around.reading.answers
    address = answers.values.get("email", "") if answers else ""
    return ("note" if asked == "note" or not address else "reply"), bool(asked)


def _held(viewer: Viewer, found: "Inquiry", *, taking: bool) -> Held | None:
    """Opening the composer takes the pen; otherwise one only looks who has it."""
    if taking:
        return take_pen(viewer=viewer, inquiry_id=found.id)
    return drafts.pen_of_another(viewer, found.id)


def _composer(
    around: Around, typed: Typed, mine: Written | None, held: Held | None, *, mode: str, opening: bool
) -> dict[str, Any]:
    answers, viewer, row = around.reading.answers, around.viewer, around.row
    manner, number = manner_of(around.found.entity_id), row.receipt_number
    by_others = manner.approval or not rules.may_send(viewer.role)
    return {
        "mode": mode,
        "open": opening,
        "address": answers.values.get("email", "") if answers else "",
        "name": shown_name(row.name),
        "text": typed.text or (mine.text if mine and mode == "reply" else ""),
        "problem": typed.problem,
        "odd": [{"code": code, "says": says} for code, says in typed.odd.items()],
        "then": typed.then,
        "on_page": typed.on_page or bool(mine and mine.on_page),
        "has_page": around.has_page,
        "saved_at": mine.saved_at if mine else None,
        "seen_until": typed.seen_until or clock.now().isoformat(),
        "seen": typed.seen or str(sum(line.kind == "reply" for line in around.reading.lines)),
        "writer": _writer(around, held) if held else None,
        "templates": template_names(viewer) if mode == "reply" else [],
        "may_close": around.may_close,
        "may_send": not by_others,
        "stopped": _stopped(around.found) if mode == "reply" else None,
        "approvers": [
            each for each in around.people if each.id != viewer.ref.id and rules.may_send(each.role)
        ],
        "callable": [each for each in around.people if each.id != viewer.ref.id] if mode == "note" else [],
        "attach": attached.on_draft(viewer, number, around.found.id) if mode == "reply" else None,
        "save_url": reverse("save_draft", args=[number]),
        "pen_url": reverse("pen", args=[number]),
    }


def _stopped(found: "Inquiry") -> Stopped | None:
    """Why nothing may be answered here, with the next step, before anybody writes in vain."""
    try:
        check_in_use(found.person_id, found.id)
    except Stopped as refusal:
        return refusal
    return None


def _writer(around: Around, held: Held) -> dict[str, Any]:
    """佐々木さんが返信を書いています（3分前から）"""
    return {
        "name": words.colleague(around.staff, held.staff_id),
        "since": words.minutes_ago(held.since),
    }


def _others(around: Around, written: Written) -> dict[str, Any]:
    return {
        "name": words.colleague(around.staff, written.staff_id),
        "at": written.saved_at,
        "text": "" if around.reading.covered else drafts.to_be_read(written),
    }


def _proposal(around: Around, proposed: Proposed) -> dict[str, Any]:
    viewer, number = around.viewer, around.row.receipt_number
    own, covered = proposed.author_id == viewer.ref.id, around.reading.covered
    changed = proposed.before_text is not None and proposed.before_text != proposed.text
    readable = not covered or own
    waiting = proposed.decision == ""
    files = attached.on_proposal(viewer, number, proposed.id) if readable else []
    looks = waiting and readable and not own
    odd = checking.odd_in(viewer, around.found, proposed.text, files=len(files)) if looks else {}
    return {
        "id": proposed.id,
        "decision": proposed.decision,
        "own": own,
        "author": words.colleague(around.staff, proposed.author_id),
        "asked_of": words.colleague(around.staff, proposed.asked_of_id),
        "asked_at": proposed.asked_at,
        "ago": words.minutes_ago(proposed.asked_at),
        "decided_by": words.colleague(around.staff, proposed.decided_by_id),
        "decided_at": proposed.decided_at,
        "text": proposed.text if readable else "",
        "reason": proposed.reason if readable else "",
        "pieces": list(pieces(proposed.before_text or "", proposed.text)) if changed and readable else [],
        "on_page": proposed.on_page,
        "odd": list(odd.values()),
        "may_decide": waiting and rules.may_decide(role=viewer.role, own=own) and readable,
        "may_send": proposed.decision == "approved" and rules.may_send(viewer.role) and readable,
        "may_close": around.may_close,
        "seen_until": clock.now().isoformat(),
        "seen": sum(line.kind == "reply" for line in around.reading.lines),
        "files": files,
        "approve_url": reverse("approve", args=[number, proposed.id]),
        "return_url": reverse("send_back", args=[number, proposed.id]),
        "withdraw_url": reverse("withdraw", args=[number, proposed.id]),
    }


def _taking_back(around: Around) -> dict[str, Any] | None:
    """The last reply, as long as it has not left: for whoever opens the page."""
    now = clock.now()
    for line in reversed(around.reading.lines):
        until = _until(line.details) if line.kind == "reply" else None
        if until is not None and until > now:
            return {
                "url": reverse("take_back", args=[around.row.receipt_number, line.id]),
                "until": until,
                "seconds": max(1, round((until - now).total_seconds())),
            }
    return None


def _until(details: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(details["until"]) if details.get("until") else None
