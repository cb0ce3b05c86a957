"""社内メモ: for colleagues; it is the person's data all the same, and disclosable (LAW 8.10)."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import mentions, rules
from madoguchi.rooms.inquiries.actions.entries import write_text
from madoguchi.rooms.inquiries.actions.index import KIND
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.inventory.actions.hold import hold_alike
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@action
def add_note(*, viewer: Viewer, inquiry_id: UUID, text: str, to: Collection[UUID] = ()) -> UUID:
    """Who is called in it (@姓, @全員) or named in `to` is told. Raises FileErased when the person was erased while it
    was being written: then nothing is kept of it."""
    rules.check_written(text)
    inquiry = find(viewer, inquiry_id, for_update=True)  # the row before its files, as everybody takes them
    check_stands(inquiry)
    hold_file(inquiry.file_id)  # the first note makes a file of its own, which an erasure must see or prevent
    names = {each.id: each.name for each in colleagues(viewer)}
    called = sorted({*mentions.called(text, names), *(id for id in to if id in names)} - {viewer.ref.id})
    note = write_text(
        inquiry_id=inquiry.id, by=viewer.ref, kind="note", text=text, key=notes_key(inquiry),
        details={"to": [str(id) for id in called]} if called else None,
    )  # fmt: skip
    tell(event="mention", inquiry=inquiry, to=called, occasion=str(note))
    add_job(KIND, inquiry.id)
    record("inquiry.noted", about=Ref("inquiry", inquiry.id), by=viewer.ref)
    return note


def notes_key(inquiry: Inquiry) -> FileKey:
    """An inquiry's notes are one file: they may end at another time than what the person wrote."""
    file = Entry.objects.filter(inquiry_id=inquiry.id, kind="note").values_list("file_id", flat=True).first()
    if file:
        return hold_file(file)
    key = open_file(kind="notes", holder=inquiry.person_id)
    hold_alike(file=key.id, like=inquiry.file_id)
    return key
