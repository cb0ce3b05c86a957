"""営業に移す, and back. A move changes the lane only: status, time and assignee stay for the way back."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def move_lane(*, viewer: Viewer, inquiry_id: UUID, lane: str) -> str:
    """Gives back the lane it came from, so that the screen can offer 取り消す."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    rules.check_lane(inquiry, lane)
    before = inquiry.lane
    Inquiry.objects.filter(id=inquiry.id).update(lane=lane)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="lane", details={"from": before, "to": lane})
    record(
        "inquiry.lane", about=Ref("inquiry", inquiry.id), by=viewer.ref, details={"from": before, "to": lane}
    )
    return before
