"""One row in every table that holds something of a person, made from the declarations alone.

A table that is added later is planted, looked for and ended without a line here.
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Column
from madoguchi.rooms.inventory.reading import Holding, holdings
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.screening.packing import pack
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.fields import FileKey, SealedField
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import suppression_mark

ADDRESS = "planted@example.jp"

# How a column with a shape of its own is filled, so that `show` can read it.
SHAPES = {
    "delivery.Mail.envelope": lambda canary: json.dumps({"from": "desk@example.jp", "to": canary}),
    "delivery.Mail.content": lambda canary: f"Subject: a\r\nContent-Type: text/plain\r\n\r\n{canary}\r\n",
    "screening.Verdict.why": lambda canary: json.dumps(
        {"reasons": [{"code": "again-text", "number": canary}]}
    ),
    "screening.Verdict.sketch": lambda canary: pack(canary),
    "screening.Lesson.learned": lambda canary: pack({"number": canary}),
    "screening.Repeat.mark": lambda canary: pack(canary),
    "screening.Allowed.mark": lambda canary: pack(canary),
    "inquiries.Inquiry.headline": lambda canary: json.dumps({"company": "", "name": "", "line": canary}),
}


def belongs_to_people(holding: Holding) -> bool:
    """Tables about our own staff end with the account, not with a person."""
    return any(column.announced != "staff" for _, column in holding.personal())


@dataclass
class Planted:
    """`values`: for each table, each personal column with the words that were planted in it (several in a document)."""

    person: UUID
    rows: dict[str, Any] = field(default_factory=dict)
    files: dict[str, UUID] = field(default_factory=dict)
    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def by_label(self, label: str) -> Any:
        return self.rows[label]


def plant_everything() -> Planted:
    planted = Planted(claim(email_key=ADDRESS))
    for holding in holdings():
        if belongs_to_people(holding):
            _plant(planted, holding)
    return planted


def _plant(planted: Planted, holding: Holding) -> Any:
    if holding.label in planted.rows:
        return planted.rows[holding.label]
    if holding.label == "people.Person":
        row: Any = holding.model._default_manager.get(pk=planted.person)
        planted.values[holding.label, "address_index"] = [bytes(row.address_index).hex()]
    elif holding.model is File:
        row = File.objects.get(id=open_file(kind="planted", holder=planted.person).id)
        planted.values[holding.label, "holder"] = [str(planted.person)]
        planted.files[holding.label] = row.id
    else:
        row = _make(planted, holding)
    planted.rows[holding.label] = row
    return row


def _make(planted: Planted, holding: Holding) -> Any:
    row = holding.model()
    links = {
        each.name: _linked(planted, holding, each)
        for each in holding.model._meta.concrete_fields
        if each.is_relation
    }
    key = _file_of(planted, holding, links)
    for each in holding.model._meta.concrete_fields:
        column = holding.table.columns[str(each.column)]
        if each.primary_key:
            continue
        if each.is_relation:
            setattr(row, each.attname, getattr(links[each.name], "pk", links[each.name]))
        else:
            setattr(row, each.attname, _value(planted, holding, each, column, row.pk, key))
        if column.personal and not isinstance(each, SealedField):
            value = getattr(row, each.attname)
            shown = bytes(value).hex() if isinstance(value, bytes) else str(value)
            planted.values[holding.label, str(each.column)] = [shown]
    row.save(force_insert=True)
    return row


def _linked(planted: Planted, holding: Holding, each: Any) -> Any:
    """What a foreign key points to: the person, a planted row, a file of its own, or any row that is there."""
    if each.related_model is File:
        return None  # set by `_file_of`
    other = next((one for one in holdings() if one.model is each.related_model), None)
    if other is not None and belongs_to_people(other):
        return None if each.null else _plant(planted, other)
    return None if each.null else each.related_model._default_manager.first() or _bare(each.related_model)


def _bare(model: Any) -> Any:
    """A row that holds nothing of anybody, where one has to be pointed to."""
    row = model()
    for each in model._meta.concrete_fields:
        if each.is_relation:
            setattr(
                row, each.attname, each.related_model._default_manager.values_list("pk", flat=True).first()
            )
        elif not each.has_default() and not each.null:
            setattr(row, each.attname, _any_value(each))
    row.save(force_insert=True)
    return row


def _file_of(planted: Planted, holding: Holding, links: dict[str, Any]) -> FileKey | None:
    """A file of its own, or that of the row it hangs on."""
    first, _, further = holding.table.file.partition(".")
    if not first:
        return None
    if further:
        file = planted.files[links[first]._meta.label]
    else:
        file = open_file(kind="planted", holder=planted.person).id
        links[first] = File.objects.get(id=file)
    planted.files[holding.label] = file
    from madoguchi.rooms.vault.queries import file_key

    return file_key(file)


def _value(
    planted: Planted, holding: Holding, each: Any, column: Column, pk: UUID, key: FileKey | None
) -> Any:
    if isinstance(each, SealedField):
        assert key is not None, holding.label
        return _sealed(planted, holding, each, column, pk, key)
    if each.name == holding.table.subject:
        if isinstance(each, models.BinaryField):
            return suppression_mark("email", ADDRESS)
        return planted.person
    if each.has_default():
        return each.get_default()
    if each.null and not column.personal:
        return None
    return _any_value(each)


def _sealed(planted: Planted, holding: Holding, each: Any, column: Column, pk: UUID, key: FileKey) -> bytes:
    name, canary = f"{holding.label}.{each.column}", f"canary-{secrets.token_hex(8)}"
    values = [canary]
    text = SHAPES.get(name, str)(canary)
    if column.parts is not None:
        document = {part.key: f"canary-{secrets.token_hex(8)}" for part in column.parts()}
        document |= {"email": ADDRESS} if "email" in document else {}
        text, values = json.dumps(document), list(document.values())
    planted.values[holding.label, str(each.column)] = [f"{len(text)} バイト"] if column.bulk else values
    return key.seal_bytes(holding.model, each.name, pk, text if isinstance(text, bytes) else text.encode())


def _any_value(each: Any) -> Any:
    if each.choices:
        return each.choices[0][0]
    kinds: list[tuple[Any, Any]] = [
        (models.BinaryField, secrets.token_bytes(min(each.max_length or 32, 32))),
        (models.UUIDField, uuid4()),
        (models.DateTimeField, clock.now()),
        (models.DateField, clock.today()),
        (models.IntegerField, 1),
        (models.BooleanField, True),
        (models.CharField | models.TextField, secrets.token_hex(32)[: each.max_length or 32]),
    ]
    value = next(value for kind, value in kinds if isinstance(each, kind))
    assert isinstance(value, bytes | UUID | datetime | date | int | str)
    return value
