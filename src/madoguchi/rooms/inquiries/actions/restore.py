"""取り消す: what a verb changed is put back as it was, unless a colleague has changed it since."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.learn import unlearn
from madoguchi.rooms.inquiries.actions.move_lane import change_lane
from madoguchi.rooms.inquiries.actions.set_status import Closing, change_status
from madoguchi.rooms.inquiries.models import Inquiry, Lane, Status
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file


@dataclass(frozen=True, slots=True)
class Standing:
    """What a verb of the desk changes."""

    lane: str
    status: str
    assignee_id: UUID | None
    closed_at: datetime | None


def standing(inquiry: Inquiry) -> Standing:
    return Standing(inquiry.lane, inquiry.status, inquiry.assignee_id, inquiry.closed_at)


def standings(viewer: Viewer, ids: Iterable[UUID]) -> dict[UUID, Standing]:
    rows = Inquiry.objects.filter(entity_id=viewer.entity_id, id__in=list(ids))
    return {each.id: standing(each) for each in rows.only("lane", "status", "assignee", "closed_at")}


@action
def restore(
    *,
    viewer: Viewer,
    inquiry_id: UUID,
    left: Standing,
    before: Standing,
    closing: Closing | None = None,
    leaving: Closing | None = None,
) -> None:
    """`left` is how the verb left it. 新着 comes back too, which no verb sets, unless somebody has read it since."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    if inquiry.opened_at is not None:
        left, before = _read(left), _read(before)
    rules.check_as_left(same=standing(inquiry) == left)
    if before.status != Status.DONE:
        hold_file(inquiry.file_id)
    if before.lane != inquiry.lane:
        if before.lane != Lane.INBOX and leaving is not None:
            leaving(inquiry.id)
        change_lane(inquiry, before.lane, by=viewer.ref)
        unlearn(inquiry, by=viewer.ref)
    if before.status != inquiry.status:
        change_status(inquiry, before.status, by=viewer.ref, closing=closing)
    if before.assignee_id != inquiry.assignee_id:
        _reassign(inquiry, before.assignee_id, viewer.ref)
    Inquiry.objects.filter(id=inquiry.id).update(closed_at=before.closed_at)


def _read(stood: Standing) -> Standing:
    return replace(stood, status=str(Status.OPEN)) if stood.status == Status.NEW else stood


def _reassign(inquiry: Inquiry, to: UUID | None, by: Ref) -> None:
    Inquiry.objects.filter(id=inquiry.id).update(assignee_id=to)
    details = {"to": str(to) if to else ""}
    write_event(inquiry_id=inquiry.id, by=by, code="assigned", details=details)
    refs = [Ref("staff", to)] if to else []
    record("inquiry.assigned", about=Ref("inquiry", inquiry.id), by=by, refs=refs)
