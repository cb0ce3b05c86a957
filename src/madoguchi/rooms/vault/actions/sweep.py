"""After keys were destroyed: what the engine still keeps of the old rows goes from its own files."""

import time
from collections.abc import Iterable

from django.db import connection

_PATIENCE = 20  # attempts: a checkpoint waits for readers, and each is over in milliseconds
_PAUSE = 0.25  # seconds


class StillRead(RuntimeError):
    """Somebody has been reading all the time; the caller's job comes again."""


def sweep(tables: Iterable[str] = ("vault_key",)) -> None:
    """SQLite overwrites what it removes, so its log is written back and cut off. PostgreSQL frees dead rows; the
    space is written over as it is used again. Not inside a transaction."""
    if connection.vendor == "postgresql":
        _vacuum(sorted(set(tables)))
        return
    for _ in range(_PATIENCE):
        if _checkpointed():
            return
        time.sleep(_PAUSE)
    raise StillRead


def _checkpointed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone()
    return not busy


def _vacuum(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
