"""`madoguchi db move`: may we, copy, compare, commit, and mark the old file."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction

from madoguchi.config import disk
from madoguchi.config.backup.places import alone
from madoguchi.config.move import target
from madoguchi.config.move.compare import Compared, check_equal
from madoguchi.config.move.errors import CannotMove, NotEqual
from madoguchi.config.move.source import Source, opened
from madoguchi.config.move.tables import Moved, moved_tables
from madoguchi.config.serving import nobody_serving
from madoguchi.config.start import check_start, halfway, moved
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import latest


def move() -> list[Compared]:
    """From the data folder's file into Django's database. Killed before the commit it has done nothing; killed
    after it, a rerun finds the rows equal and sets the mark. Raises StillServing, Busy, CannotMove, CannotStart."""
    with nobody_serving(), alone():
        _check_here()
        with opened(file()) as source:
            tables = moved_tables(source.names())
            found = _finished(source, tables) if target.names() else _moved(source, tables)
            disk.mark(moved(), without_password(settings.ENVIRONMENT.database_url))
    return found


def file() -> Path:
    return Path(settings.DATA_DIR / "madoguchi.sqlite3")


def _check_here() -> None:
    if moved().exists():
        raise CannotMove(
            "このデータフォルダのデータベースは、すでに移しました。",
            next_step=f"MADOGUCHI_DATABASE_URL={moved().read_text(encoding='utf-8')} を設定して動かしてください。",
        )
    if halfway():
        raise CannotMove(
            "復元が途中で止まっています。", next_step="先に `madoguchi restore` を済ませてください。"
        )


@transaction.atomic
def _moved(source: Source, tables: list[Moved]) -> list[Compared]:
    target.make_tables(source)
    target.fill(source, tables)
    found = check_equal(source, tables)
    check_start(restoring=True)  # the keys fit the new database too
    rows = sum(each.rows for each in found)
    record(
        target.NOTE, about=Ref("database", NOBODY), by=COMMAND, details={"tables": len(found), "rows": rows}
    )
    return found


@transaction.atomic
def _finished(source: Source, tables: list[Moved]) -> list[Compared]:
    """The commit came through and the mark did not: equal rows say so. Anything else there is not ours."""
    ours = {table.name for table in tables} <= target.names() and latest(target.NOTE) is not None
    try:
        if ours:
            return check_equal(source, tables)
    except NotEqual:
        pass
    raise CannotMove(
        "移す先のデータベースは空ではありません。",
        next_step="空のデータベースを作り、そのアドレスで、もう一度実行してください。",
    )


def without_password(url: str) -> str:
    parts = urlsplit(url)
    name = f"{parts.username}@" if parts.username else ""
    place = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
    return urlunsplit(parts._replace(netloc=name + place))
