"""伏せた番号を表示する, 対応のために表示する: the act and its record; the screen shows it for one page view."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.inquiries.queries.reading import reader_of
from madoguchi.rooms.inquiries.rules import Delicate
from madoguchi.rooms.organisation.queries import Viewer

EVENTS: dict[Delicate, str] = {"numbers": "inquiry.number-shown", "text": "inquiry.special-care-shown"}


@action
def reveal(*, viewer: Viewer, inquiry_id: UUID, what: Collection[Delicate]) -> None:
    """One event for each thing opened, about the inquiry, never with a value; refuses who may not."""
    inquiry = find(viewer, inquiry_id)
    reader = reader_of(viewer, inquiry, opened=what)
    for each in sorted(what):
        rules.check_uncovered(each, reader)
        details = {"role": viewer.role}
        record(EVENTS[each], about=Ref("inquiry", inquiry.id), by=viewer.ref, details=details)
