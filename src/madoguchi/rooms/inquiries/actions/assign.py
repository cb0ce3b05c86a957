"""担当する, 担当を替える, 担当を外す."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.errors import UnknownColleague
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer, colleagues


@action
def assign(*, viewer: Viewer, inquiry_id: UUID, to: UUID | None) -> None:
    """Taking a new inquiry also leaves 新着. Repeating it writes nothing."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    if inquiry.assignee_id == to:
        return
    check_stands(inquiry)
    rules.check_may_assign(inquiry)
    if to is not None and to not in {each.id for each in colleagues(viewer)}:
        raise UnknownColleague
    status = Status.OPEN if inquiry.status == Status.NEW else inquiry.status
    Inquiry.objects.filter(id=inquiry.id).update(assignee_id=to, status=status)
    details = {"to": str(to) if to else ""}
    entry = write_event(inquiry_id=inquiry.id, by=viewer.ref, code="assigned", details=details)
    if to is not None:
        tell(event="assigned", inquiry=inquiry, to=[to], occasion=str(entry), but=viewer.ref.id)
    refs = [Ref("staff", to)] if to else []
    record("inquiry.assigned", about=Ref("inquiry", inquiry.id), by=viewer.ref, refs=refs)
