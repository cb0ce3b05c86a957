"""営業ではありません: a message with the badge is a customer's. It stays, without its badge, and its sender is known."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.learn import Prepared, learn, lesson_of
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.models import Lane
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer


def keep_in_inbox(*, viewer: Viewer, inquiry_id: UUID) -> None:
    _keep(viewer, inquiry_id, lesson_of(viewer, inquiry_id))


@action
def _keep(viewer: Viewer, inquiry_id: UUID, lesson: Prepared | None) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    if inquiry.lane != Lane.INBOX:
        raise WrongMove
    learn(inquiry, lesson, inquiry.lane, by=viewer.ref)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="lane-confirmed", details={"lane": inquiry.lane})
