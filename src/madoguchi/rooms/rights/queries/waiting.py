"""What each request waits for: the facts from which a list says the next step, read for all of its rows at once."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from madoguchi.rooms.inquiries.queries.matters import written_under
from madoguchi.rooms.inquiries.queries.of_person import inquiries_in
from madoguchi.rooms.rights.models import Letter, Redaction, RightsRequest, Step
from madoguchi.rooms.rights.queries.collected import chosen_of

_NAMING = ("acknowledgement", "fee")  # letters that name the fee to whoever did not ask on a page


@dataclass(frozen=True, slots=True)
class Facts:
    """`fee` is in yen, nothing where none is taken; `unconfirmed`: a second person has not confirmed it yet."""

    agent: str
    wish: str
    fee: int
    fee_shown: bool
    fee_how: str
    collected: bool
    unconfirmed: bool


def facts_of(ids: Collection[UUID]) -> dict[UUID, Facts]:
    told = Exists(Letter.objects.filter(request_id=OuterRef("pk"), kind__in=_NAMING))
    rows = RightsRequest.objects.filter(id__in=list(ids)).annotate(told=told)
    read = rows.values_list(
        "id", "agent", "wish", "fee__yen", "fee__shown_at", "told", "fee__how", "collected_at",
        "decision__two_people", "decision__approved_by",
    )  # fmt: skip
    return {
        id: Facts(
            agent, wish, yen or 0, shown is not None or told, how or "", collected is not None,
            bool(two) and approver is None,
        )
        for id, agent, wish, yen, shown, told, how, collected, two, approver in read
    }  # fmt: skip


def last_steps(request_id: UUID) -> dict[str, datetime]:
    """When each kind of step was last taken."""
    rows = Step.objects.filter(request_id=request_id).order_by("at", "id")
    return dict(rows.values_list("code", "at"))


@dataclass(frozen=True, slots=True)
class Gathered:
    """How much somebody confirmed as theirs; nothing of it is opened."""

    inquiries: int
    replies: int
    notes: int
    redactions: int


def gathered(request: RightsRequest) -> Gathered:
    inquiries = inquiries_in(chosen_of(request))
    written = Counter(each.kind for each in written_under(inquiries).values())
    redactions = Redaction.objects.filter(request_id=request.id).count()
    return Gathered(len(inquiries), written["reply"], written["note"], redactions)
