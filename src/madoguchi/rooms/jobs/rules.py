"""How long a lease lasts, when a failed job comes again, and when a person is told instead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
PATIENCE = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased job. `wanted` is what it was when claimed: finishing removes only that."""

    id: UUID
    kind: str
    subject: UUID
    wanted: int
    attempts: int
    added_at: datetime
    leased_by: str


def next_attempt(attempts: int, added_at: datetime, now: datetime) -> datetime | None:
    """Doubling from a minute to four hours; None after five days: then a person must look."""
    if now - added_at >= PATIENCE:
        return None
    return now + min(FIRST_WAIT * (1 << min(max(attempts - 1, 0), 12)), LONGEST_WAIT)
