"""下書き: kept every few seconds and whenever the writer leaves, so that nothing typed is lost."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Entry, Inquiry, Pen
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.drop_attachment import drop_attachment
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@action
def save_draft(
    *,
    viewer: Viewer,
    inquiry_id: UUID,
    text: str,
    on_page: bool = False,
    seen_until: datetime | None = None,
) -> datetime | None:
    """When it was saved. None when there is nothing to keep, or when this very text was sent meanwhile: a late
    saving must not bring it back. Raises FileErased once the person was erased."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    if _sent_since(inquiry.id, viewer, seen_until) or (not text.strip() and not _draft(inquiry.id, viewer)):
        return None
    return put_draft(inquiry, viewer, key, text=text, on_page=on_page, seen_until=seen_until).saved_at


@action
def discard_draft(*, viewer: Viewer, inquiry_id: UUID) -> bool:
    """下書きを捨てる: what was attached to it goes too."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    draft = _draft(inquiry.id, viewer)
    Pen.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).delete()
    if draft is None:
        return False
    for enclosure in list(Enclosure.objects.filter(draft_id=draft.id)):
        enclosure.delete()
        if enclosure.attachment_id:
            drop_attachment(attachment=enclosure.attachment_id)
    draft.delete()
    record("inquiry.draft-discarded", about=reference(inquiry), by=viewer.ref)
    return True


def put_draft(
    inquiry: Inquiry, viewer: Viewer, key: FileKey, *, text: str, on_page: bool, seen_until: datetime | None
) -> Draft:
    """The caller holds the inquiry's row and its file. One a colleague; the first saving is an event, the others
    are typing."""
    draft, begun = _draft(inquiry.id, viewer), False
    if draft is None:
        draft, begun = Draft(id=uuid7(), inquiry_id=inquiry.id, staff_id=viewer.ref.id, file_id=key.id), True
    draft.text, draft.on_page = key.seal(Draft, "text", draft.id, text), on_page
    draft.saved_at, draft.seen_until = clock.now(), seen_until
    draft.save(force_insert=begun)
    if begun:
        record("inquiry.draft-begun", about=reference(inquiry), by=viewer.ref)
    return draft


def _draft(inquiry_id: UUID, viewer: Viewer) -> Draft | None:
    return Draft.objects.filter(inquiry_id=inquiry_id, staff_id=viewer.ref.id).first()


def _sent_since(inquiry_id: UUID, viewer: Viewer, seen_until: datetime | None) -> bool:
    mine = Entry.objects.filter(inquiry_id=inquiry_id, kind="reply", by_id=viewer.ref.id)
    return seen_until is not None and mine.filter(at__gt=seen_until).exists()
