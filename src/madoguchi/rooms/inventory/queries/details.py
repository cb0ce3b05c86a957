"""The items that staff recorded of a person, opened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.inventory.items import BY_CODE, CATALOGUE, Door, Item
from madoguchi.rooms.inventory.models import Detail
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys, read_attachment


@dataclass(frozen=True, slots=True)
class Kept:
    """One item of a person. Of a picture `value` says kind and size; it is read by `portrait`."""

    item: Item
    value: str
    picture: bool
    stored_at: datetime


def details(person: UUID) -> list[Kept]:
    """What can be read now, in the order of the catalogue."""
    rows = list(Detail.objects.filter(person_id=person))
    keys = file_keys(row.file_id for row in rows)
    found = [row for row in rows if row.file_id in keys and row.item in BY_CODE]
    found.sort(key=lambda row: CATALOGUE.index(BY_CODE[row.item]))
    return [_kept(row, keys[row.file_id]) for row in found]


def _kept(row: Detail, key: FileKey) -> Kept:
    value = json.loads(row.opened(key, "value")).get(row.item, "")
    return Kept(BY_CODE[row.item], value, row.attachment is not None, row.stored_at)


def file_of(person: UUID, code: str) -> list[UUID]:
    """The file of this item of this person, if it can still be read."""
    rows = Detail.objects.filter(person_id=person, item=code).values_list("file_id", flat=True)
    return list(file_keys(rows))


def kept_by_staff() -> tuple[Item, ...]:
    return tuple(item for item in CATALOGUE if item.door is Door.DESK)


def portrait(person: UUID) -> Iterator[bytes] | None:
    """The bytes of the picture (JPEG, written anew by us), or None; raises FileErased once it is gone."""
    row = Detail.objects.filter(person_id=person, item="portrait", attachment__isnull=False).first()
    return read_attachment(row.attachment) if row and row.attachment else None
