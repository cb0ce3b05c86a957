"""関連づける, and 関連を外す: two inquiries that belong together and stay apart."""

from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.errors import CannotMerge
from madoguchi.rooms.inquiries.models import Inquiry, Related
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def relate(*, viewer: Viewer, inquiry_id: UUID, other_id: UUID) -> None:
    """Repeating it, from either side, writes nothing."""
    inquiry, other = _both(viewer, inquiry_id, other_id)
    if _between(inquiry_id, other_id).exists():
        return
    tie(inquiry_id=inquiry.id, other_id=other.id, kind="linked", by=viewer.ref)
    _tell("linked", viewer, inquiry, other)


@action
def unrelate(*, viewer: Viewer, inquiry_id: UUID, other_id: UUID) -> None:
    inquiry, other = _both(viewer, inquiry_id, other_id)
    if _between(inquiry_id, other_id).filter(kind="linked").delete()[0]:
        _tell("unlinked", viewer, inquiry, other)


def tie(*, inquiry_id: UUID, other_id: UUID, kind: str, by: Ref) -> None:
    """The row itself, for verbs that imply one."""
    Related.objects.create(inquiry_id=inquiry_id, other_id=other_id, kind=kind, by_kind=by.kind, by_id=by.id)


def _both(viewer: Viewer, one: UUID, other: UUID) -> tuple[Inquiry, Inquiry]:
    if one == other:
        raise CannotMerge("同じお問い合わせどうしは、関連づけられません。")
    found = {id: find(viewer, id, for_update=True) for id in sorted((one, other))}
    return found[one], found[other]


def _between(one: UUID, other: UUID) -> QuerySet[Related]:
    return Related.objects.filter(Q(inquiry_id=one, other_id=other) | Q(inquiry_id=other, other_id=one))


def _tell(code: str, viewer: Viewer, inquiry: Inquiry, other: Inquiry) -> None:
    for here, there in ((inquiry, other), (other, inquiry)):
        details = {"number": there.receipt_number}
        write_event(inquiry_id=here.id, by=viewer.ref, code=code, details=details)
    record(
        f"inquiry.{code}", about=Ref("inquiry", inquiry.id), by=viewer.ref, refs=[Ref("inquiry", other.id)]
    )
