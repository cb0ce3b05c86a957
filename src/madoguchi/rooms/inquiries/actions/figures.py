"""Keep the figures of past days: each is counted once, and again when something of that day changed."""

from datetime import date, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.models import DayFigures
from madoguchi.rooms.inquiries.queries.days import Cell, bounds, count_days, first_day, runs
from madoguchi.rooms.organisation.queries import hours_of, only_entity

AT_ONCE = 20  # days in one step


def measure_anew(entity_id: UUID) -> None:
    """With other hours every day is measured by them: one clock for all that is compared."""
    DayFigures.objects.filter(entity_id=entity_id).delete()


def measure_some() -> bool:
    """The newest days without figures; True when there may be more."""
    entity = only_entity()
    missing = _missing(entity.id) if entity else []
    if entity is not None and missing:
        _measure(entity.id, missing[:AT_ONCE])
    return len(missing) > AT_ONCE


def has_missing() -> bool:
    entity = only_entity()
    return entity is not None and bool(_missing(entity.id))


def _missing(entity_id: UUID) -> list[date]:
    first, last = first_day(entity_id), clock.today() - timedelta(days=1)
    if first is None:
        return []
    known = set(
        DayFigures.objects.filter(entity_id=entity_id, made_at__isnull=False).values_list("day", flat=True)
    )
    days = (last - timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day not in known]


def _measure(entity_id: UUID, days: list[date]) -> None:
    """First the rows, then what they say: whoever changes something after that removes the row of its day, which is
    then left for the next time instead of being kept wrong."""
    _begin(entity_id, days)
    counted, hours = dict[date, list[Cell]](), hours_of(entity_id)
    for first, last in runs(sorted(days)):
        counted |= count_days(entity_id, *bounds(first, last), hours)
    _fill(entity_id, days, counted)


@action
def _begin(entity_id: UUID, days: list[date]) -> None:
    rows = [DayFigures(entity_id=entity_id, day=day) for day in days]
    DayFigures.objects.bulk_create(rows, ignore_conflicts=True)


@action
def _fill(entity_id: UUID, days: list[date], counted: dict[date, list[Cell]]) -> None:
    now = clock.now()
    for day in days:
        row = DayFigures.objects.filter(entity_id=entity_id, day=day, made_at=None)
        row.update(cells=counted.get(day, []), made_at=now)
