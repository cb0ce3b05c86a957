"""The SQLite file as it lies there, read by the driver alone; nobody writes into it meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from madoguchi.config.move.errors import CannotMove
from madoguchi.config.move.tables import Moved


class Source:
    """Values as SQLite holds them: times as text in UTC, ids as hexadecimal text, yes and no as 1 and 0."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def names(self) -> set[str]:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return {name for (name,) in self._connection.execute(listed)}

    def migrations(self) -> set[tuple[str, str]]:
        return set(self._connection.execute("SELECT app, name FROM django_migrations"))

    def rows(self, table: Moved) -> Iterator[tuple[Any, ...]]:
        columns = ", ".join(f'"{column}"' for column in table.columns)
        order = f'"{table.key}"'
        return self._connection.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY {order}')  # noqa: S608  our own names


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """With the file's write lock, so that what is compared is what was copied."""
    if not path.exists():
        raise CannotMove(
            f"移すデータベース {path} がありません。", next_step="MADOGUCHI_DATA_DIR を確かめてください。"
        )
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield Source(connection)
    finally:
        connection.close()
