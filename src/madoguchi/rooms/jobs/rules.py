"""How long a lease lasts, when a failed job comes again, and when a person is told; which time two clocks agree on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
PATIENCE = timedelta(days=5)
GAP = timedelta(days=3)  # a machine that was off this long is believed
QUIET = timedelta(minutes=10)  # so long nobody moves the row before another machine takes it over
AGREE = timedelta(hours=6)  # within one start; more is told to a person


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


# -- the trusted time -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """What both clocks of a machine say: the wall's time, and seconds since the start that `boot` names."""

    wall: datetime
    boot: str
    uptime: float


class Known(Protocol):
    """The stored agreement: `at` was the trusted time when the owner's clocks said the rest."""

    @property
    def at(self) -> datetime: ...
    @property
    def wall_at(self) -> datetime: ...
    @property
    def boot(self) -> str: ...
    @property
    def uptime(self) -> float: ...


def same_start(known: Known, seen: Seen) -> bool:
    return known.boot == seen.boot and seen.uptime >= known.uptime


def trusted(known: Known, seen: Seen) -> datetime:
    """The agreed time plus what the machine has lived since; never later than the wall clock."""
    lived = timedelta(seconds=seen.uptime - known.uptime) if same_start(known, seen) else timedelta()
    return min(known.at + lived, seen.wall)


def advanced(known: Known, seen: Seen, *, quiet: bool) -> datetime | None:
    """The trusted time to store now, with these clocks beside it; None leaves the row as it is.

    A wall clock behind the agreed time is wrong itself and is waited for. Another start than the owner's
    (this machine was off, or it is another one) takes over when the owner is `quiet` and the gap is short.
    """
    if seen.wall < known.at:
        return None
    if same_start(known, seen):
        return trusted(known, seen)
    return seen.wall if quiet and seen.wall - known.at <= GAP else None


def clocks_agree(known: Known, seen: Seen) -> bool:
    """Whether nobody needs to be asked: here, and where the row was last moved."""
    allowed = AGREE if same_start(known, seen) else GAP
    return seen.wall - trusted(known, seen) <= allowed and known.wall_at - known.at <= AGREE
