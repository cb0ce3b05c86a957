"""営業に移す, and back. A move changes the lane only: status, time and assignee stay for the way back."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.learn import Prepared, learn, lesson_of
from madoguchi.rooms.inquiries.actions.set_status import Closing
from madoguchi.rooms.inquiries.actions.tell import FOLD
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.actions.judge import settle
from madoguchi.rooms.screening.queries.verdicts import was_moved


def move_lane(*, viewer: Viewer, inquiry_id: UUID, lane: str, leaving: Closing | None = None) -> str:
    """Gives back the lane it came from, so that the screen can offer 取り消す. `leaving` is asked before anything
    leaves the inbox. The move teaches the screening; back from where the machine had put it, it is told like new."""
    rules.check_box(lane)
    return _move(viewer, inquiry_id, lane, leaving, lesson_of(viewer, inquiry_id))


@action
def _move(
    viewer: Viewer, inquiry_id: UUID, lane: str, leaving: Closing | None, lesson: Prepared | None
) -> str:
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    rules.check_lane(inquiry, lane)
    if lane != Lane.INBOX and leaving is not None:
        leaving(inquiry.id)
    change_lane(inquiry, lane, by=viewer.ref)
    learn(inquiry, lesson, lane, by=viewer.ref)
    if lane == Lane.INBOX and was_moved(inquiry.id):
        _tell_like_new(inquiry)
    return inquiry.lane


def _tell_like_new(inquiry: Inquiry) -> None:
    """Its notice was silent. Time, status and whoever has it in hand stay as they are, and so does its clock."""
    Inquiry.objects.filter(id=inquiry.id).update(notified_at=None)
    add_job("inquiries.notify", inquiry.entity_id, due_at=clock.now() + FOLD)


def change_lane(inquiry: Inquiry, lane: str, *, by: Ref) -> None:
    """The move itself, for verbs that imply one; the caller holds the row."""
    details = {"from": inquiry.lane, "to": lane}
    Inquiry.objects.filter(id=inquiry.id).update(lane=lane)
    write_event(inquiry_id=inquiry.id, by=by, code="lane", details=details)
    record("inquiry.lane", about=Ref("inquiry", inquiry.id), by=by, details={**details})
    if by != WORKER:
        settle(about=inquiry.id, lane=lane, by=by.id)
