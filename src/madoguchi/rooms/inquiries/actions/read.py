"""Somebody of the desk opens an inquiry: recorded silently, and 新着 becomes 未対応."""

from collections.abc import Sequence
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.actions.mint import use_inside
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.actions.judge import note_opened


@action
def mark_read(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """The first look leaves 新着; every look is one event (clause 6-3; DESIGN: looks)."""
    inquiry = find(viewer, inquiry_id)
    fresh = Inquiry.objects.filter(id=inquiry.id, opened_at=None)
    if fresh.update(opened_at=clock.now()):
        Inquiry.objects.filter(id=inquiry.id, status=Status.NEW).update(status=Status.OPEN)
        note_opened(about=inquiry.id)
    record("inquiry.read", about=Ref("inquiry", inquiry.id), by=viewer.ref)


@action
def record_list_look(*, viewer: Viewer, inquiry_ids: Sequence[UUID]) -> None:
    """A list shows names and first lines: one event a page view, naming what it showed."""
    if inquiry_ids:
        refs = [Ref("inquiry", id) for id in inquiry_ids]
        record("inquiry.listed", about=viewer.ref, by=viewer.ref, details={"count": len(refs)}, refs=refs)


@action
def note_printed(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """Opened for paper: what is printed leaves the desk, for the operator's own work (clause 6-3)."""
    inquiry = find(viewer, inquiry_id)
    about = Ref("inquiry", inquiry.id)
    use_inside(about=about, recipient=viewer.ref)
    record("inquiry.printed", about=about, by=viewer.ref)
