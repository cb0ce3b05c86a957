"""Which epochs there are, what still lies under each, and when the last of it becomes unreadable in old copies."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from madoguchi.foundation.lib import declarations
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.keyring import KINDS, forget_destroyed
from madoguchi.rooms.vault.models import Epoch, File

__all__ = ("KINDS",)
AGE = 1.0  # seconds that a process may go on with what it last read of the epochs


@dataclass(frozen=True, slots=True)
class Numbers:
    """`current` for new values; `open` are all under which values may lie, the current one first."""

    current: int
    open: tuple[int, ...]


_read: dict[str, tuple[float, dict[str, Numbers]]] = {}


def numbers(kind: str) -> Numbers:
    """The open epochs of a kind ("kek" or "index"), at most a second old."""
    database = str(settings.DATABASES["default"]["NAME"])
    read_at, known = _read.get(database, (0.0, None))
    if known is None or time.monotonic() - read_at > AGE:
        known = _look(database)
    try:
        return known[kind]
    except KeyError:
        raise KeysUnusable("鍵がまだありません。`madoguchi init` を実行してください。") from None


def current_epoch(kind: str) -> int:
    """The number of the epoch that is in use for new keys and look-up values of this kind."""
    return numbers(kind).current


def forget_epochs() -> None:
    _read.clear()


def _look(database: str) -> dict[str, Numbers]:
    at, rows = time.monotonic(), list(_living().values_list("kind", "number", "in_use_from", "closed_at"))
    found = {}
    for kind in KINDS:
        opened = [(number, used) for each, number, used, closed in rows if each == kind and closed is None]
        current = max((number for number, used in opened if used), default=None)
        if current is not None:
            found[kind] = Numbers(current, (current, *(n for n, _ in opened if n != current)))
    if _sees_the_latest():
        _read[database] = at, found
        forget_destroyed({kind: [number for each, number, *_ in rows if each == kind] for kind in KINDS})
    return found


def _sees_the_latest() -> bool:
    """Inside a snapshot the epochs are as old as that is; they must not pass for what is known now."""
    if connection.vendor == "sqlite":
        assert connection.connection is not None
        return connection.in_atomic_block or not connection.connection.in_transaction
    if not connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        return bool(cursor.fetchone()[0] == "read committed")


def _living() -> models.QuerySet[Epoch]:
    return Epoch.objects.filter(kind__in=KINDS, destroyed_at=None).order_by("kind", "-number")


# -- what lies under an epoch ----------------------------------------------------------------------------


def in_use(kind: str, number: int) -> bool:
    """Whether a living file, or any look-up value of any table, still needs this epoch's key."""
    if kind == "kek":
        return File.objects.filter(epoch=number, destroyed_at=None).exists()
    return any(
        model._default_manager.filter(
            **{f"{column}__gte": prefix(number), f"{column}__lt": prefix(number + 1)}
        ).exists()
        for model, column in look_ups()
    )


def look_ups() -> Iterator[tuple[type[models.Model], str]]:
    """Every column that holds look-up values, as the tables declare it."""
    for model in apps.get_models():
        table = declarations.of(model)
        for name, column in (table.columns if table else {}).items():
            if column.look_up:
                yield model, name


def outdated(column: str) -> models.Q:
    """Rows whose look-up value was made under an epoch before the one in use."""
    return models.Q(**{f"{column}__lt": prefix(current_epoch("index"))})


def prefix(number: int) -> bytes:
    """With what every look-up value of this epoch begins."""
    return number.to_bytes(2)


# -- the days ----------------------------------------------------------------------------------------------


def periods() -> rules.Periods:
    environment = settings.ENVIRONMENT
    return rules.Periods(
        timedelta(days=environment.key_rotation_days), timedelta(days=environment.backup_window_days)
    )


def unreadable_on(at: datetime) -> date:
    """From this day on nothing erased at `at` opens, or is found, in any older copy of data and keys.

    Provided that copies of the key folder follow the backup window (docs: how-to/keys).
    """
    return max(rules.gone_by(epoch, at) for epoch in _living())


def every_epoch() -> list[Epoch]:
    return list(Epoch.objects.filter(kind__in=KINDS).order_by("kind", "number"))


def living_epochs(kind: str) -> list[Epoch]:
    """Not destroyed yet, newest first, read now."""
    return [epoch for epoch in _living() if epoch.kind == kind]
