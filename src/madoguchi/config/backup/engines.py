"""What differs between the two databases: how a copy is taken while serving, looked at, and put in place."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection, connections

from madoguchi.config import disk
from madoguchi.config.backup.errors import BackupNotWritten, BackupUnusable
from madoguchi.config.backup.places import BEFORE, remove
from madoguchi.foundation.lib import clock

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_COUNT = 'SELECT count(*) FROM "{}"'  # our own names
_PAGES, _REST = 1024, 0.02  # 4 MB, then so many seconds
_FAULTY = "データベースの写しに誤りがあります。ディスクを確かめてください。"


class Engine(Protocol):
    def tables(self) -> list[str]:
        """What goes into a backup: all but the search index, which is made anew."""

    def copy(self, path: Path) -> None:
        """Write the moment of the caller's snapshot to `path`, while others go on writing."""

    def check(self, path: Path, rows: dict[str, int]) -> None:
        """Raises BackupUnusable unless the copy is whole and has these tables (SQLite: these rows)."""

    def check_unused(self) -> None:
        """Raises BackupUnusable while somebody else works on the database that will be replaced."""

    def put_in_place(self, path: Path) -> None:
        """The copy becomes the database. The one from before stays until `forget_before`."""

    def forget_before(self) -> None: ...


def engine() -> Engine:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def counted() -> dict[str, int]:
    """Rows of each table."""
    rows = {}
    with connection.cursor() as cursor:
        for name in engine().tables():
            cursor.execute(_COUNT.format(name))
            (rows[name],) = cursor.fetchone()
    return rows


class SQLite:
    def tables(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            return sorted(name for (name,) in cursor.fetchall())

    def copy(self, path: Path) -> None:
        """In steps with rests, so that commits of others find the disk free. The caller's read transaction keeps
        the moment: without it a foreign write between two steps would make the copy begin again."""
        assert connection.connection is not None
        with closing(sqlite3.connect(path)) as copy:
            (journal,) = connection.connection.execute("PRAGMA journal_mode").fetchone()
            step = _PAGES if journal == "wal" else -1  # elsewhere a reader keeps writers out: be quick
            connection.connection.backup(copy, pages=step, sleep=_REST)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it

    def check(self, path: Path, rows: dict[str, int]) -> None:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
                (found,) = copy.execute("PRAGMA integrity_check").fetchone()
                names = sorted(name for (name,) in copy.execute(_TABLES).fetchall())
                there = {name: copy.execute(_COUNT.format(name)).fetchone()[0] for name in names}
        except sqlite3.DatabaseError:
            raise BackupUnusable(_FAULTY) from None
        if found != "ok" or there != rows:
            raise BackupUnusable(_FAULTY)

    def check_unused(self) -> None:
        """The lock on the data folder says it all."""

    def put_in_place(self, path: Path) -> None:
        """All three files go aside before the copy takes the name: an old WAL beside it would ruin it."""
        connections.close_all()
        database = Path(settings.DATABASES["default"]["NAME"])
        aside = database.with_name(f"{BEFORE}{clock.local(clock.now()):%Y%m%d-%H%M%S-%f}")
        aside.mkdir(mode=0o700)
        for suffix in ("-wal", "-shm", ""):
            old = database.with_name(database.name + suffix)
            if old.exists():
                old.rename(aside / old.name)
        disk.sync(aside)
        disk.put(path, database)

    def forget_before(self) -> None:
        for path in settings.DATA_DIR.glob(f"*{BEFORE}*"):
            remove(path)


class PostgreSQL:
    """By the server's own tools; both read the password from the surroundings, never from a command line."""

    def tables(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE relkind = 'r' AND relpersistence = 'p' AND n.nspname = current_schema()"
            )
            return sorted(name for (name,) in cursor.fetchall())

    def copy(self, path: Path) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (moment,) = cursor.fetchone()
        unlogged = "--no-unlogged-table-data"
        _run(["pg_dump", "--format=custom", unlogged, f"--snapshot={moment}", f"--file={path}"])

    def check(self, path: Path, rows: dict[str, int]) -> None:
        """Its own tool reads the whole of it; how many rows came out is seen after the restore."""
        _run(["pg_restore", "--file=/dev/null", str(path)])
        listed = _run(["pg_restore", "--list", str(path)])
        inside = {line.split()[6] for line in listed.splitlines() if " TABLE DATA " in line}
        if inside != rows.keys():
            raise BackupUnusable(_FAULTY)

    def check_unused(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone()
        if others:
            raise BackupUnusable(
                f"このデータベースに、ほかの接続が {others} 本あります。",
                next_step="すべての機器で窓口を止め、ほかの接続を閉じてから、もう一度実行してください。",
            )

    def put_in_place(self, path: Path) -> None:
        """In one transaction: until it commits, the database is the one from before."""
        connections.close_all()
        name = settings.DATABASES["default"]["NAME"]
        _run(
            [
                "pg_restore",
                "--single-transaction",
                "--clean",
                "--if-exists",
                "--no-owner",
                f"--dbname={name}",
                str(path),
            ]
        )

    def forget_before(self) -> None:
        """The transaction left nothing of it but what the next vacuum takes."""


def _run(command: Sequence[str]) -> str:
    """What it prints. When it fails only its own first line is shown: the next may quote a row."""
    if shutil.which(command[0]) is None:
        raise BackupNotWritten(
            f"{command[0]} がありません。", next_step="PostgreSQL のクライアントを入れてください。"
        )
    done = subprocess.run(  # noqa: S603  fixed names, our own paths
        command, env=os.environ | _surroundings(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        first = next((line for line in done.stderr.splitlines() if line.startswith(command[0])), "")
        raise BackupNotWritten(f"{command[0]} が失敗しました。", next_step=first)
    return done.stdout


def _surroundings() -> dict[str, str]:
    database = settings.DATABASES["default"]
    names = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    given = {there: str(database[here]) for here, there in names.items() if database[here]}
    return given | {
        f"PG{name.upper()}": str(value)
        for name, value in database["OPTIONS"].items()
        if name.startswith("ssl")
    }
