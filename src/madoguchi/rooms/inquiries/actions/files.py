"""One attached file: opened (and noted), taken out for good, or taken off a reply that is still being written."""

from collections.abc import Collection, Iterator
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import enclosing, rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.errors import NoSuchFile, NotOnTheDraft
from madoguchi.rooms.inquiries.models import Enclosure, Inquiry
from madoguchi.rooms.inquiries.queries.enclosures import Enclosed, content_of, find_enclosed, of_draft
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.inquiries.queries.reading import reader_of
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.drop_attachment import drop_attachment


@action
def open_file(*, viewer: Viewer, inquiry_id: UUID, file_id: UUID) -> tuple[Enclosed, Iterator[bytes]]:
    """For staff: the file and its content, piece by piece; each opening is one event. In an inquiry that needs care
    only the officer and the clerk in charge open it, as with its text; what may be a virus only the officer."""
    inquiry = find(viewer, inquiry_id)
    if inquiry.special_care_at is not None:
        rules.check_uncovered("text", reader_of(viewer, inquiry, opened={"text"}))
    file = find_enclosed(_with_merged(inquiry), file_id)
    content = content_of(file, role=viewer.role)
    details = {"file": str(file.id), "kind": file.kind, "state": file.state}
    record("inquiry.file-opened", about=reference(inquiry), by=viewer.ref, details=details)
    return file, content


def _with_merged(inquiry: Inquiry) -> Collection[UUID]:
    """Its timeline shows what was merged into it too."""
    return [inquiry.id, *Inquiry.objects.filter(merged_into_id=inquiry.id).values_list("id", flat=True)]


@action
def delete_file(*, viewer: Viewer, inquiry_id: UUID, file_id: UUID, reason: str) -> None:
    """The content goes for good; the line stays and says so. `reason` is one of REASONS."""
    enclosing.check_may_delete(viewer.role, reason)
    inquiry = find(viewer, inquiry_id, for_update=True)
    file = find_enclosed(_with_merged(inquiry), file_id)
    _drop(file)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="file-deleted", details={"reason": reason})
    details = {"file": str(file.id), "reason": reason}
    record("inquiry.file-deleted", about=reference(inquiry), by=viewer.ref, details=details)


def _drop(file: Enclosed) -> None:
    if file.attachment_id is None:
        raise NoSuchFile
    Enclosure.objects.filter(id=file.id).update(attachment_id=None)
    drop_attachment(attachment=file.attachment_id)


@action
def take_off(*, viewer: Viewer, inquiry_id: UUID, file_id: UUID) -> None:
    """From one's own reply that is still being written: line and content go."""
    inquiry = find(viewer, inquiry_id)
    file = next((each for each in of_draft(inquiry.id, viewer.ref.id) if each.id == file_id), None)
    if file is None:
        raise NotOnTheDraft
    _drop(file)
    Enclosure.objects.filter(id=file.id).delete()
    record("inquiry.file-taken-off", about=Ref("inquiry", inquiry.id), by=viewer.ref)


@action
def note_scanned(*, file_id: UUID, state: str) -> None:
    """What the scanner said: clean, or infected, which is written on the timeline."""
    file = Enclosure.objects.filter(id=file_id).select_related("inquiry").first()
    if file is None or file.state == state:
        return
    Enclosure.objects.filter(id=file_id).update(state=state)
    if state == "infected":
        worker = Ref("worker", file.id)
        write_event(inquiry_id=file.inquiry_id, by=worker, code="file-infected")
        record(
            "inquiry.file-infected",
            about=Ref("inquiry", file.inquiry_id),
            by=worker,
            details={"file": str(file_id)},
        )
