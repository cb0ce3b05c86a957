"""What passed between a person and us, as that person may see it: what they sent, what we answered, and no more.

No notes, no events, nothing of somebody else's: an inquiry may have been merged with one of another person, and then
each sees only their own (LAW pitfalls: a shared mailbox).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries.errors import NoSuchFile
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.enclosures import Enclosed, enclosed_in
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said. `ours`: we said it. `asked` are the answers of a form, of which this is the submission."""

    ours: bool
    at: datetime
    text: str
    number: str
    files: tuple[Enclosed, ...]
    asked: tuple[tuple[FieldSpec, str], ...] = ()


def conversation(inquiry: Inquiry, only: Collection[UUID] | None = None) -> list[Spoken]:
    """Oldest first. Raises FileErased when what this inquiry says is gone. `only`: the inquiries that whoever looks
    showed to be theirs; one thread may hold those of two who share a mailbox."""
    answers_of(inquiry)
    theirs = [each for each in _theirs(inquiry) if only is None or each.id in only]
    files = enclosed_in([each.id for each in _chain(inquiry)] + [each.id for each in theirs])
    said = [_submission(each, files) for each in theirs]
    where = {each.id for each in [*_chain(inquiry), *theirs] if only is None or each.id in only}
    spoken = [*filter(None, said), *_entries(inquiry.person_id, where, files)]
    return sorted(spoken, key=lambda each: each.at)


def goes_on_in(inquiry: Inquiry) -> str:
    """The number under which it goes on, once it went into another; else empty."""
    last = _chain(inquiry)[-1]
    return last.receipt_number if last.id != inquiry.id else ""


def file_of(inquiry: Inquiry, file_id: UUID, only: Collection[UUID] | None = None) -> Enclosed:
    """One file of that conversation; raises NoSuchFile for any other."""
    for spoken in conversation(inquiry, only):
        for file in spoken.files:
            if file.id == file_id and not file.gone:
                return file
    raise NoSuchFile


def is_over(inquiry: Inquiry) -> bool:
    """Settled: writing again opens it once more."""
    return _chain(inquiry)[-1].status == "done"


def _chain(inquiry: Inquiry) -> list[Inquiry]:
    """It, and where it went into."""
    found = [inquiry]
    while found[-1].merged_into_id is not None and len(found) < _LONGEST_CHAIN:
        found.append(by_id(found[-1].merged_into_id))
    return found


def _theirs(inquiry: Inquiry) -> list[Inquiry]:
    """The inquiries of the same person that are one thread with it."""
    last = _chain(inquiry)[-1]
    thread = [last, *Inquiry.objects.filter(merged_into_id=last.id)]
    return [each for each in thread if each.person_id == inquiry.person_id]


def _submission(inquiry: Inquiry, files: Mapping[UUID | None, list[Enclosed]]) -> Spoken | None:
    try:
        answers = answers_of(inquiry)
    except FileErased:
        return None
    asked = [(spec, answers.values.get(spec.key, "")) for spec in answers.fields if spec.key != "body"]
    mine = tuple(file for file in files.get(None, ()) if file.inquiry_id == inquiry.id)
    return Spoken(
        ours=False, at=inquiry.received_at, text=answers.values.get("body", ""), number=inquiry.receipt_number,
        files=mine, asked=tuple((spec, value) for spec, value in asked if value),
    )  # fmt: skip


def _entries(
    person: UUID, where: Collection[UUID], files: Mapping[UUID | None, list[Enclosed]]
) -> list[Spoken]:
    """Messages and replies in a file of this person's; a reply that can still be taken back has not been given."""
    found = Entry.objects.filter(inquiry_id__in=where, kind__in=("message", "reply"))
    entries = list(found.filter(file__holder=person).order_by("at", "id"))
    keys = file_keys({entry.file_id for entry in entries if entry.file_id})
    return [
        _spoken(each, keys[each.file_id], files)
        for each in entries
        if each.file_id in keys and (each.kind != "reply" or is_given(each.details))
    ]


def is_given(details: Mapping[str, Any]) -> bool:
    """Of a reply: whether the time is over in which it can be taken back."""
    until = details.get("until")
    return not until or datetime.fromisoformat(until) <= clock.now()


def _spoken(entry: Entry, key: FileKey, files: Mapping[UUID | None, list[Enclosed]]) -> Spoken:
    ours = entry.kind == "reply"
    return Spoken(
        ours=ours,
        at=entry.at,
        text=entry.opened(key, "text"),
        number="",
        files=tuple(files.get(entry.id, ())),
    )
