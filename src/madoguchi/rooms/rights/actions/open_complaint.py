"""Open one: with a submission of the form of clause 10, or from any inquiry, in whatever lane it lies."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.move_lane import change_lane
from madoguchi.rooms.inquiries.actions.receive import Receipt, Then
from madoguchi.rooms.inquiries.actions.set_status import change_status
from madoguchi.rooms.inquiries.queries.one import by_id, find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.queries.complaints import first_owner
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.vault.queries import hold_file

INBOX = "inbox"


@action
def open_complaint(*, inquiry_id: UUID, kind: str, by: Ref) -> UUID:
    """The day is counted from the inquiry's own arrival: no screening and no delay of ours moves it. It comes back to
    the inbox, whose period begins only when the inquiry is settled.

    Opening it again changes nothing; one that was taken back stands again. Raises FileErased when there is nobody left.
    """
    rules.check_kind(kind)
    inquiry = by_id(inquiry_id, for_update=True)
    hold_file(inquiry.file_id)
    known = Complaint.objects.filter(inquiry_id=inquiry_id).first()
    if known is not None and known.outcome != rules.TAKEN_BACK:
        rules.check_open(known.outcome)
        return known.id
    complaint = known or Complaint(inquiry_id=inquiry_id, file_id=inquiry.file_id)
    complaint.kind, complaint.owner_id = kind, first_owner(inquiry.entity_id)
    complaint.due_on = rules.due_on(clock.local(inquiry.received_at).date())
    complaint.opened_by_kind, complaint.opened_by_id = by
    complaint.outcome, complaint.closed_at, complaint.closed_by = "", None, None
    complaint.save(force_insert=known is None)
    if inquiry.lane != INBOX:
        change_lane(inquiry, INBOX, by=by)
    write_event(inquiry_id=inquiry_id, by=by, code="complaint-opened", details={"kind": kind})
    record("complaint.opened", about=reference(inquiry), by=by, details={"kind": kind})
    return complaint.id


def opening(kind: str, *, by: Ref) -> Then | None:
    """For `receive`: opened with what arrives, in its own transaction. Nothing where no kind is named."""

    def opened(receipt: Receipt) -> None:
        open_complaint(inquiry_id=receipt.id, kind=kind, by=by)

    return opened if kind else None


@action
def hand_over(*, viewer: Viewer, inquiry_id: UUID, kind: str) -> UUID:
    """「個人情報の窓口へ」: any member of the staff, from any lane and after any end of the inquiry."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    opened = open_complaint(inquiry_id=inquiry_id, kind=kind, by=viewer.ref)
    if inquiry.closed_at is not None:
        change_status(inquiry, "doing", by=viewer.ref)
    return opened
