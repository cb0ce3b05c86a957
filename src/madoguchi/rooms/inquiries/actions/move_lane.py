"""営業に移す, and back. A move changes the lane only: status, time and assignee stay for the way back."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.set_status import Closing
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def move_lane(*, viewer: Viewer, inquiry_id: UUID, lane: str, leaving: Closing | None = None) -> str:
    """Gives back the lane it came from, so that the screen can offer 取り消す. `leaving` is asked before anything
    leaves the inbox."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    rules.check_lane(inquiry, lane)
    if lane != Lane.INBOX and leaving is not None:
        leaving(inquiry.id)
    change_lane(inquiry, lane, by=viewer.ref)
    return inquiry.lane


def change_lane(inquiry: Inquiry, lane: str, *, by: Ref) -> None:
    """The move itself, for verbs that imply one; the caller holds the row."""
    details = {"from": inquiry.lane, "to": lane}
    Inquiry.objects.filter(id=inquiry.id).update(lane=lane)
    write_event(inquiry_id=inquiry.id, by=by, code="lane", details=details)
    record("inquiry.lane", about=Ref("inquiry", inquiry.id), by=by, details={**details})
