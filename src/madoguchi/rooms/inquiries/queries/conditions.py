"""Conditions of a list, by code: what a colleague narrows it by, and how an index answers."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries.lists import PAGE, Page, after, cursor_of, of_entity, rows_of
from madoguchi.rooms.organisation.queries import Viewer

MOST_COUNTED = 100
ALL = "all"  # closed ones too
ME, NOBODY = "me", "none"
_OPEN, _CLOSED = Q(closed_at=None), Q(closed_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything is text, as in an address or a saved view; what is empty does not narrow. `assignee` may be `me` or
    `none`; `status` empty is whatever is not settled; days are ISO, both included."""

    lane: str = ""
    status: str = ""
    assignee: str = ""
    label: str = ""
    form: str = ""
    channel: str = ""
    overdue: str = ""
    since: str = ""
    until: str = ""

    def named(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def read_conditions(given: Mapping[str, str]) -> Conditions:
    """What is no condition narrows nothing."""
    known = {each.name: given.get(each.name, "") for each in fields(Conditions)}
    return Conditions(**{name: value for name, value in known.items() if value and _may_be(name, value)})


def _may_be(name: str, value: str) -> bool:
    match name:
        case "lane":
            return value in rules.LANES
        case "status":
            return value in Status.values or value == ALL
        case "assignee":
            return value in (ME, NOBODY) or _is_id(value)
        case "label" | "form":
            return _is_id(value)
        case "since" | "until":
            return _day(value) is not None
        case "overdue":
            return value == "1"
    return len(value) <= 10


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def page_of(
    viewer: Viewer, conditions: Conditions, *, cursor: str = "", limit: int = PAGE, also: Q | None = None
) -> Page:
    """The newest first, paged by key; each way is one look into an index, and they are merged here."""
    found: list[Inquiry] = []
    for rows in _ways(viewer, conditions, also or Q(), cursor):
        found += rows.defer("answers")[: limit + 1]
    found.sort(key=lambda each: (each.received_at, each.id), reverse=True)
    following = cursor_of(found[limit - 1]) if len(found) > limit else ""
    return Page(rows_of(found[:limit]), following)


def count_of(viewer: Viewer, conditions: Conditions) -> int:
    """At most MOST_COUNTED: nobody reads on a list whether there are 340 or 341."""
    ways = _ways(viewer, conditions, Q(), "")
    return min(MOST_COUNTED, sum(rows.values("id")[:MOST_COUNTED].count() for rows in ways))


def where(viewer: Viewer, conditions: Conditions) -> Q:
    """The same as one filter, for what has been found by other means."""
    label = Q(labelled__label_id=conditions.label) if conditions.label else Q()
    return _narrow(viewer, conditions) & label & _states(conditions.status)


def _states(status: str) -> Q:
    if status == ALL:
        return Q()
    if status == Status.DONE:
        return _CLOSED
    return _OPEN & Q(status=status) if status else _OPEN


def _narrow(viewer: Viewer, conditions: Conditions) -> Q:
    found = Q()
    if conditions.lane:
        found &= Q(lane=conditions.lane)
    if conditions.assignee:
        found &= Q(assignee_id=_assignee(viewer, conditions.assignee))
    if conditions.form:
        found &= Q(form_id=conditions.form)
    if conditions.channel:
        found &= Q(channel=conditions.channel)
    if conditions.overdue:
        found &= Q(lane="inbox", answered_at=None, due_at__lt=clock.now()) & ~Q(status=Status.PENDING)
    if since := _day(conditions.since):
        found &= Q(received_at__gte=_midnight(since))
    if until := _day(conditions.until):
        found &= Q(received_at__lt=_midnight(until + timedelta(days=1)))
    return found


def _assignee(viewer: Viewer, named: str) -> UUID | None:
    if named == NOBODY:
        return None
    return viewer.ref.id if named == ME else UUID(named)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.JST).astimezone(UTC)


def _ways(viewer: Viewer, conditions: Conditions, also: Q, cursor: str) -> Iterator[QuerySet[Inquiry]]:
    """Queries that together hold everything, each in the order of one index."""
    rows = of_entity(viewer).filter(_narrow(viewer, conditions), also)
    if conditions.label:
        labelled = Q(labelled__label_id=conditions.label)
        rows = rows.filter(labelled & after(cursor, "labelled__received_at"), _states(conditions.status))
        yield rows.filter(after(cursor)).order_by("-labelled__received_at", "-labelled__inquiry_id")
        return
    rows = rows.filter(after(cursor)).order_by("-received_at", "-id")
    if conditions.status in ("done", ALL):
        yield rows.filter(_CLOSED)
    if conditions.status == "done":
        return
    open_ = rows.filter(_states("" if conditions.status == ALL else conditions.status))
    if conditions.lane or conditions.overdue or conditions.assignee not in ("", NOBODY):
        yield open_
        return
    for lane in rules.LANES:
        yield open_.filter(lane=lane)
