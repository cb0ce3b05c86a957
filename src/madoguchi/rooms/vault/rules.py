"""When keys fit the database, when they may not be used, and the days of an epoch's life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from madoguchi.foundation.lib import clock
from madoguchi.rooms.promises.registry import keeps
from madoguchi.rooms.vault.errors import FileErased, FileKept, KeysUnusable
from madoguchi.rooms.vault.keyring import Key, Keyring, file_name

DAY = timedelta(days=1)


class KnownEpoch(Protocol):
    """An epoch as the database knows it. `destroy_on` is missing only for keys that outlive every epoch."""

    kind: str
    number: int
    fingerprint: str
    opened_at: datetime
    closed_at: datetime | None
    destroy_on: date | None
    destroyed_at: datetime | None


class Readable(Protocol):
    @property
    def destroyed_at(self) -> datetime | None: ...
    @property
    def ending(self) -> object | None: ...
    @property
    def kept_for(self) -> str: ...


@keeps("vault.erased-stays-erased")
def check_not_erased(file: Readable) -> None:
    """Refused from the moment its deletion begins, long before the last row of it is gone."""
    if file.destroyed_at is not None or file.ending is not None:
        raise FileErased
    if file.kept_for:
        raise FileKept


def check_keys_fit(epochs: Iterable[KnownEpoch], ring: Keyring, *, today: date) -> None:
    """Every living epoch has the key that the database was written with, and no key came from elsewhere.

    A closed epoch whose day has come may be without its key: it was destroyed, here or before a restore.
    """
    known = {(epoch.kind, epoch.number): epoch for epoch in epochs}
    for epoch in known.values():
        if _needed(epoch, today) or (epoch.kind, epoch.number) in ring.keys:
            _check_same(epoch, ring)
    for key in list(ring.keys.values()):
        if (key.mark or (key.kind, key.number) not in known) and not ring.made_here(key):
            raise KeysUnusable(_not_ours(key, known=(key.kind, key.number) in known))


def _not_ours(key: Key, *, known: bool) -> str:
    name = file_name(key.kind, key.number)
    if known:
        return f"鍵ファイル {name} が書き換わっています。鍵のバックアップから戻してください。"
    return f"鍵ファイル {name} は、この窓口の鍵ではありません。鍵フォルダの外に移して、元に戻してください。"


def _needed(epoch: KnownEpoch, today: date) -> bool:
    if epoch.destroyed_at is not None:
        return False
    return epoch.closed_at is None or epoch.destroy_on is None or epoch.destroy_on > today


def _check_same(epoch: KnownEpoch, ring: Keyring) -> None:
    if ring.key(epoch.kind, epoch.number).fingerprint != epoch.fingerprint:
        raise KeysUnusable(
            f"鍵ファイル {file_name(epoch.kind, epoch.number)} は、このデータベースの鍵ではありません。"
            "同じ日のバックアップの鍵とデータを組にして戻してください。"
        )


# -- the days of an epoch ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Periods:
    """How long an epoch takes new values, and how far back a backup must still open."""

    rotation: timedelta
    window: timedelta


def last_day(opened_at: datetime, periods: Periods) -> date:
    """The day, promised from the first, on which the epoch's key is destroyed at the latest.

    The day more is for a rotation that begins before midnight and ends after it.
    """
    return _day(opened_at) + periods.rotation + periods.window + DAY


def rotation_due(epoch: KnownEpoch, now: datetime, periods: Periods) -> bool:
    """Also when a shorter period was set meanwhile; a longer one does not move what was promised."""
    if now - epoch.opened_at >= periods.rotation:
        return True
    return epoch.destroy_on is not None and _day(now) >= epoch.destroy_on - periods.window - DAY


def destroy_day(closed_at: datetime, promised: date | None, periods: Periods) -> date:
    """One backup window after it was emptied, and never later than promised."""
    after_window = _day(closed_at) + periods.window
    return min(promised, after_window) if promised else after_window


def may_destroy(epoch: KnownEpoch, now: datetime) -> bool:
    """`now` is the trusted time. An epoch emptied too late still has one day in which a backup is made."""
    return epoch.closed_at is not None and _day(now) >= _end(epoch, epoch.closed_at)


def gone_by(epoch: KnownEpoch, at: datetime) -> date:
    """The day from which nothing opens with this key any more, as seen at `at`."""
    emptied = epoch.closed_at or at + DAY  # at once when its rotation is overdue
    return _end(epoch, emptied) + DAY


def overdue(epoch: KnownEpoch, now: datetime) -> bool:
    """Its last day, and the one after, have passed."""
    return epoch.destroy_on is not None and _day(now) > epoch.destroy_on + DAY


def _end(epoch: KnownEpoch, emptied: datetime) -> date:
    return max(epoch.destroy_on or date.max, _day(emptied) + DAY)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
