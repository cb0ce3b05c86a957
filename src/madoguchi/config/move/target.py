"""The PostgreSQL side: an empty database gets the tables, then the rows, while the tables' own rules rest."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from madoguchi.config.move.errors import CannotMove
from madoguchi.config.move.source import Source
from madoguchi.config.move.tables import Moved

NOTE = "database.moved"  # the one event that the target has and the file has not


def names() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def make_tables(source: Source) -> None:
    """Raises CannotMove unless the file has the very form of this program."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    wanted = {(node.app_label, node.name) for node, _ in executor.migration_plan(leaves, clean_start=True)}
    if source.migrations() != wanted:
        raise CannotMove(
            "データベースの形が、このプログラムの版と合いません。",
            next_step="先に `madoguchi init` を実行して、いまの版にそろえてください。",
        )
    executor.migrate(leaves)


def fill(source: Source, tables: Iterable[Moved]) -> None:
    """Values go in as they lie in the file; the server reads them, under its own types and constraints."""
    tables = list(tables)
    with _resting(tables):
        for table in tables:
            try:
                _copy(source, table)
            except (DataError, IntegrityError):
                raise CannotMove(_unfit(table.name)) from None
        try:
            _execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            diagnosis = getattr(error.__cause__, "diag", None)
            raise CannotMove(_unfit(getattr(diagnosis, "table_name", "") or "?")) from None
    for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
        _execute(statement)


def _copy(source: Source, table: Moved) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in source.rows(table):
            copy.write_row(row)


@contextmanager
def _resting(tables: Iterable[Moved]) -> Iterator[None]:
    """Counters kept by triggers are rows too and come along: their triggers must not count a second time."""
    for table in tables:
        _execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    yield
    for table in tables:
        _execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')


def rows(table: Moved) -> Iterator[tuple[Any, ...]]:
    """By a cursor on the server's side, in the order in which SQLite gives them."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    order = f'"{table.key}"' + (' COLLATE "C"' if table.key_is_text else "")
    note = f" WHERE kind <> '{NOTE}'" if table.name == "audit_event" else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table.name}"{note} ORDER BY {order}')  # noqa: S608  our own names
        while some := cursor.fetchmany(200):
            yield from some


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _unfit(name: str) -> str:
    return f"表 {name} に、PostgreSQL に入らない値があります。移す先には何も書いていません。"
