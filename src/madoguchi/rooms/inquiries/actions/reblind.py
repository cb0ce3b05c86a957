"""Make the look-up values of inquiries, and of the people who wrote them, anew after the index key changed."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, count
from uuid import UUID

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from madoguchi.foundation.lib.contact import Unreadable
from madoguchi.rooms.forms.rules import contact_keys
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.people.actions import reblind as people
from madoguchi.rooms.vault.actions.reblind import AT_ONCE, keys_to_reblind, reblind
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blind, readable
from madoguchi.rooms.vault.queries.epochs import outdated

_NEWEST = 3  # inquiries of each person that are read at once; the address is nearly always among them
_PAGE = 50  # of those who wrote more, and under other addresses
_RANK = Window(RowNumber(), partition_by="person_id", order_by=["-received_at", "-id"])


def reblind_inquiries(limit: int = AT_ONCE) -> int:
    """How many were looked at; 0 when none is left. An inquiry that nobody may read any more loses its value."""
    rows = Inquiry.objects.filter(outdated("phone_index"))
    inquiries = list(rows.only("id", "file_id", "answers", "phone_index")[:limit])
    keys = keys_to_reblind({each.file_id for each in inquiries})
    moves = [
        (each.id, bytes(each.phone_index or b""), _phone(each, keys.get(each.file_id))) for each in inquiries
    ]
    if moves:
        reblind(Inquiry, "phone_index", moves)
    return len(moves)


def reblind_people(limit: int = AT_ONCE) -> int:
    return people.reblind_people(_addresses_of, limit)


def _phone(inquiry: Inquiry, key: FileKey | None) -> bytes | None:
    _, phone = _keys(inquiry, key)
    return blind("phone", phone) if phone else None


def _keys(inquiry: Inquiry, key: FileKey | None) -> tuple[str | None, str | None]:
    if key is None:
        return None, None
    try:
        return contact_keys(json.loads(inquiry.opened(key, "answers")))
    except (FileErased, Unreadable):
        return None, None


def _addresses_of(persons: Collection[UUID]) -> dict[UUID, Iterator[str]]:
    ranked = _readable().filter(person_id__in=persons).annotate(rank=_RANK).filter(rank__lte=_NEWEST)
    found: dict[UUID, list[Inquiry]] = {}
    for inquiry in _listed(Inquiry.objects.filter(id__in=list(ranked.values_list("id", flat=True)))):
        found.setdefault(inquiry.person_id, []).append(inquiry)
    keys = keys_to_reblind({each.file_id for several in found.values() for each in several})
    return {
        person: chain(_written(several, keys), _older(person) if len(several) == _NEWEST else ())
        for person, several in found.items()
    }


def _older(person: UUID) -> Iterator[str]:
    listed = _listed(_readable().filter(person_id=person))
    for start in count(_NEWEST, _PAGE):
        page = list(listed[start : start + _PAGE])
        yield from _written(page, keys_to_reblind({each.file_id for each in page}))
        if len(page) < _PAGE:
            return


def _written(inquiries: Iterable[Inquiry], keys: Mapping[UUID, FileKey]) -> Iterator[str]:
    for inquiry in inquiries:
        address, _ = _keys(inquiry, keys.get(inquiry.file_id))
        if address:
            yield address


def _readable() -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(**readable("file"))


def _listed(inquiries: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    return inquiries.only("id", "person_id", "file_id", "answers").order_by("-received_at", "-id")
