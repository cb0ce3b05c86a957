"""The officer's one list: what is asked of us and what is said about us, by the day on which it is to be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from madoguchi.faces.staff_site import request_next, words
from madoguchi.faces.staff_site.request_panel import who
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries import complaints, requests
from madoguchi.rooms.rights.queries.waiting import Facts, facts_of
from madoguchi.rooms.rights.rules import asking, identity
from madoguchi.rooms.rights.rules.requests import State

GROUPS = ("遅れています", "今週", "来週から", "これより先")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list. Exactly one of `request` and `complaint` is there."""

    number: str
    due_on: date
    who: dict[str, str]
    about: str
    badge: str
    says: str
    came: datetime
    how: str
    owner: str
    request: requests.Standing | None = None
    facts: Facts | None = None
    complaint: complaints.Standing | None = None
    row: Row | None = None


def open_lines(viewer: Viewer) -> list[Line]:
    """The most urgent first; what came earlier first among those of one day."""
    both = [*_requests(viewer), *_complaints(viewer)]
    return sorted(both, key=lambda each: (each.due_on, each.came))


def _requests(viewer: Viewer) -> Iterator[Line]:
    standing = requests.open_requests(viewer)
    facts = facts_of([each.id for each in standing])
    for each in standing:
        known = facts[each.id]
        yield Line(
            each.number, each.due_on, {"company": "", "person": who(each)}, _about(each, known), each.label,
            request_next.next_of(each, known).says, each.arrived_at, _how(each), each.owner, request=each, facts=known,
        )  # fmt: skip


def _about(each: requests.Standing, facts: Facts) -> str:
    """Below the name: who speaks for them, whether it is them, whether the fee is settled."""
    seen = each.state not in (State.RECEIVED, State.VERIFYING)
    told = [
        identity.AGENTS.get(facts.agent, ""),
        "ご本人と確認済み" if seen else "ご本人の確認待ち",
        ("手数料 確認済み" if facts.fee_how else "") if facts.fee else "",
    ]
    return " ・ ".join(part for part in told if part)


def _how(each: requests.Standing) -> str:
    if each.inquiry_id:
        return "お問い合わせから"
    return f"{asking.CHANNELS[each.channel]}で" if each.channel in asking.CHANNELS else ""


def _complaints(viewer: Viewer) -> Iterator[Line]:
    standing = complaints.open_ones(viewer)
    rows = rows_by_id(viewer, [each.inquiry_id for each in standing])
    for each in standing:
        if row := rows.get(each.inquiry_id):
            yield Line(
                row.receipt_number, each.due_on, words.who(row), words.line(row), each.label, "お返事をして、結果を記す",
                row.received_at, "", each.owner, complaint=each, row=row,
            )  # fmt: skip


def grouped(lines: Sequence[Line], chosen: str) -> list[dict[str, Any]]:
    """Weeks begin on Monday; a group without a line is left out."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for each in lines:
        found[_group(each.due_on)].append(shown(each, chosen))
    return [{"name": name, "lines": some} for name, some in found.items() if some]


def _group(day: date) -> str:
    today = clock.today()
    sunday = today + timedelta(days=6 - today.weekday())
    if day < today:
        return GROUPS[0]
    if day <= sunday:
        return GROUPS[1]
    return GROUPS[2] if day <= sunday + timedelta(days=7) else GROUPS[3]


def pressing_count(lines: Sequence[Line]) -> int:
    """Late, or of this week."""
    return sum(_group(each.due_on) in GROUPS[:2] for each in lines)


def shown(each: Line, chosen: str) -> dict[str, Any]:
    return {
        "number": each.number,
        "due_on": each.due_on,
        "left": left(each.due_on),
        "late": each.due_on < clock.today(),
        "over": each.request is not None and each.request.over,
        "who": each.who,
        "about": each.about,
        "badge": each.badge,
        "says": each.says,
        "came": each.came,
        "how": each.how,
        "owner": words.family(each.owner) if each.owner else "",
        "url": f"{reverse('privacy')}?open={each.number}#chosen",
        "selected": each.number == chosen,
    }


def left(day: date) -> str:
    days = (day - clock.today()).days
    if days < 0:
        return f"{-days}日 遅れ"
    return f"あと {days}日" if days else "今日まで"


def ids_of(lines: Sequence[Line]) -> list[UUID]:
    return [each.request.id for each in lines if each.request]
