"""Inquiries as matters of one person: their rows, what was written under them, and how they ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.lists import Row, of_entity, rows_of
from madoguchi.rooms.organisation.queries import Viewer


@dataclass(frozen=True, slots=True)
class Written:
    """A note or a reply: what it is, when and by whom, without its text."""

    kind: str
    at: datetime
    by: Ref


def rows_by_id(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Only inquiries of the viewer's entity: another's do not exist (T-C5-7)."""
    found = of_entity(viewer).filter(id__in=list(ids)).defer("answers")
    return {row.id: row for row in rows_of(list(found))}


def written_under(ids: Collection[UUID]) -> dict[UUID, Written]:
    """Notes and replies of these inquiries, by the id of the entry."""
    entries = Entry.objects.filter(inquiry_id__in=list(ids)).exclude(kind="event")
    facts = entries.values_list("id", "kind", "at", "by_kind", "by_id")
    return {id: Written(kind, at, Ref(by_kind, by_id)) for id, kind, at, by_kind, by_id in facts}


@dataclass(frozen=True, slots=True)
class Ended:
    """The deletion by which an inquiry ended; `at` and `reason` once its key is gone, `kept_until` while it lies
    sealed."""

    record: UUID | None
    at: datetime | None
    reason: str
    kept_until: date | None


def ended(inquiry: Inquiry) -> Ended:
    facts = ("file__ending", "file__destroyed_at", "file__destroyed_for", "file__kept_until")
    return Ended(*Inquiry.objects.values_list(*facts).get(id=inquiry.id))


def numbers_ended_by(viewer: Viewer, endings: Collection[UUID]) -> dict[UUID, list[str]]:
    """Receipt numbers of the viewer's entity that each of these deletions ended, oldest first."""
    found: dict[UUID, list[str]] = {}
    ended = of_entity(viewer).filter(file__ending__in=list(endings)).order_by("received_at", "id")
    for ending, number in ended.values_list("file__ending", "receipt_number"):
        if ending is not None:
            found.setdefault(ending, []).append(number)
    return found


def retention_of(inquiry: Inquiry) -> tuple[str, datetime | None]:
    """The class it falls under, and since when its period runs (None: it does not run yet), as declared."""
    for end in Inquiry.declares.ends:
        if all(getattr(inquiry, name) == value for name, value in end.where.items()):
            return end.retention, getattr(inquiry, end.since)
    raise AssertionError(f"no retention class for lane {inquiry.lane}")
