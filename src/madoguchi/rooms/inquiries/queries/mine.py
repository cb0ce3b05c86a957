"""The inquiries of one person for their own page: how each stands, which may be told to whoever holds the mailbox; and
which of them carry a name, without telling it (LAW pitfalls: a shared mailbox)."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock, contact, text
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.conversation import is_given, is_over
from madoguchi.rooms.people.queries import is_address_of
from madoguchi.rooms.vault.queries import file_keys, readable

MOST = 500  # newest matters of one page
_LINE = 60  # characters of the line that a list shows


@dataclass(frozen=True, slots=True)
class Mine:
    """One matter without a word of it, wherever the desk has put it. `answered_at` is the last answer that was given,
    `due_at` the day of the next one; None while nobody waits for us. `link_issue`: of the receipt."""

    id: UUID
    number: str
    link_issue: int
    received_at: datetime
    over: bool
    answered_at: datetime | None
    due_at: datetime | None


def matters_of(entity_id: UUID, person: UUID) -> list[Mine]:
    """What can still be read, the newest first."""
    rows = list(
        _of(entity_id, person).order_by("-received_at", "-id").defer("answers", "headline", "visit")[:MOST]
    )
    answered = _answers(rows)
    return [_mine(row, answered) for row in rows]


def matter(entity_id: UUID, person: UUID, number: str) -> Inquiry:
    """One of theirs by its number; anybody else's does not exist."""
    found = _of(entity_id, person).filter(receipt_number=number).first()
    if found is None:
        raise NoSuchInquiry
    return found


def carrying(entity_id: UUID, person: UUID, name: str) -> set[UUID]:
    """Those of theirs that were sent under this name. 様 and spaces do not count, nor how wide it is typed."""
    wanted, rows = text.name_key(name), _of(entity_id, person)
    named = ((id, text.name_key(values.get("name", ""))) for id, values in _answers_of(rows))
    return {id for id, key in named if wanted and key == wanted}


def said_in(inquiries: Collection[UUID]) -> dict[UUID, str]:
    """The first line of each, for those who showed that it is theirs; what was erased meanwhile is left out."""
    rows = Inquiry.objects.filter(id__in=list(inquiries), **readable("file"))
    return {
        id: text.shorten(" ".join(values.get("body", "").split()), _LINE) for id, values in _answers_of(rows)
    }


@dataclass(frozen=True, slots=True)
class Card:
    """How they call themselves, and the address that this page was opened with, as they wrote both to us."""

    name: str
    email: str


def card_of(entity_id: UUID, person: UUID, confirmed: Collection[UUID]) -> Card | None:
    """From the newest matter that they showed to be theirs; None before, and where it names another address."""
    rows = _of(entity_id, person).filter(id__in=list(confirmed)).order_by("-received_at", "-id")
    for _, values in _answers_of(rows):
        email = values.get("email", "")
        with suppress(contact.Unreadable):
            if email and is_address_of(person, contact.read_email(email).key):
                return Card(values.get("name", ""), email)
    return None


def _of(entity_id: UUID, person: UUID) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(entity_id=entity_id, person_id=person, **readable("file"))


def _answers_of(rows: QuerySet[Inquiry]) -> Iterator[tuple[UUID, Mapping[str, str]]]:
    """What was typed into each, opened with one question for all keys; what was erased meanwhile is left out."""
    found = list(rows.only("id", "file_id", "answers"))
    keys = file_keys([row.file_id for row in found])
    for row in found:
        if row.file_id in keys:
            yield row.id, json.loads(row.opened(keys[row.file_id], "answers"))


def _answers(rows: Iterable[Inquiry]) -> Mapping[UUID, datetime]:
    """When the last answer left for each; one that can still be taken back has not been given."""
    asked = [row.id for row in rows]
    replies = Entry.objects.filter(inquiry_id__in=asked, kind="reply").order_by("at", "id")
    facts = replies.values_list("inquiry_id", "at", "details")
    return {inquiry: at for inquiry, at, details in facts if is_given(details)}


def _mine(row: Inquiry, answered: Mapping[UUID, datetime]) -> Mine:
    over = is_over(row) if row.merged_into_id else row.closed_at is not None
    waiting = row.answered_at is None and not over and row.merged_into_id is None
    due = row.due_at if waiting and row.due_at > clock.now() else None
    return Mine(
        row.id, row.receipt_number, row.link_issue, row.received_at, over, answered.get(row.id), due
    )  # fmt: skip
