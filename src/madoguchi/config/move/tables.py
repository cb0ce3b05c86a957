"""Which tables move, and how a value of each column is compared, whichever database it came from."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from madoguchi.config.move.errors import CannotMove
from madoguchi.foundation.lib.digests import canonical_json

OWN_HISTORY = "django_migrations"  # each database has its own, with the same names


@dataclass(frozen=True)
class Moved:
    """One table. `plain` brings a row of either database to one form; `key` is its primary column."""

    model: type[models.Model]
    columns: tuple[str, ...]
    readers: tuple[Callable[[Any], Any], ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    @property
    def key_is_text(self) -> bool:
        return _kind(self.model._meta.pk) in ("CharField", "TextField", "SlugField")

    def plain(self, row: Sequence[Any]) -> tuple[Any, ...]:
        pairs = zip(self.readers, row, strict=True)
        return tuple(None if value is None else read(value) for read, value in pairs)

    def place(self, plain: tuple[Any, ...]) -> Any:
        """Where the row stands in the order of both databases."""
        key = plain[self.columns.index(self.key)]
        return key.encode() if isinstance(key, str) else key


def moved_tables(present: set[str]) -> list[Moved]:
    """Every table of the file. Raises CannotMove for one that this program does not know."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    if strangers := present - known.keys() - {OWN_HISTORY}:
        raise CannotMove(f"このプログラムの知らない表があります: {'、'.join(sorted(strangers))}")
    return [_moved(known[name]) for name in sorted(present & known.keys())]


def _moved(model: type[models.Model]) -> Moved:
    fields: list[Any] = list(model._meta.concrete_fields)
    return Moved(model, tuple(str(each.column) for each in fields), tuple(_reader(each) for each in fields))


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    return "BinaryField" if isinstance(field, models.BinaryField) else str(field.get_internal_type())


def _reader(field: Any) -> Callable[[Any], Any]:
    return _READERS.get(_kind(field), _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


def _id(value: Any) -> int:
    return (value if isinstance(value, UUID) else UUID(value)).int


def _moment(value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _json(value: Any) -> bytes:
    return canonical_json(json.loads(value) if isinstance(value, str | bytes) else value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "UUIDField": _id,
    "DateTimeField": _moment,
    "DateField": _day,
    "BooleanField": bool,
    "BinaryField": bytes,
    "FloatField": float,
    "JSONField": _json,
}
