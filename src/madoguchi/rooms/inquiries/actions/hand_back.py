"""Somebody leaves the desk: what they had goes back to 担当なし, with a line that says why (DESK §4.4)."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Inquiry

_AT_ONCE = 50  # inquiries in one transaction


def hand_back(*, staff: UUID, by: Ref) -> int:
    """Gives back how many; safe to repeat."""
    count = 0
    while some := _some(staff=staff, by=by):
        count += some
    return count


@action
def _some(*, staff: UUID, by: Ref) -> int:
    theirs = Inquiry.objects.filter(assignee_id=staff, closed_at=None).order_by("id")
    held = list(theirs.select_for_update(of=("self",)).values_list("id", flat=True)[:_AT_ONCE])
    Inquiry.objects.filter(id__in=held).update(assignee_id=None)
    for id in held:
        write_event(inquiry_id=id, by=by, code="handed-back", details={"from": str(staff)})
        record("inquiry.handed-back", about=Ref("inquiry", id), by=by, refs=[Ref("staff", staff)])
    return len(held)
