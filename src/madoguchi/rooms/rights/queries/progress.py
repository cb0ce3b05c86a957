"""How far a request came, for the person's own link: days and codes, nothing of what is held."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.rights.models import RightsRequest, Step
from madoguchi.rooms.rights.queries.fee import fee_of
from madoguchi.rooms.rights.queries.shown import shown
from madoguchi.rooms.rights.rules import requests as rules


@dataclass(frozen=True, slots=True)
class Progress:
    """`at` is when each step was first taken, by its code; `ways` showed who asks. `outcome` stays empty until the
    person was told. `yen` is what it costs; `settled`: paid, or waived."""

    id: UUID
    number: str
    kind: str
    state: rules.State
    arrived_at: datetime
    at: dict[str, datetime]
    ways: frozenset[str]
    yen: int
    settled: bool
    outcome: str

    @property
    def proven(self) -> bool:
        """The mailbox, by the link that was mailed there."""
        return "mailbox" in self.ways

    @property
    def withdrawable(self) -> bool:
        return rules.may_move(self.state, rules.State.WITHDRAWN)


def progress_of(request: RightsRequest) -> Progress:
    at = dict[str, datetime]()
    for code, moment in (
        Step.objects.filter(request_id=request.id).order_by("at", "id").values_list("code", "at")
    ):
        at.setdefault(code, moment)
    fee = fee_of(request)
    told = request.notified_at is not None
    decision = getattr(request, "decision", None) if told else None
    return Progress(
        request.id, request.number, request.kind, rules.State(request.state), request.arrived_at, at,
        frozenset(each.way for each in shown(request) if each.passed), fee.yen if fee else 0,
        fee is None or not fee.yen or fee.settled_at is not None, decision.outcome if decision else "",
    )  # fmt: skip
