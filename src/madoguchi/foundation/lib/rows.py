"""One INSERT per model, compiled once from its own fields: the hot path without the cost of an instance."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


class _Insert:
    def __init__(self, model: type[models.Model], conflict: tuple[str, ...], keep: tuple[str, ...]) -> None:
        self.fields: list[Any] = list(model._meta.concrete_fields)
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self.fields)
        marks = ", ".join(["%s"] * len(self.fields))
        table = quote(model._meta.db_table)
        self.sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  names from the model
        if conflict:
            target = ", ".join(quote(_column(model, name)) for name in conflict)
            # DO UPDATE, never DO NOTHING: a repeat must write and wait like the first (RELIABILITY: a
            # naive retry would report a row as stored that is not replicated yet).
            first = quote(_column(model, conflict[0]))
            bump = quote("repeats") if any(f.column == "repeats" for f in self.fields) else first
            value = f"{table}.{bump} + 1" if bump != first else f"excluded.{first}"
            back = ", ".join(quote(_column(model, name)) for name in keep)
            self.sql += f" ON CONFLICT ({target}) DO UPDATE SET {bump} = {value} RETURNING {back}"

    def row(self, values: dict[str, Any]) -> list[Any]:
        given = dict(values)
        row = [
            field.get_db_prep_save(
                given.pop(field.attname) if field.attname in given else field.get_default(), connection
            )
            for field in self.fields
        ]
        if given:
            raise TypeError(f"no such columns: {sorted(given)}")
        return row


def _column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]  # never a reverse relation


@lru_cache(maxsize=128)
def _compiled(
    model: type[models.Model], conflict: tuple[str, ...], keep: tuple[str, ...], vendor: str
) -> _Insert:
    return _Insert(model, conflict, keep)


def insert(model: type[models.Model], **values: Any) -> None:
    """Store one row; columns not given take the field's default. Names are attribute names (`file_id`)."""
    statement = _compiled(model, (), (), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.row(values))


def upsert(
    model: type[models.Model], *, conflict: Sequence[str], returning: Sequence[str], **values: Any
) -> tuple[Any, ...]:
    """Store one row, or write to the one that holds the same `conflict` columns; give back `returning`.

    A model with a `repeats` column counts the repeats there, which tells a new row (0) from a known one.
    """
    statement = _compiled(model, tuple(conflict), tuple(returning), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.row(values))
        row = cursor.fetchone()
    fields = [model._meta.get_field(name) for name in returning]
    return tuple(_python(field, value) for field, value in zip(fields, row, strict=True))


def _python(field: Any, value: Any) -> Any:
    for convert in (
        *connection.ops.get_db_converters(field.cached_col),
        *field.get_db_converters(connection),
    ):
        value = convert(value, field.cached_col, connection)
    return value
