"""配慮が必要な内容として伏せる, and back (要配慮個人情報, Art 2(3))."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def flag_special_care(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """Anybody at the desk may; flagging twice writes nothing."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    if inquiry.special_care_at is None:
        _set(inquiry, viewer, flagged=True)


@action
def unflag_special_care(*, viewer: Viewer, inquiry_id: UUID) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    if inquiry.special_care_at is None:
        return
    own = inquiry.special_care_by == viewer.ref.id
    rules.check_may_unflag(viewer.role, own=own, age=clock.now() - inquiry.special_care_at)
    _set(inquiry, viewer, flagged=False)


def flag(inquiry: Inquiry, viewer: Viewer) -> None:
    """For verbs that bring in what needs care; the caller holds the row."""
    _set(inquiry, viewer, flagged=True)


def _set(inquiry: Inquiry, viewer: Viewer, *, flagged: bool) -> None:
    at, by = (clock.now(), viewer.ref.id) if flagged else (None, None)
    Inquiry.objects.filter(id=inquiry.id).update(special_care_at=at, special_care_by=by)
    details = {"set": flagged}
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="special-care", details=details)
    record("inquiry.special-care", about=Ref("inquiry", inquiry.id), by=viewer.ref, details=details)
