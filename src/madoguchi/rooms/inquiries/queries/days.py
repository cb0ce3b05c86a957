"""What came on each day (Asia/Tokyo) and what became of it, counted by form, channel, lane, status and person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.hours import Hours, business_minutes
from madoguchi.rooms.inquiries.models import DayFigures, Inquiry, Lane
from madoguchi.rooms.organisation.queries import hours_of

# form, channel, lane, status, person; how many, answered in time; business minutes to the first answer, and to 完了,
# of each; the moments (epoch minutes) at which those without an answer are due.
Cell = list[Any]
LIVE = 40  # days counted while somebody waits for the page

_FACTS = (
    "received_at", "form_id", "channel", "lane", "status", "assignee_id", "first_answered_at", "first_due_at", "closed_at",
)  # fmt: skip


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day until the end of the last."""
    start, end = (
        datetime.combine(day, time.min, clock.JST).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    return start, end


def received_between(entity_id: UUID, since: datetime, until: datetime) -> list[QuerySet[Inquiry]]:
    """In two halves, each by the index of its list."""
    came = Inquiry.objects.filter(
        entity_id=entity_id, received_at__gte=since, received_at__lt=until
    ).order_by()
    return [came.filter(closed_at=None, lane__in=Lane.values), came.filter(closed_at__isnull=False)]


def first_day(entity_id: UUID) -> date | None:
    """The day of the oldest inquiry."""
    oldest = [
        Inquiry.objects.filter(where, entity_id=entity_id)
        .order_by("received_at")
        .values_list("received_at", flat=True)
        .first()
        for where in (Q(closed_at__isnull=False), *(Q(closed_at=None, lane=lane) for lane in Lane.values))
    ]
    found = [at for at in oldest if at]
    return clock.local(min(found)).date() if found else None


def count_days(entity_id: UUID, since: datetime, until: datetime, hours: Hours) -> dict[date, list[Cell]]:
    """Straight from the inquiries."""
    days: dict[date, dict[tuple[str, ...], Cell]] = {}
    for half in received_between(entity_id, since, until):
        for row in half.values_list(*_FACTS).iterator(chunk_size=2_000):
            _put(days.setdefault(clock.local(row[0]).date(), {}), row, hours)
    return {day: list(cells.values()) for day, cells in days.items()}


def _put(cells: dict[tuple[str, ...], Cell], row: tuple[Any, ...], hours: Hours) -> None:
    received, form, channel, lane, status, person, answered, due, closed = row
    key = (str(form), channel, lane, status, str(person or ""))
    cell = cells.setdefault(key, [*key, 0, 0, [], [], []])
    cell[5] += 1
    if answered is not None:
        cell[6] += due is not None and answered <= due
        cell[7].append(max(0, business_minutes(received, answered, hours)))
    elif closed is None and due is not None:
        cell[9].append(int(due.timestamp() // 60))
    if closed is not None:
        cell[8].append(max(0, business_minutes(received, closed, hours)))


def kept_days(entity_id: UUID, first: date, last: date) -> tuple[dict[date, list[Cell]], bool]:
    """The figures of each day, and whether all of them are there: after a change of hours, or when much was taken in,
    a job needs a while for the rest."""
    rows = DayFigures.objects.filter(
        entity_id=entity_id, day__gte=first, day__lte=last, made_at__isnull=False
    )
    found: dict[date, list[Cell]] = dict(rows.values_list("day", "cells"))
    today = clock.today()
    found.pop(today, None)
    asked = ((first + timedelta(days=n)) for n in range((min(last, today) - first).days + 1))
    missing = [day for day in asked if day not in found]
    hours = hours_of(entity_id) if missing else None
    for start, end in runs(missing[-LIVE:]):
        assert hours is not None
        found |= count_days(entity_id, *bounds(start, end), hours)
    return found, len(missing) <= LIVE or _is_older(entity_id, missing[-LIVE])


def _is_older(entity_id: UUID, day: date) -> bool:
    """Nothing came before this day, so nothing is missing."""
    first = first_day(entity_id)
    return first is None or first >= day


def runs(days: list[date]) -> Iterator[tuple[date, date]]:
    start = before = None
    for day in days:
        if start is None or before is None:
            start = day
        elif day - before > timedelta(days=1):
            yield start, before
            start = day
        before = day
    if start is not None and before is not None:
        yield start, before
