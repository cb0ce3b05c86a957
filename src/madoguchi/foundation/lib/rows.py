"""One INSERT per model, compiled once from its own fields: the hot path without the cost of an instance."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

_NOT_GIVEN = object()


class _Column:
    """How a value of one column is prepared; a constant default is prepared once, a callable one each time."""

    def __init__(self, field: Any) -> None:
        self.name: str = field.attname
        self.default: Callable[[], Any] = field.get_default
        self.constant = not callable(field.default)
        while field.remote_field is not None:  # a foreign key is stored as what it points to
            field = field.target_field
        self.prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
        self.prepared = self.prepare(self.default(), connection) if self.constant else None

    def value(self, given: Any, real: Any) -> Any:
        if given is not _NOT_GIVEN:
            return self.prepare(given, real)
        return self.prepared if self.constant else self.prepare(self.default(), real)


class _Insert:
    def __init__(self, model: type[models.Model], conflict: tuple[str, ...], keep: tuple[str, ...]) -> None:
        self.fields: list[Any] = list(model._meta.concrete_fields)
        self.columns = [_Column(field) for field in self.fields]
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

    def row(self, values: dict[str, Any], real: Any) -> list[Any]:
        row = [column.value(values.pop(column.name, _NOT_GIVEN), real) for column in self.columns]
        if values:
            raise TypeError(f"no such columns: {sorted(values)}")
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
    real = connections[DEFAULT_DB_ALIAS]  # looked up once: Django's `connection` asks at every use
    statement = _compiled(model, (), (), real.vendor)
    with real.cursor() as cursor:
        cursor.execute(statement.sql, statement.row(values, real))


def upsert(
    model: type[models.Model], *, conflict: Sequence[str], returning: Sequence[str], **values: Any
) -> tuple[Any, ...]:
    """Store one row, or write to the one that holds the same `conflict` columns; give back `returning`.

    A model with a `repeats` column counts the repeats there, which tells a new row (0) from a known one.
    """
    real = connections[DEFAULT_DB_ALIAS]
    statement = _compiled(model, tuple(conflict), tuple(returning), real.vendor)
    with real.cursor() as cursor:
        cursor.execute(statement.sql, statement.row(values, real))
        row = cursor.fetchone()
    fields = [model._meta.get_field(name) for name in returning]
    return tuple(_python(field, value, real) for field, value in zip(fields, row, strict=True))


def _python(field: Any, value: Any, real: Any) -> Any:
    for convert in (*real.ops.get_db_converters(field.cached_col), *field.get_db_converters(real)):
        value = convert(value, field.cached_col, real)
    return value
