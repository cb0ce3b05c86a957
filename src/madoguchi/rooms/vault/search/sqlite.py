"""Indexes in files of their own beside the database: `search/<number>.sqlite3`, the higher the newer.

A number is never used again: a file that somebody still has open may be unlinked, but not replaced.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from madoguchi.rooms.vault.errors import SearchBusy
from madoguchi.rooms.vault.search.shelf import Index, State, serving

PATIENCE = 5.0  # seconds
_PURGES_BY_ITSELF = sqlite3.sqlite_version_info >= (3, 42, 0)  # FTS5's "secure-delete"
_TABLES = (
    "CREATE TABLE about (format INTEGER, epoch INTEGER, whole INTEGER, walked TEXT)",
    "CREATE TABLE place (at INTEGER PRIMARY KEY, grp BLOB NOT NULL UNIQUE)",
    "CREATE TABLE copy (at INTEGER, file BLOB, sealed BLOB NOT NULL, PRIMARY KEY (at, file)) WITHOUT ROWID",
    "CREATE INDEX copy_file ON copy (file)",
    "CREATE VIRTUAL TABLE gram USING fts5(x, content='', detail=none, columnsize=0, tokenize='ascii')",
)


def folder() -> Path:
    path: Path = settings.DATA_DIR / "search"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


class _File:
    """One index. `gram` holds the digests, and nothing of a removed row stays in it (`secure-delete`)."""

    def __init__(self, path: Path) -> None:
        self.number = int(path.stem)
        if not path.exists():
            raise FileNotFoundError(path)
        self.db = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("PRAGMA secure_delete=ON")
        self.db.execute("PRAGMA cache_size=-16000")
        self.state = self._state()

    def _state(self) -> State:
        format, epoch, whole, walked = self.db.execute("SELECT * FROM about").fetchone()
        return State(format, epoch, bool(whole), walked)

    def note(self, *, whole: bool, walked: str) -> None:
        self.db.execute("UPDATE about SET whole = ?, walked = ?", (whole, walked))

    def place_of(self, group: UUID) -> int | None:
        found = self.db.execute("SELECT at FROM place WHERE grp = ?", (group.bytes,)).fetchone()
        return found[0] if found else None

    def free_place(self, wanted: int) -> int:
        while self.db.execute("SELECT 1 FROM place WHERE at = ?", (wanted,)).fetchone():
            wanted += 1
        return wanted

    def places_of_files(self, files: Collection[UUID]) -> list[int]:
        sql = f"SELECT DISTINCT at FROM copy WHERE file IN ({_marks(files)}) ORDER BY at"  # noqa: S608
        return [at for (at,) in self.db.execute(sql, [file.bytes for file in files])]

    def groups_at(self, places: Collection[int]) -> dict[int, UUID]:
        sql = f"SELECT at, grp FROM place WHERE at IN ({_marks(places)})"  # noqa: S608
        return {at: UUID(bytes=group) for at, group in self.db.execute(sql, list(places))}

    def copies_at(self, places: Collection[int]) -> dict[int, dict[UUID, bytes]]:
        sql = f"SELECT at, file, sealed FROM copy WHERE at IN ({_marks(places)})"  # noqa: S608
        found: dict[int, dict[UUID, bytes]] = {at: {} for at in places}
        for at, file, sealed in self.db.execute(sql, list(places)):
            found[at][UUID(bytes=file)] = sealed
        return found

    def add(self, place: int, group: UUID, grams: Sequence[int], copies: Mapping[UUID, bytes]) -> None:
        self.db.execute("INSERT INTO place VALUES (?, ?)", (place, group.bytes))
        rows = [(place, file.bytes, sealed) for file, sealed in copies.items()]
        self.db.executemany("INSERT INTO copy VALUES (?, ?, ?)", rows)
        self.db.execute("INSERT INTO gram (rowid, x) VALUES (?, ?)", (place, _line(grams)))

    def remove(self, place: int, grams: Sequence[int]) -> None:
        """`grams` must be exactly what was added: FTS5 takes out what it is told."""
        self.db.execute("INSERT INTO gram (gram, rowid, x) VALUES ('delete', ?, ?)", (place, _line(grams)))
        self.db.execute("DELETE FROM copy WHERE at = ?", (place,))
        self.db.execute("DELETE FROM place WHERE at = ?", (place,))

    def find(self, grams: Collection[int], *, before: int | None, limit: int) -> list[int]:
        asked = " AND ".join(_word(gram) for gram in sorted(grams))
        up_to = (1 << 62) if before is None else before - 1
        sql = "SELECT rowid FROM gram WHERE gram MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?"
        return [at for (at,) in self.db.execute(sql, (asked, up_to, limit))]

    def purge(self) -> None:
        if not _PURGES_BY_ITSELF:
            self.db.execute("INSERT INTO gram (gram) VALUES ('optimize')")
        (busy, _, _) = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise SearchBusy


@lru_cache(maxsize=1 << 15)
def _word(gram: int) -> str:
    """Only a-p, so that FTS5 takes it for one word and never for an operator."""
    return f"{gram & 0xFFFFFFFF:08x}".translate(_LETTERS)


_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def _line(grams: Sequence[int]) -> str:
    return " ".join(map(_word, grams))


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


# ---- the shelf


def _paths() -> list[Path]:
    return sorted(folder().glob("*.sqlite3"), key=lambda path: int(path.stem))


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _opened() -> Iterator[list[_File]]:
    """Every index; a damaged one is thrown away, since it is made anew from what is sealed."""
    files: list[_File] = []
    try:
        for path in _paths():
            with suppress(FileNotFoundError):  # dropped meanwhile by another process
                files.append(_File(path))
        yield files
    except sqlite3.DatabaseError as error:
        if type(error) is sqlite3.DatabaseError:  # malformed, or no database at all
            drop([int(path.stem) for path in _paths()])
        raise SearchBusy from error
    finally:
        for file in files:
            file.db.close()


@contextmanager
def writing() -> Iterator[list[Index]]:
    with _alone(), _opened() as files:
        for file in files:
            file.db.execute("BEGIN IMMEDIATE")
        yield list(files)
        for file in files:
            file.db.execute("COMMIT")


@contextmanager
def reading() -> Iterator[Index | None]:
    with _opened() as files:
        for file in files:
            file.db.execute("BEGIN")
        yield serving(files)


def make(state: State) -> None:
    """Under another name until it is complete, so that nobody opens half a file."""
    number = max(time.time_ns(), *(int(path.stem) + 1 for path in _paths()), 0)
    unfinished = folder() / f"{number}.new"
    for left in folder().glob("*.new*"):
        left.unlink()
    db = sqlite3.connect(unfinished, isolation_level=None)
    db.execute(f"PRAGMA journal_mode={_journal()}")
    db.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        db.execute(table)
    if _PURGES_BY_ITSELF:
        db.execute("INSERT INTO gram (gram, rank) VALUES ('secure-delete', 1)")
    values = (state.format, state.epoch, state.whole, state.walked)
    db.execute("INSERT INTO about VALUES (?, ?, ?, ?)", values)
    db.execute("COMMIT")
    db.close()
    unfinished.chmod(0o600)
    unfinished.rename(unfinished.with_suffix(".sqlite3"))


def _journal() -> str:
    """As the database beside it: WAL where this SQLite keeps one safely."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return str(cursor.fetchone()[0])


def drop(numbers: Collection[int]) -> None:
    for number in numbers:
        _unlink(folder() / f"{number}.sqlite3")


def clear() -> None:
    for left in folder().glob("*.new*"):
        left.unlink()
    drop([int(path.stem) for path in _paths()])


def purge() -> None:
    with _alone(), _opened() as files:
        for file in files:
            file.purge()
