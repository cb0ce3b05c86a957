"""The inquiries of one person, and those that vault files belong to: ids only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.vault.queries import readable

_AT_ONCE = 500  # ids in one question to the database


def inquiries_of(person: UUID) -> list[UUID]:
    """Those that can still be read, the oldest first, in whatever lane."""
    rows = Inquiry.objects.filter(person_id=person, **readable("file")).order_by("received_at", "id")
    return list(rows.values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class Head:
    """What an inquiry is called, without its words."""

    number: str
    received_at: datetime
    channel: str


def heads(ids: Collection[UUID]) -> dict[UUID, Head]:
    rows, found = list(ids), dict[UUID, Head]()
    for start in range(0, len(rows), _AT_ONCE):
        facts = Inquiry.objects.filter(id__in=rows[start : start + _AT_ONCE])
        for id, number, at, channel in facts.values_list("id", "receipt_number", "received_at", "channel"):
            found[id] = Head(number, at, channel)
    return found


def kinds_of(entries: Collection[UUID]) -> dict[UUID, str]:
    """What each line of a timeline is: a message, a note, a reply."""
    return dict(Entry.objects.filter(id__in=list(entries)).values_list("id", "kind"))


def inquiries_in(files: Collection[UUID]) -> dict[UUID, UUID]:
    """Those whose answers lie in one of these files, each with its person."""
    asked, found = list(files), dict[UUID, UUID]()
    for start in range(0, len(asked), _AT_ONCE):
        rows = Inquiry.objects.filter(file_id__in=asked[start : start + _AT_ONCE])
        found |= dict(rows.order_by("received_at", "id").values_list("id", "person_id"))
    return found
