"""One INSERT per model, compiled once from its own fields: the hot path without the cost of an instance."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
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
        self.prepare = _preparer(field, connection.vendor)
        self.prepared = self._ready(self.default()) if self.constant else None

    def value(self, given: Any) -> Any:
        if given is not _NOT_GIVEN:
            return self._ready(given)
        return self.prepared if self.constant else self._ready(self.default())

    def _ready(self, value: Any) -> Any:
        return value if value is None or self.prepare is None else self.prepare(value)


# Drivers take these as they are. Everything else goes through the field's own preparation.
_AS_IT_IS = frozenset(
    {"CharField", "TextField", "SlugField", "BinaryField", "BooleanField", "PositiveIntegerField"}
)


def _preparer(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    kind = "BinaryField" if isinstance(field, models.BinaryField) else field.get_internal_type()
    if kind in _AS_IT_IS or (vendor == "postgresql" and kind in ("UUIDField", "DateTimeField")):
        return None
    if vendor == "sqlite" and kind == "UUIDField":
        return attrgetter("hex")
    if vendor == "sqlite" and kind == "DateTimeField":
        return _sqlite_moment
    return lambda value: field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def _sqlite_moment(value: datetime) -> str:
    """As Django writes it: UTC without its zone."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


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
            self.readers = [_reader(model._meta.get_field(name)) for name in keep]
            self.sql += f" ON CONFLICT ({target}) DO UPDATE SET {bump} = {value} RETURNING {back}"

    def row(self, values: dict[str, Any]) -> list[Any]:
        row = [column.value(values.pop(column.name, _NOT_GIVEN)) for column in self.columns]
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


def run(sql: str, row: Sequence[Any], real: Any = None) -> Any:
    """Execute one statement (`%s` marks) and give back a cursor.

    Inside a transaction it goes straight to the driver, since Django's cursor costs as much as the statement;
    errors are Django's all the same. Outside, or while somebody listens to queries, Django's way.
    """
    real = real or connections[DEFAULT_DB_ALIAS]
    if not real.in_atomic_block or real.queries_logged or len(real.execute_wrappers) > 1:
        cursor = real.cursor()
        cursor.execute(sql, row)
        return cursor
    real.validate_no_broken_transaction()
    with real.wrap_database_errors:
        return real.connection.execute(_for_driver(sql, real.vendor), row)


@lru_cache(maxsize=256)
def _for_driver(sql: str, vendor: str) -> str:
    return sql.replace("%s", "?") if vendor == "sqlite" else sql


def insert(model: type[models.Model], **values: Any) -> None:
    """Store one row; columns not given take the field's default. Names are attribute names (`file_id`)."""
    real = connections[DEFAULT_DB_ALIAS]  # looked up once: Django's `connection` asks at every use
    statement = _compiled(model, (), (), real.vendor)
    run(statement.sql, statement.row(values), real)


def upsert(
    model: type[models.Model], *, conflict: Sequence[str], returning: Sequence[str], **values: Any
) -> tuple[Any, ...]:
    """Store one row, or write to the one that holds the same `conflict` columns; give back `returning`.

    A model with a `repeats` column counts the repeats there, which tells a new row (0) from a known one.
    """
    real = connections[DEFAULT_DB_ALIAS]
    statement = _compiled(model, tuple(conflict), tuple(returning), real.vendor)
    row = run(statement.sql, statement.row(values), real).fetchone()
    return tuple(convert(value, real) for convert, value in zip(statement.readers, row, strict=True))


def _reader(field: Any) -> Callable[[Any, Any], Any]:
    """From what the driver gives to what the field means, by Django's own converters."""

    def read(value: Any, real: Any) -> Any:
        for convert in (*real.ops.get_db_converters(field.cached_col), *field.get_db_converters(real)):
            value = convert(value, field.cached_col, real)
        return value

    return read
