"""Whom a page or a call is about: one inquiry's person, what is certainly theirs, and what somebody named as theirs.

A shared mailbox shows and ends a colleague's matter only when it is named (DESIGN §3).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, read_receipt_number
from madoguchi.rooms.inquiries import rules as inquiry_rules
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.queries import lists, matters, one
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.rules import Reader
from madoguchi.rooms.inventory.queries.locate import Located, locate
from madoguchi.rooms.inventory.queries.matters import Matter
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import files_of

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

INQUIRY = "inquiries.Inquiry"


@dataclass(frozen=True, slots=True)
class Selection:
    """`theirs` is certain or named, newest first; `perhaps` is all that is doubtful; `living` the person's files
    that could be read just before, for telling afterwards that something arrived meanwhile. `covered`: matters
    whose text this viewer may not read."""

    inquiry: "Inquiry"
    row: Row
    located: Located
    theirs: tuple[Matter, ...]
    perhaps: tuple[Matter, ...]
    rows: Mapping[UUID, Row]
    named: frozenset[UUID]
    living: frozenset[UUID]
    covered: frozenset[UUID]

    @property
    def shown(self) -> list[Ref]:
        """Everything a page with this selection shows, for the record of the look."""
        return [reference(each) for each in dict.fromkeys((*self.theirs, *self.perhaps))]

    @property
    def files(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(file for matter in self.theirs for file in matter.files))


def reference(matter: Matter) -> Ref:
    return Ref(matter.table.rpartition(".")[2].lower(), matter.id)


def anchor(viewer: Viewer, person: UUID, receipt_number: str) -> "Inquiry":
    """The inquiry a person is reached from; another company's, or another person's, does not exist (T-C5-7)."""
    found = one.find_number(viewer, read_receipt_number(receipt_number) or "")
    if found.person_id != person:
        raise NoSuchInquiry
    return found


def select(viewer: Viewer, inquiry: "Inquiry", named: Collection[UUID] = ()) -> Selection:
    """Raises FileErased once the inquiry itself was ended."""
    living = frozenset(files_of(inquiry.person_id))
    located = locate(inquiry.file_id)
    both = (*located.certain, *located.perhaps)
    rows = matters.rows_by_id(viewer, [each.id for each in both if each.table == INQUIRY])
    perhaps = tuple(each for each in located.perhaps if _own(each, rows))
    chosen = frozenset(named) & {each.id for each in perhaps}
    theirs = [each for each in located.certain if _own(each, rows)]
    theirs += [each for each in perhaps if each.id in chosen]
    theirs.sort(key=lambda each: each.at, reverse=True)
    return Selection(
        inquiry=inquiry,
        row=rows.get(inquiry.id) or lists.row_of(inquiry),
        located=located,
        theirs=tuple(theirs),
        perhaps=perhaps,
        rows=rows,
        named=chosen,
        living=living,
        covered=frozenset(id for id, row in rows.items() if not _may_read(viewer, row)),
    )


def _may_read(viewer: Viewer, row: Row) -> bool:
    reader = Reader(viewer.role, row.assignee_id == viewer.ref.id, frozenset())
    return not row.special_care or inquiry_rules.may_see("text", reader)


def _own(matter: Matter, rows: Mapping[UUID, Row]) -> bool:
    return matter.table != INQUIRY or matter.id in rows


def read_ids(texts: Collection[str]) -> list[UUID]:
    """What is no id names nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
