"""社内メモ: for colleagues; it is the person's data all the same, and disclosable (LAW 8.10)."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_text
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries import find
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key


@action
def add_note(*, viewer: Viewer, inquiry_id: UUID, text: str) -> UUID:
    rules.check_written(text)
    inquiry = find(viewer, inquiry_id)
    note = write_text(inquiry_id=inquiry.id, by=viewer.ref, kind="note", text=text, key=notes_key(inquiry))
    record("inquiry.noted", about=Ref("inquiry", inquiry.id), by=viewer.ref)
    return note


def notes_key(inquiry: Inquiry) -> FileKey:
    """An inquiry's notes are one file: they may end at another time than what the person wrote."""
    file = Entry.objects.filter(inquiry_id=inquiry.id, kind="note").values_list("file_id", flat=True).first()
    return file_key(file) if file else open_file(kind="notes", holder=inquiry.person_id)
