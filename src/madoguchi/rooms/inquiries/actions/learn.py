"""What a colleague's button teaches the screening: made ready before the turn to write, told in the verb's own
transaction. Opening, closing, replying and time teach nothing."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.actions.tell import tell_all
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.inquiries.queries.screened import facts_of
from madoguchi.rooms.organisation.actions.note_notices import Occurrence
from madoguchi.rooms.organisation.queries import Viewer, staff_of
from madoguchi.rooms.screening.actions.teach import Prepared as Prepared
from madoguchi.rooms.screening.actions.teach import prepare, teach_prepared, unteach
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import hold_files

LABELS = {Lane.SALES: "sales", Lane.JUNK: "junk", Lane.INBOX: "genuine"}


def lesson_of(viewer: Viewer, inquiry_id: UUID) -> Prepared | None:
    """None where nothing can be read any more: it may be moved all the same."""
    inquiry = find(viewer, inquiry_id)
    try:
        return prepare(facts_of(inquiry), inquiry.receipt_number)
    except FileErased:
        return None


def learn(inquiry: Inquiry, lesson: Prepared | None, lane: str, *, by: Ref) -> None:
    """The caller holds the row. Administrators are told when it was one rescue too many."""
    # Asked before: a refusal from inside a verb would take the caller's move back with it, unsaid.
    if lesson is None or inquiry.file_id not in hold_files([inquiry.file_id]):
        return
    if teach_prepared(lesson, label=LABELS[Lane(lane)], by=by):
        admins = [each.id for each in staff_of(inquiry.entity_id) if each.role == "admin"]
        tell_all(inquiry.entity_id, [Occurrence("screening", reference(inquiry), admins, "fuse")])


def unlearn(inquiry: Inquiry, *, by: Ref) -> None:
    unteach(about=inquiry.id, by=by)
