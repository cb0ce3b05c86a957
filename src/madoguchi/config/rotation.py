"""Keys turn over while the house serves: a new epoch, everything living moved to it, the old one destroyed.

Small steps with pauses, each resumable (ADR 0011). Between making a key and using it, and between using it
and emptying the old one, every process must have learned of it: that is waited for by the monotonic clock of
whoever turns the keys, and waited for anew after a restart.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.reblind import reblind_arrived, reblind_mails
from madoguchi.rooms.inquiries.actions.reblind import reblind_inquiries, reblind_people
from madoguchi.rooms.jobs.queries import clocks
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.actions import rotate
from madoguchi.rooms.vault.actions.search import leave_epoch
from madoguchi.rooms.vault.queries.epochs import AGE, KINDS, in_use, living_epochs, periods

if TYPE_CHECKING:
    from madoguchi.rooms.vault.models import Epoch

log = logging.getLogger("madoguchi.keys")

ROUND = timedelta(hours=1)  # between looks when nothing is to be done
PAUSE = timedelta(milliseconds=50)  # between batches, for those who write meanwhile
AFTER_FAILURE = timedelta(seconds=30)
SETTLE = timedelta(seconds=3 * AGE)  # until every process has read the epochs again

# Every look-up column that the tables declare, and who makes its values anew.
REBLIND: Mapping[str, Callable[[], int]] = {
    "people.Person.address_index": reblind_people,
    "inquiries.Inquiry.phone_index": reblind_inquiries,
    "delivery.Mail.recipient_index": reblind_mails,
    "delivery.ArrivedMail.sender_index": reblind_arrived,
}


class Rotation:
    """Remembers only how long this process has known of what; everything else stands in the database."""

    def __init__(self, *, by: Ref = WORKER) -> None:
        self.by = by
        self._known: dict[tuple[str, int, bool], float] = {}

    def look(self) -> timedelta:
        """One step, unless the clocks disagree: then nothing is opened, closed or destroyed. When to come again."""
        found = clocks()
        return self.step(found.trusted) if found.agree else ROUND

    def step(self, now: datetime) -> timedelta:
        """One step at trusted time `now`; ROUND when there is nothing to do."""
        with rotate.alone():
            waits = [self._step(kind, now) for kind in KINDS]
        return min((wait for wait in waits if wait is not None), default=ROUND)

    def begin(self, now: datetime) -> list[str]:
        """A new epoch of each kind, whether due or not, unless a change is under way already."""
        with rotate.alone():
            made = [kind for kind in KINDS if len(self._open(kind)) == 1]
            for kind in made:
                self._make(kind, now)
            return made

    def under_way(self) -> bool:
        return any(len(self._open(kind)) > 1 for kind in KINDS)

    def _open(self, kind: str) -> "list[Epoch]":
        return [epoch for epoch in living_epochs(kind) if epoch.closed_at is None]

    # -- one kind ------------------------------------------------------------------------------------

    def _step(self, kind: str, now: datetime) -> timedelta | None:
        self._adopt(kind)
        newest = self._open(kind)[0]
        if not self._settled(newest):
            return SETTLE
        if newest.in_use_from is None:
            self._use(newest, now)
            return SETTLE
        if rules.rotation_due(newest, now, periods()):
            self._make(kind, now)
            return SETTLE
        if self._move(kind):
            return PAUSE
        for epoch in living_epochs(kind):
            if epoch.number < newest.number:
                self._end(epoch, now)
        rotate.remove_destroyed(kind)
        return None

    def _settled(self, epoch: "Epoch") -> bool:
        """Known to this process, in the state it is in, for long enough that all others know it as well."""
        known = (epoch.kind, epoch.number, epoch.in_use_from is not None)
        since = self._known.setdefault(known, time.monotonic())
        return time.monotonic() - since >= SETTLE.total_seconds()

    def _make(self, kind: str, now: datetime) -> None:
        rotate.make_key(kind, now=now)
        self._adopt(kind)

    def _adopt(self, kind: str) -> None:
        """A key just made, or one that a crash or a restore left unknown."""
        for key in rotate.unknown_keys(kind):
            with action:
                rotate.know(key)
                self._record("keys.epoch-made", kind, key.number)

    @action
    def _use(self, epoch: "Epoch", now: datetime) -> None:
        if rotate.take_into_use(epoch.kind, epoch.number, now=now):
            self._record("keys.epoch-in-use", epoch.kind, epoch.number)

    def _move(self, kind: str) -> int:
        """One batch of what lies under an older key."""
        if kind == "kek":
            return rotate.rewrap_some()
        return next((moved for reblind in REBLIND.values() if (moved := reblind())), 0)

    def _end(self, epoch: "Epoch", now: datetime) -> None:
        if in_use(epoch.kind, epoch.number):
            return  # a deletion that is under way has its last keys there
        if epoch.closed_at is None:
            self._close(epoch, now)
        elif rules.may_destroy(epoch, now):
            self._destroy(epoch, now)

    def _close(self, epoch: "Epoch", now: datetime) -> None:
        day = rules.destroy_day(now, epoch.destroy_on, periods())
        rotate.note_closing(epoch.kind, epoch.number, day)
        with action:
            if rotate.close(epoch.kind, epoch.number, now=now, destroy_on=day):
                self._record("keys.epoch-closed", epoch.kind, epoch.number, destroy_on=day.isoformat())

    def _destroy(self, epoch: "Epoch", now: datetime) -> None:
        if epoch.kind == "index":
            leave_epoch(epoch.number)  # an index that was never made anew goes with its key
        rotate.note_destruction(epoch.kind, epoch.number)
        with action:
            if rotate.destroy(epoch.kind, epoch.number, now=now):
                self._record("keys.epoch-destroyed", epoch.kind, epoch.number)

    def _record(self, event: str, kind: str, number: int, **more: str) -> None:
        details: dict[str, str | int | bool] = {"kind": kind, "number": number, **more}
        record(event, about=Ref("key-epoch", NOBODY), by=self.by, details=details)


def keep_turning(stopping: threading.Event) -> None:
    """The worker's thread: a look each hour, and small steps while there is something to do."""
    rotation, wait = Rotation(), PAUSE
    while not stopping.wait(wait.total_seconds()):
        try:
            wait = rotation.look()
        except Exception:
            log.exception("rotation-failed")
            wait = AFTER_FAILURE
        if wait >= AFTER_FAILURE:
            connection.close()
    connection.close()
