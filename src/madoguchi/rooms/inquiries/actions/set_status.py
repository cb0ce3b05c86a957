"""対応中, 保留, 完了 and back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.inquiries.queries.pauses import due_after_pause
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file

# Asked with the inquiry's id, in the transaction that settles it, by rooms above that may refuse (ADR 0019).
Closing = Callable[[UUID], None]


@action
def set_status(*, viewer: Viewer, inquiry_id: UUID, status: str, closing: Closing | None = None) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    if inquiry.status == status:
        return
    check_stands(inquiry)
    rules.check_move(inquiry, status)
    if status != Status.DONE:
        hold_file(inquiry.file_id)  # what was ended is not taken up again
    change_status(inquiry, status, by=viewer.ref, closing=closing)


def change_status(inquiry: Inquiry, status: str, *, by: Ref, closing: Closing | None = None) -> None:
    """The move itself, for verbs that imply one; the caller holds the row."""
    if status == Status.DONE and closing is not None:
        closing(inquiry.id)
    before, closed_at = inquiry.status, _closed_at(inquiry, status)
    due = due_after_pause(inquiry, clock.now()) if before == Status.PENDING else {}
    Inquiry.objects.filter(id=inquiry.id).update(status=status, closed_at=closed_at, **due)
    write_event(inquiry_id=inquiry.id, by=by, code="status", details={"from": before, "to": status})
    record("inquiry.status", about=Ref("inquiry", inquiry.id), by=by, details={"from": before, "to": status})


def _closed_at(inquiry: Inquiry, status: str) -> datetime | None:
    if status != Status.DONE:
        return None
    return inquiry.closed_at or clock.now()
