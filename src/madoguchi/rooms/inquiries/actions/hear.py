"""The person says something more: by mail or on the page of their receipt, it lies in a file of its own.

Whatever stood before, somebody waits for us again: the inquiry is open, unanswered, and due anew (DESK §4.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import hours
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import VISITOR, Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.queries import target_of
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.index import KIND as INDEX
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Status
from madoguchi.rooms.inquiries.queries.one import by_id
from madoguchi.rooms.inquiries.queries.pauses import due_after_pause
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import hours_of
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said. `head` may hold from_name, from_address, subject; `key` is that of an open file whose holder
    said it; `arrived` is the mail it came by; `id` tells a message that is sent again. `details` are codes only: channel, subject_changed, other_sender."""

    text: str
    key: FileKey
    at: datetime
    head: Mapping[str, str] = field(default_factory=dict)
    arrived: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


@action
def hear(*, inquiry_id: UUID, heard: Heard) -> UUID:
    """Gives back the entry. What is said to an inquiry that was merged is said to the one it went into. Raises
    FileErased when the inquiry's person was erased."""
    inquiry = by_id(inquiry_id, for_update=True)
    while inquiry.merged_into_id is not None:
        inquiry = by_id(inquiry.merged_into_id, for_update=True)
    hold_file(inquiry.file_id)
    entry = _write(inquiry, heard)
    _wait_again(inquiry, heard.at)
    add_job(INDEX, inquiry.id)
    add_job("inquiries.notify", inquiry.entity_id)
    record("inquiry.heard", about=Ref("inquiry", inquiry.id), by=VISITOR, details={**heard.details})
    return entry


def _write(inquiry: Inquiry, heard: Heard) -> UUID:
    id = heard.id
    head = canonical_json(dict(heard.head)).decode()
    insert(
        Entry, id=id, inquiry_id=inquiry.id, kind="message", by_kind=VISITOR.kind, by_id=VISITOR.id, at=heard.at,
        file_id=heard.key.id, text=heard.key.seal(Entry, "text", id, heard.text),
        head=heard.key.seal(Entry, "head", id, head), details=dict(heard.details), arrived_id=heard.arrived,
    )  # fmt: skip
    return id


def _wait_again(inquiry: Inquiry, at: datetime) -> None:
    """A message before the first answer leaves that answer's deadline where it is; after 保留 it runs on."""
    changed: dict[str, Any] = {"notified_at": None}
    if inquiry.answered_at is not None or inquiry.status == Status.DONE:
        due = hours.due_at(at, hours_of(inquiry.entity_id), target_of(inquiry.form_id))
        changed |= {"answered_at": None, "due_at": due}
    elif inquiry.status == Status.PENDING:
        changed |= due_after_pause(inquiry, at)
    if inquiry.status not in (Status.NEW, Status.OPEN):
        changed |= {"status": Status.OPEN, "closed_at": None}
        details = {"from": inquiry.status, "to": str(Status.OPEN)}
        write_event(inquiry_id=inquiry.id, by=VISITOR, code="status", details=details)
    Inquiry.objects.filter(id=inquiry.id).update(**changed)
