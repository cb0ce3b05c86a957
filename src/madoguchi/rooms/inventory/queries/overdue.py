"""Was everything ended in its time, neither before nor long after? For the counts of the promises."""

from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import changed_since
from madoguchi.rooms.inventory import periods
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.retention import (
    REMAINDER,
    in_force,
    over,
    periods_on,
    ruled_by,
)
from madoguchi.rooms.inventory.reading import AT_ONCE, path
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.vault.queries import kept_beyond

NIGHTS = timedelta(days=2)


def overdue(entity_id: UUID) -> list[UUID]:
    """Rows that two nights should have taken, at most 500 of a class. What somebody changed since is left to the
    night that comes."""
    on, found = trusted_today(), set[UUID]()
    for code, days in periods_on(entity_id, on - NIGHTS).items():
        for holding, end in ruled_by(code):
            rows = over(holding, end, entity_id, on, days, grace=NIGHTS.days)
            found |= set(rows.values_list("pk", flat=True)[:AT_ONCE])
    return sorted(found - changed_since(found, periods.over_before(on, NIGHTS.days)))


def ended_early(entity_id: UUID, record: DeletionRecord) -> int:
    """How many of the matters, or sealed files, of this deletion were not over on its day."""
    on = clock.local(record.begun_at).date()
    if record.cause == REMAINDER:
        return kept_beyond(record.id, on)
    days = in_force(entity_id, record.code, on)
    return sum(
        since is not None and (days is None or periods.last_day(since, days) >= on)
        for holding, end in ruled_by(record.code)
        for since in holding.model._default_manager.filter(
            **{f"{path(holding.table.file)}__ending": record.id}
        ).values_list(end.since, flat=True)
    )
