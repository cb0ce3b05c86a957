"""Move the trusted time on, each minute: by the smaller step of two clocks (RELIABILITY T1)."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.jobs import rules
from madoguchi.rooms.jobs.models import TrustedClock
from madoguchi.rooms.jobs.queries import seen_now
from madoguchi.rooms.jobs.rules import Seen


@dataclass
class Watch:
    """What the row said when it last moved, and the machine's uptime (seconds) when that was noticed."""

    row: tuple[datetime, str, float] | None = None
    since: float = 0.0

    def quiet(self, known: TrustedClock, seen: Seen) -> bool:
        """Whether the row has not moved for so long that its owner must be gone. Wall clocks do not count here."""
        row = (known.at, known.boot, known.uptime)
        if row != self.row:
            self.row, self.since = row, seen.uptime
        return seen.uptime - self.since >= rules.QUIET.total_seconds()


_WATCH = Watch()


@action
def tick(*, seen: Seen | None = None, watch: Watch = _WATCH) -> None:
    seen = seen or seen_now()
    known = TrustedClock.objects.select_for_update().first()
    if known is None:
        _store(at=seen.wall, seen=seen)
        return
    at = rules.advanced(known, seen, quiet=watch.quiet(known, seen))
    if at is not None:
        _store(at=at, seen=seen)


@action
def accept_clock(by: Ref, *, seen: Seen | None = None) -> None:
    """A named person says that this machine's clock is right; the caller asked who may and records it."""
    seen = seen or seen_now()
    _store(at=seen.wall, seen=seen)
    TrustedClock.objects.update(accepted_at=clock.now(), accepted_by=by.id)


def _store(*, at: datetime, seen: Seen) -> None:
    now = {"at": at, "wall_at": seen.wall, "boot": seen.boot, "uptime": seen.uptime}
    TrustedClock.objects.update_or_create(id=1, defaults=now)
