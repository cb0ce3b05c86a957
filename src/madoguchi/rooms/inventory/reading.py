"""Walking the declarations: which tables hold what of a person, and how one row is read (clause 2).

There is no list of tables here: one that is added later takes part by its declaration.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import F
from django.db.models.functions import Length

from madoguchi.foundation.lib import declarations
from madoguchi.foundation.lib.declarations import Column, End, OnErase, Part, Table
from madoguchi.rooms.vault.fields import NONCE_BYTES, FileKey, SealedField

AT_ONCE = 500  # ids in one question to the database
_TAG_BYTES = 16

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Holding:
    """One table that holds something personal."""

    model: Model
    table: Table

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def in_files(self) -> bool:
        return bool(self.table.file)

    def personal(self) -> Iterator[tuple[Any, Column]]:
        """Each personal column with its field."""
        for field in self.model._meta.concrete_fields:
            column = self.table.columns.get(str(field.column))
            if column is not None and column.personal:
                yield field, column

    def ends_as(self, *ways: OnErase) -> list[Any]:
        """The fields to which erasing does one of these."""
        return [field for field, column in self.personal() if column.on_erase in ways]

    @property
    def documents(self) -> list[Any]:
        """The fields that hold documents."""
        return [field for field, column in self.personal() if column.parts is not None]

    def lying_in(self, files: Iterable[UUID]) -> Any:
        return self.model._default_manager.filter(**{f"{path(self.table.file)}__in": list(files)})

    def rows_in(self, files: Iterable[UUID]) -> Iterator[Any]:
        """Rows lying in these files, each with its file as `in_file` and the row it is part of as `part_of`;
        what is too long for a look is only measured."""
        bulk = [field.name for field, column in self.personal() if column.bulk]
        asked = self.model._default_manager.annotate(
            in_file=F(path(self.table.file)), part_of=F(path(self.table.part_of or "pk"))
        )
        asked = asked.annotate(**{f"{name}_bytes": Length(name) for name in bulk}).defer(*bulk)
        for some in batches(files):
            yield from asked.filter(**{f"{path(self.table.file)}__in": some}).order_by("pk")

    def places_in(self, files: Iterable[UUID]) -> Iterator[Any]:
        """The same rows with nothing of what they hold."""
        names = {name for end in self.table.ends for name in end.where}
        asked = self.model._default_manager.annotate(
            in_file=F(path(self.table.file)), part_of=F(path(self.table.part_of or "pk"))
        )
        for some in batches(files):
            lying = asked.filter(**{f"{path(self.table.file)}__in": some})
            yield from lying.only("pk", *sorted(names)).order_by("pk")

    def some_rows(self, ids: Iterable[UUID]) -> list[Any]:
        """These rows as `rows_in` gives them."""
        bulk = [field.name for field, column in self.personal() if column.bulk]
        asked = self.model._default_manager.annotate(in_file=F(path(self.table.file)))
        asked = asked.annotate(**{f"{name}_bytes": Length(name) for name in bulk}).defer(*bulk)
        return list(asked.filter(pk__in=list(ids)))

    def rows_of(self, person: UUID) -> Any:
        """Rows about this person that lie in no file of theirs."""
        return self.model._default_manager.filter(**{path(self.table.subject): person})

    @property
    def whole(self) -> str:
        """The label of the table whose rows these are part of; their own when they stand alone."""
        if not self.table.part_of:
            return self.label
        return str(target_of(self.model, self.table.part_of)._meta.label)

    @property
    def names_people(self) -> bool:
        """Whether a row tells its subject by an opaque id."""
        return isinstance(self.subject, models.UUIDField)

    @property
    def subject(self) -> "models.Field[Any, Any]":
        """What names the subject: an opaque id, or a keyed mark."""
        return field_at(self.model, self.table.subject)


@lru_cache(maxsize=1)
def holdings() -> tuple[Holding, ...]:
    """Every table with a personal column, by label."""
    declared = ((model, declarations.of(model)) for model in apps.get_models(include_auto_created=True))
    found = [Holding(model, table) for model, table in declared if table is not None]
    return tuple(sorted((each for each in found if any(each.personal())), key=lambda holding: holding.label))


def path(declared: str) -> str:
    """`file.holder` as the database layer asks for it."""
    return declared.replace(".", "__")


def field_at(model: Model, declared: str) -> "models.Field[Any, Any]":
    """The column at the end of a path; a foreign key stands for what it points to."""
    *steps, last = declared.split(".")
    for name in steps:
        model = target_of(model, name)
    field: Any = next(each for each in model._meta.concrete_fields if last in (each.name, each.attname))
    while field.remote_field is not None:
        field = field.target_field
    return field  # type: ignore[no-any-return]  # Django's own


def target_of(model: Model, declared: str) -> Model:
    """The table at the end of a path of foreign keys."""
    for name in declared.split("."):
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model


def batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    every = sorted(set(ids))
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def falls_under(row: Any, ends: Sequence[End]) -> bool:
    return any(all(getattr(row, name) == value for name, value in end.where.items()) for end in ends)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one column, opened; `key` when it is a part of a document."""

    column: str
    label: str
    announced: str
    source: str
    value: str
    key: str = ""


Known = Mapping[str, Mapping[str, Part]]  # the parts of each document column of a table


def parts_of(holding: Holding) -> Known:
    """Asked once for all rows of a table: what a form asks lies in the database."""
    documents = [(str(field.column), column.parts) for field, column in holding.personal()]
    return {name: {part.key: part for part in parts()} for name, parts in documents if parts is not None}


def values_of(holding: Holding, row: Any, key: FileKey | None, known: Known) -> Iterator[Value]:
    """What a row holds, in the order of its columns; what lies sealed without a key is left out."""
    for field, column in holding.personal():
        yield from (each for each in _read(holding, row, field, column, key, known) if each.value)


def _read(
    holding: Holding, row: Any, field: Any, column: Column, key: FileKey | None, known: Known
) -> Iterator[Value]:
    name, source = str(field.column), column.source.value
    if column.parts is not None:
        yield from _parts(name, column, known[name], document(holding, row, field, key))
        return
    yield Value(name, column.label, column.announced, source, _shown(holding, row, field, column, key))


def _parts(
    name: str, column: Column, known: Mapping[str, Part], values: Mapping[str, str]
) -> Iterator[Value]:
    """First what the declaration knows, in its order; what it does not know is told all the same."""
    for key, part in known.items():
        yield Value(name, part.label, part.announced, column.source.value, values.get(key, ""), key)
    for key in sorted(values.keys() - known.keys()):
        yield Value(name, key, column.announced, column.source.value, values[key], key)


def document(holding: Holding, row: Any, field: Any, key: FileKey | None) -> dict[str, str]:
    """The sealed document of a row, opened; empty without a key or before anything was written."""
    raw = _opened(holding, row, field, key)
    return {name: str(value) for name, value in json.loads(raw).items()} if raw else {}


def _opened(holding: Holding, row: Any, field: Any, key: FileKey | None) -> bytes:
    sealed = getattr(row, field.attname)
    return key.open_bytes(holding.model, field.name, row.pk, sealed) if sealed and key else b""


def _shown(holding: Holding, row: Any, field: Any, column: Column, key: FileKey | None) -> str:
    if column.bulk:
        return size_in_words(getattr(row, f"{field.name}_bytes") or 0) if key else ""
    if isinstance(field, SealedField):
        raw = _opened(holding, row, field, key)
        return column.show(raw) if raw and column.show else raw.decode(errors="replace")
    value = getattr(row, field.attname)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return "" if value is None else str(value)


def size_in_words(sealed_bytes: int) -> str:
    return f"{max(sealed_bytes - NONCE_BYTES - _TAG_BYTES, 0):,} バイト"


def blanks(fields: Collection[Any]) -> dict[str, Any]:
    """What each column is set to when its value goes and the row stays."""
    return {field.attname: _blank(field) for field in fields}


def _blank(field: Any) -> Any:
    if field.null:
        return None
    return b"" if isinstance(field, models.BinaryField) else ""


def not_blank(blank: Mapping[str, Any]) -> models.Q:
    """Rows in which one of these columns still holds something."""
    found = models.Q()
    for name, value in blank.items():
        found |= models.Q(**{f"{name}__isnull": False}) if value is None else ~models.Q(**{name: value})
    return found
