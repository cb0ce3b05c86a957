"""What became of a sample: its past, written as it would have happened. Samples only (見本)."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.actions.add_note import notes_key
from madoguchi.rooms.inquiries.actions.entries import write_event, write_text
from madoguchi.rooms.inquiries.actions.index import KIND
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Status
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.queries import hold_file

Past = tuple[str, Ref, datetime, str]  # kind, by, at, text


@action
def seed_history(*, inquiry_id: UUID, status: str, assignee: Ref | None, entries: list[Past]) -> None:
    inquiry = Inquiry.objects.get(id=inquiry_id)
    if not inquiry.sample:
        raise WrongMove
    Entry.objects.filter(inquiry_id=inquiry.id).update(at=inquiry.received_at)  # what came with it
    for kind, by, at, text in entries:
        key = notes_key(inquiry) if kind == "note" else hold_file(inquiry.file_id)
        entry = write_text(inquiry_id=inquiry.id, by=by, kind=kind, text=text, key=key)
        Entry.objects.filter(id=entry).update(at=at)
    _settle(inquiry, status, assignee, entries)
    add_job(KIND, inquiry.id)


def _settle(inquiry: Inquiry, status: str, assignee: Ref | None, entries: list[Past]) -> None:
    replies = [at for kind, _, at, _ in entries if kind == "reply"]
    last = max((at for _, _, at, _ in entries), default=inquiry.received_at)
    Inquiry.objects.filter(id=inquiry.id).update(
        status=status,
        assignee_id=assignee.id if assignee else None,
        opened_at=None if status == Status.NEW else last,
        answered_at=min(replies) if replies else None,
        first_answered_at=min(replies) if replies else None,
        closed_at=last if status == Status.DONE else None,
    )
    if assignee is not None:
        write_event(inquiry_id=inquiry.id, by=assignee, code="assigned", details={"to": str(assignee.id)})
        Entry.objects.filter(inquiry_id=inquiry.id, code="assigned").update(at=inquiry.received_at)
