"""集計: what came and how it was answered, on the business clock, by time and by what it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil

from django.db.models import F, Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.hours import Hours, is_open
from madoguchi.rooms.inquiries.models import Inquiry, Lane, Status
from madoguchi.rooms.inquiries.queries.days import Cell, bounds, kept_days
from madoguchi.rooms.inquiries.queries.lists import of_entity
from madoguchi.rooms.organisation.queries import Viewer, hours_of

LONGEST = 400  # days of one report
DIMENSIONS = ("form", "channel", "lane", "status", "person")
STEPS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Asked:
    """From the first day to the last (received), in steps; `only` narrows by dimension; `trays` counts 営業 and 迷惑."""

    first: date
    last: date
    step: str = "week"
    trays: bool = False
    only: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Figures:
    """Counts, and times in business minutes. `late`: without an answer although it is due."""

    received: int = 0
    in_time: int = 0
    late: int = 0
    firsts: list[int] = field(default_factory=list)
    dones: list[int] = field(default_factory=list)

    def add(self, cell: Cell, late: int) -> None:
        self.received += cell[5]
        self.in_time += cell[6]
        self.firsts += cell[7]
        self.dones += cell[8]
        self.late += late

    @property
    def answered(self) -> int:
        return len(self.firsts)

    @property
    def done(self) -> int:
        return len(self.dones)

    @property
    def share(self) -> int | None:
        """Percent answered within the target, of all that were answered or should have been."""
        due = self.answered + self.late
        return round(100 * self.in_time / due) if due else None

    def settle(self) -> "Figures":
        self.firsts.sort()
        self.dones.sort()
        return self

    @property
    def first_median(self) -> int | None:
        return at_percent(self.firsts, 50)

    @property
    def first_p90(self) -> int | None:
        return at_percent(self.firsts, 90)

    @property
    def done_median(self) -> int | None:
        return at_percent(self.dones, 50)

    @property
    def done_p90(self) -> int | None:
        return at_percent(self.dones, 90)


def at_percent(ordered: list[int], percent: int) -> int | None:
    """Nearest rank: a value that really occurred."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else None


@dataclass(frozen=True, slots=True)
class Report:
    """`whole` is False while a job still counts older days."""

    total: Figures
    steps: dict[tuple[date, date], Figures]
    by: dict[str, dict[str, Figures]]
    whole: bool


def report(viewer: Viewer, asked: Asked) -> Report:
    kept, whole = kept_days(viewer.entity_id, asked.first, asked.last)
    now = int(clock.now().timestamp() // 60)
    total, by = Figures(), {name: dict[str, Figures]() for name in DIMENSIONS}
    steps = {span: Figures() for span in spans(asked)}
    starts = {day: span for span in steps for day in _days(*span)}
    for day, cells in kept.items():
        for cell in cells:
            if not _counts(cell, asked):
                continue
            late = sum(due < now for due in cell[9])
            total.add(cell, late)
            steps[starts[day]].add(cell, late)
            for place, name in enumerate(DIMENSIONS):
                by[name].setdefault(cell[place], Figures()).add(cell, late)
    for each in (total, *steps.values(), *(one for named in by.values() for one in named.values())):
        each.settle()
    return Report(total, steps, by, whole)


def _counts(cell: Cell, asked: Asked) -> bool:
    if not asked.trays and cell[2] != Lane.INBOX:
        return False
    return all(cell[DIMENSIONS.index(name)] == _said(value) for name, value in asked.only)


def _said(value: str) -> str:
    """`none`: nobody."""
    return "" if value == "none" else value


def spans(asked: Asked) -> Iterator[tuple[date, date]]:
    """First and last day of each step; the first and last step may be cut by what was asked."""
    start = asked.first
    while start <= asked.last:
        end = min(_end_of(start, asked.step), asked.last)
        yield start, end
        start = end + timedelta(days=1)


def _end_of(day: date, step: str) -> date:
    if step == "week":
        return day + timedelta(days=6 - day.weekday())
    if step == "month":
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(days=1)
    return day


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


# -- the list behind a number -----------------------------------------------------------------------

_FIELDS = {
    "form": "form_id",
    "channel": "channel",
    "lane": "lane",
    "status": "status",
    "person": "assignee_id",
}
KINDS = ("received", "answered", "in_time", "late", "done")


def listed(viewer: Viewer, asked: Asked, kind: str = "received") -> QuerySet[Inquiry]:
    """The inquiries that a number of the report counts."""
    since, until = bounds(asked.first, asked.last)
    found = of_entity(viewer).filter(received_at__gte=since, received_at__lt=until)
    if not asked.trays:
        found = found.filter(lane=Lane.INBOX)
    for name, value in asked.only:
        found = found.filter(**{_FIELDS[name]: _said(value) or None})
    return found.filter(_of_kind(kind))


def _of_kind(kind: str) -> Q:
    answered = Q(first_answered_at__isnull=False)
    return {
        "answered": answered,
        "in_time": answered & Q(first_answered_at__lte=F("first_due_at")),
        "late": Q(first_answered_at=None, closed_at=None, first_due_at__lt=clock.now()),
        "done": Q(closed_at__isnull=False),
    }.get(kind, Q())


# -- what is open now -------------------------------------------------------------------------------

AGES = ((0, "今日"), (1, "1営業日"), (2, "2営業日"), (5, "3〜5営業日"), (10, "6〜10営業日"))
OLDER = "11営業日以上"


@dataclass(frozen=True, slots=True)
class Backlog:
    open: int
    late: int
    ages: list[tuple[str, int]]


def backlog(viewer: Viewer) -> Backlog:
    """Open inquiries of the inbox by how long they have been with us; those of 保留 wait for the customer."""
    inbox = of_entity(viewer).filter(closed_at=None, lane=Lane.INBOX).exclude(status=Status.PENDING)
    hours, now = hours_of(viewer.entity_id), clock.now()
    ages, newer = list[tuple[str, int]](), None
    for days, label in AGES:
        since = _business_days_ago(days, hours)
        some = inbox.filter(received_at__gte=since)
        ages.append((label, (some.filter(received_at__lt=newer) if newer else some).count()))
        newer = since
    ages.append((OLDER, inbox.filter(received_at__lt=newer).count()))
    late = inbox.filter(answered_at=None, due_at__lt=now).count()
    return Backlog(sum(n for _, n in ages), late, ages)


def _business_days_ago(count: int, hours: Hours) -> datetime:
    """The moment since which at most so many business days have ended."""
    day, left = clock.today(), count
    while left:
        day -= timedelta(days=1)
        left -= is_open(day, hours)
    return bounds(day, day)[0]
