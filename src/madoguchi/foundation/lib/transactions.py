"""`action` writes, `snapshot` reads: the two ways to open a transaction.

An action joins the one around it (no savepoints): a verb either happens with everything around it or
not at all. On SQLite all writers take turns, so an action does no I/O, rendering or unbounded loop.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

action = transaction.atomic(savepoint=False)


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads that agree with each other: one moment of the database, without taking a turn."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        with connection.reading():  # type: ignore[attr-defined]  # our SQLite backend
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
