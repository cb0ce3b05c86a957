"""What must be right before anything is served: each fault is a sentence with its mend, and stops the start."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from madoguchi.config import disk
from madoguchi.config.install import is_installed
from madoguchi.config.sqlite.version import safe_for_wal
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.vault.queries import check_keys

_UNFINISHED = "restore-unfinished"
_MOVED = "moved-to-postgresql"


class CannotStart(Exception):
    """Carries every sentence at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def check_start(*, restoring: bool = False) -> None:
    """Reads only: a wrong key folder or database is never touched."""
    elsewhere = [] if restoring else [*_halfway(), *_moved()]
    faults = elsewhere or [*_engine(), *_signing_key(), *_reachable()] or [*_tables(), *_keys()]
    if faults:
        raise CannotStart(faults)


@contextmanager
def unfinished() -> Iterator[None]:
    """Nothing starts on a database that was put back while its erasures are not yet done again."""
    mark: Path = settings.DATA_DIR / _UNFINISHED
    disk.mark(mark)
    yield
    disk.unmark(mark)


def halfway() -> bool:
    """A restore began and has not come to its end."""
    return (settings.DATA_DIR / _UNFINISHED).exists()


def moved() -> Path:
    """Says, by being there, that this data folder's SQLite file is history; holds the new address."""
    return Path(settings.DATA_DIR / _MOVED)


def _halfway() -> list[str]:
    if not halfway():
        return []
    return [
        "復元が途中で止まっています。消去のやり直しがまだ済んでいないため、起動しません。"
        "`madoguchi restore` をもう一度実行してください。"
    ]


def _moved() -> list[str]:
    if connection.vendor != "sqlite" or not moved().exists():
        return []
    return [
        "データベースは PostgreSQL に移しました。"
        f"MADOGUCHI_DATABASE_URL={moved().read_text(encoding='utf-8')} を設定してください(パスワードは書き足します)。"
    ]


def _engine() -> list[str]:
    old = connection.vendor == "sqlite" and not safe_for_wal(sqlite3.sqlite_version_info)
    if not old or settings.ENVIRONMENT.allow_old_sqlite:
        return []
    return [
        f"SQLite {sqlite3.sqlite_version} には、データを壊すおそれのある不具合があります。"
        "pysqlite3 を入れるか、MADOGUCHI_ALLOW_OLD_SQLITE=1 で遅い方式のまま動かしてください。"
    ]


def _signing_key() -> list[str]:
    """Without it each start would draw another, and every link given so far would be dead."""
    environment = settings.ENVIRONMENT
    path = environment.secret_key_file or settings.KEY_DIR / "secret.key"
    if environment.secret_key or path.exists() or not settings.KEY_DIR.is_dir():
        return []
    return [f"署名の鍵 {path} がありません。鍵のバックアップから元の場所に戻してください。"]


def _reachable() -> list[str]:
    try:
        installed = is_installed()
    except OperationalError:
        return [
            "データベースにつながりません。MADOGUCHI_DATABASE_URL と、データベースが動いているかを確かめてください。"
        ]
    return (
        []
        if installed
        else ["まだ準備ができていません。`madoguchi init --profile eclore` を実行してください。"]
    )


def _tables() -> list[str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return (
        [
            "データベースの形が古いままです。バックアップを取ってから `madoguchi init` をもう一度実行してください。"
        ]
        if waiting
        else []
    )


def _keys() -> list[str]:
    try:
        check_keys()
    except Refusal as refusal:
        return [refusal.message]
    return []
