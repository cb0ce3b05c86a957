"""対応中, 保留, 完了 and back."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def set_status(*, viewer: Viewer, inquiry_id: UUID, status: str) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    if inquiry.status == status:
        return
    rules.check_move(inquiry, status)
    change_status(inquiry, status, by=viewer.ref)


def change_status(inquiry: Inquiry, status: str, *, by: Ref) -> None:
    """The move itself, for verbs that imply one; the caller holds the row."""
    before, closed_at = inquiry.status, _closed_at(inquiry, status)
    Inquiry.objects.filter(id=inquiry.id).update(status=status, closed_at=closed_at)
    write_event(inquiry_id=inquiry.id, by=by, code="status", details={"from": before, "to": status})
    record("inquiry.status", about=Ref("inquiry", inquiry.id), by=by, details={"from": before, "to": status})


def _closed_at(inquiry: Inquiry, status: str) -> datetime | None:
    if status != Status.DONE:
        return None
    return inquiry.closed_at or clock.now()
