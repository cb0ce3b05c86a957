"""The register of requests (請求台帳) and its figures, which name nobody and may be published."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, FeeRecord, IdentityCheck, RightsRequest
from madoguchi.rooms.rights.queries.requests import outcome_of
from madoguchi.rooms.rights.rules import complaints, identity
from madoguchi.rooms.rights.rules import requests as rules

FEW = 5  # below this a count could point at somebody: then no median is told


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register: codes, days and who of the staff; never who asked."""

    number: str
    kind: str
    channel: str
    arrived_at: datetime
    identified_by: tuple[str, ...]
    state: str
    outcome: str
    ground: str
    decided_at: datetime | None
    fee_yen: int
    fee_how: str
    notified_at: datetime | None
    closed_at: datetime | None
    line_on: date | None
    due_on: date
    within_line: bool | None
    package_digest: str
    owner: str

    @property
    def label(self) -> str:
        return rules.KINDS[self.kind].label

    @property
    def state_label(self) -> str:
        return rules.STATES[rules.State(self.state)]

    @property
    def ended(self) -> str:
        return rules.OUTCOMES[rules.Outcome(self.outcome)] if self.outcome else ""

    @property
    def ground_label(self) -> str:
        return rules.GROUNDS[self.ground].label if self.ground else ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """`days` is the median from arrival to the notice, None while too few were told. `within`: of those with a line,
    how many were told by it; `over`: told later, or still untold past it. `with_ground`: of the refusals, how many
    name a listed ground."""

    since: date | None
    until: date
    total: int
    open: int
    by_kind: Mapping[str, int]
    by_outcome: Mapping[str, int]
    withdrawn: int
    days: float | None
    within: int
    over: int
    refused: int
    with_ground: int

    @property
    def kinds(self) -> list[tuple[str, int]]:
        return [(rules.KINDS[code].label, count) for code, count in self.by_kind.items()]

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        return [(rules.OUTCOMES[rules.Outcome(code)], count) for code, count in self.by_outcome.items()]


def register(viewer: Viewer, *, since: date | None = None, until: date | None = None) -> list[Entry]:
    """By the day of arrival, both days included; the latest first."""
    complaints.check_reader(viewer.role)
    rows = list(
        _between(viewer, since, until).select_related("decision", "fee").order_by("-arrived_at", "-id")
    )
    ids, staff = [each.id for each in rows], names(viewer)
    ways, digests = _ways(ids), _digests(ids)
    return [_entry(each, ways.get(each.id, ()), digests.get(each.id, ""), staff) for each in rows]


def statistics(viewer: Viewer, *, since: date | None = None, until: date | None = None) -> Statistics:
    """Counted from the register itself, so that both say the same."""
    return counted(register(viewer, since=since, until=until), since, until or clock.today())


def counted(entries: Iterable[Entry], since: date | None, until: date) -> Statistics:
    rows = list(entries)
    told = [(each.notified_at - each.arrived_at).days for each in rows if each.notified_at]
    kinds, outcomes = (Counter(getattr(each, name) for each in rows) for name in ("kind", "outcome"))
    reasoned = [each for each in rows if each.outcome == rules.Outcome.REFUSED]
    return Statistics(
        since=since,
        until=until,
        total=len(rows),
        open=sum(each.state in rules.OPEN for each in rows),
        by_kind={code: kinds[code] for code in rules.KINDS if kinds[code]},
        by_outcome={code.value: outcomes[code] for code in rules.Outcome if outcomes[code]},
        withdrawn=sum(each.state == rules.State.WITHDRAWN for each in rows),
        days=float(median(told)) if len(told) >= FEW else None,
        within=sum(each.within_line is True for each in rows),
        over=sum(each.within_line is False for each in rows),
        refused=len(reasoned),
        with_ground=sum(bool(each.ground) for each in reasoned),
    )


def _between(viewer: Viewer, since: date | None, until: date | None) -> QuerySet[RightsRequest]:
    rows = RightsRequest.objects.filter(entity_id=viewer.entity_id)
    if since is not None:
        rows = rows.filter(arrived_at__gte=_midnight(since))
    return rows if until is None else rows.filter(arrived_at__lt=_midnight(until, days=1))


def _midnight(day: date, *, days: int = 0) -> datetime:
    return datetime.combine(date.fromordinal(day.toordinal() + days), datetime.min.time(), clock.JST)


def _ways(ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    rows = IdentityCheck.objects.filter(request_id__in=ids, passed=True).order_by("at", "id")
    for request, way in rows.values_list("request_id", "way"):
        found.setdefault(request, []).append(identity.WAYS[way].label)
    return {request: tuple(dict.fromkeys(ways)) for request, ways in found.items()}


def _digests(ids: list[UUID]) -> dict[UUID, str]:
    given = DisclosurePackage.objects.filter(request_id__in=ids).exclude(state="replaced")
    return dict(given.values_list("request_id", "digest"))


def _entry(each: RightsRequest, ways: tuple[str, ...], digest: str, staff: Mapping[UUID, str]) -> Entry:
    decision: Decision | None = getattr(each, "decision", None)
    fee: FeeRecord | None = getattr(each, "fee", None)
    return Entry(
        number=each.number,
        kind=each.kind,
        channel=each.channel,
        arrived_at=each.arrived_at,
        identified_by=ways,
        state=each.state,
        outcome=outcome_of(each),
        ground=decision.ground if decision and outcome_of(each) else "",
        decided_at=decision.decided_at if decision else None,
        fee_yen=fee.yen if fee else 0,
        fee_how=fee.how if fee else "",
        notified_at=each.notified_at,
        closed_at=each.closed_at,
        line_on=each.line_on,
        due_on=each.due_on,
        within_line=_within(each),
        package_digest=digest,
        owner=staff.get(each.owner_id, "") if each.owner_id else "",
    )


def _within(each: RightsRequest) -> bool | None:
    """None without a line, for what was withdrawn, and while there is still time."""
    if each.line_on is None or each.state == rules.State.WITHDRAWN:
        return None
    if each.notified_at is not None:
        return clock.local(each.notified_at).date() <= each.line_on
    return False if each.line_on < clock.today() else None
