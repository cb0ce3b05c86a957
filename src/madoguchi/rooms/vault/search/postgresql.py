"""Indexes in unlogged tables of their own, two for each: the server empties them after a crash itself.

Where letters are common, the newest places are read in order; where they are rare, the GIN index is asked.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import ProgrammingError

from madoguchi.rooms.vault.errors import SearchBusy
from madoguchi.rooms.vault.search.shelf import Index, State, serving

_LOCK = 0x6D61646F  # of the transaction that writes
_WINDOWS = (2_000, 20_000)  # newest places that are read in order before the GIN index is asked


def _run(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


class _Tables:
    """One index; every name in its statements is made of its number."""

    def __init__(self, number: int, state: State) -> None:
        self.number, self.state = number, state
        self.place, self.copy = _names(number)

    def note(self, *, whole: bool, walked: str) -> None:
        _run(
            "UPDATE vault_search SET whole = %s, walked = %s WHERE number = %s", (whole, walked, self.number)
        )

    def place_of(self, group: UUID) -> int | None:
        found = _run(f"SELECT at FROM {self.place} WHERE grp = %s", (group,))  # noqa: S608
        return int(found[0][0]) if found else None

    def free_place(self, wanted: int) -> int:
        while _run(f"SELECT 1 FROM {self.place} WHERE at = %s", (wanted,)):  # noqa: S608
            wanted += 1
        return wanted

    def places_of_files(self, files: Collection[UUID]) -> list[int]:
        sql = f"SELECT DISTINCT at FROM {self.copy} WHERE file = ANY(%s) ORDER BY at"  # noqa: S608
        return [at for (at,) in _run(sql, (list(files),))]

    def groups_at(self, places: Collection[int]) -> dict[int, UUID]:
        rows = _run(f"SELECT at, grp FROM {self.place} WHERE at = ANY(%s)", (list(places),))  # noqa: S608
        return dict(rows)

    def copies_at(self, places: Collection[int]) -> dict[int, dict[UUID, bytes]]:
        found: dict[int, dict[UUID, bytes]] = {at: {} for at in places}
        sql = f"SELECT at, file, sealed FROM {self.copy} WHERE at = ANY(%s)"  # noqa: S608
        for at, file, sealed in _run(sql, (list(places),)):
            found[at][file] = bytes(sealed)
        return found

    def add(self, place: int, group: UUID, grams: Sequence[int], copies: Mapping[UUID, bytes]) -> None:
        _run(f"INSERT INTO {self.place} VALUES (%s, %s, %s)", (place, group, list(grams)))  # noqa: S608
        for file, sealed in copies.items():
            _run(f"INSERT INTO {self.copy} VALUES (%s, %s, %s)", (place, file, sealed))  # noqa: S608

    def remove(self, place: int, grams: Sequence[int]) -> None:
        _run(f"DELETE FROM {self.copy} WHERE at = %s", (place,))  # noqa: S608
        _run(f"DELETE FROM {self.place} WHERE at = %s", (place,))  # noqa: S608

    def find(self, grams: Collection[int], *, before: int | None, limit: int) -> list[int]:
        asked, up_to = sorted(grams), (1 << 62) if before is None else before - 1
        for window in _WINDOWS:
            newest = f"SELECT at, grams FROM {self.place} WHERE at <= %s ORDER BY at DESC LIMIT %s"  # noqa: S608
            sql = f"SELECT at FROM ({newest}) w WHERE grams @> %s::int4[] ORDER BY at DESC LIMIT %s"  # noqa: S608
            found = [at for (at,) in _run(sql, (up_to, window, asked, limit))]
            if len(found) == limit:
                return found
        # Materialized: the planner must not walk the whole table in order for letters that hardly occur.
        every = f"SELECT at FROM {self.place} WHERE grams @> %s::int4[]"  # noqa: S608
        sql = f"WITH f AS MATERIALIZED ({every}) SELECT at FROM f WHERE at <= %s ORDER BY at DESC LIMIT %s"  # noqa: S608
        return [at for (at,) in _run(sql, (asked, up_to, limit))]


def _names(number: int) -> tuple[str, str]:
    return f"vault_search_{number}_place", f"vault_search_{number}_copy"


def _all() -> list[_Tables]:
    rows = _run("SELECT number, format, epoch, whole, walked FROM vault_search ORDER BY number")
    return [_Tables(int(number), State(*rest)) for number, *rest in rows]


@contextmanager
def writing() -> Iterator[list[Index]]:
    with transaction.atomic():
        _run("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        yield list(_all())


@contextmanager
def reading() -> Iterator[Index | None]:
    try:
        yield serving(_all())
    except ProgrammingError as error:  # its tables were dropped meanwhile
        raise SearchBusy from error


def make(state: State) -> None:
    listed, tables = {index.number for index in _all()}, _numbers_of_tables()
    drop(tables - listed)
    number = max(time.time_ns(), *(each + 1 for each in listed), 0)  # never used before, whatever was dropped
    _run(
        "INSERT INTO vault_search (number, format, epoch, whole, walked) VALUES (%s, %s, %s, %s, %s)",
        (number, state.format, state.epoch, state.whole, state.walked),
    )
    for statement in _statements(*_names(number)):
        _run(statement)


def _statements(place: str, copy: str) -> Iterator[str]:
    yield f"CREATE UNLOGGED TABLE {place} (at bigint PRIMARY KEY, grp uuid NOT NULL UNIQUE, grams int4[] NOT NULL)"
    yield f"ALTER TABLE {place} ALTER grams SET STORAGE MAIN"
    yield f"CREATE INDEX {place}_grams ON {place} USING gin (grams) WITH (gin_pending_list_limit = 1024)"
    yield f"CREATE UNLOGGED TABLE {copy} (at bigint, file uuid, sealed bytea NOT NULL, PRIMARY KEY (at, file))"
    yield f"CREATE INDEX {copy}_file ON {copy} (file)"


def _numbers_of_tables() -> set[int]:
    """Also those that the list does not name: after a crash it is empty, after a restore it is another's."""
    found = _run(
        "SELECT DISTINCT split_part(relname, '_', 3)::bigint FROM pg_class WHERE relkind = 'r' "
        "AND relname ~ '^vault_search_[0-9]+_(place|copy)$' AND pg_table_is_visible(oid)"
    )
    return {number for (number,) in found}


def drop(numbers: Collection[int]) -> None:
    for number in numbers:
        place, copy = _names(number)
        _run(f"DROP TABLE IF EXISTS {place}, {copy}")
        _run("DELETE FROM vault_search WHERE number = %s", (number,))


def clear() -> None:
    drop({index.number for index in _all()} | _numbers_of_tables())


def purge() -> None:
    for index in _all():
        _run(f"VACUUM {index.place}, {index.copy}")
