"""対象を確かめる: what looks like theirs, for an officer to say which of it is (DESIGN §3: a shared mailbox)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest

from madoguchi.faces.staff_site import holdings, looks, words
from madoguchi.faces.staff_site.selection import INQUIRY, read_ids, reference
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.matters import Matter
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries.collected import living_of

if TYPE_CHECKING:
    from madoguchi.rooms.rights.models import RightsRequest


@dataclass(frozen=True, slots=True)
class Offered:
    """`seen` are the person's files that lived just before: what comes afterwards makes the answer void."""

    certain: tuple[Matter, ...]
    perhaps: tuple[Matter, ...]
    rows: dict[UUID, Row]
    seen: frozenset[UUID]

    def files(self, named: Collection[UUID]) -> set[UUID]:
        return {file for each in (*self.certain, *self.perhaps) if each.id in named for file in each.files}


def offered(viewer: Viewer, request: "RightsRequest") -> Offered:
    """Raises FileErased once the request's own period is over."""
    seen = frozenset(living_of(request.person_id))
    located = locate(request.file_id)
    both = (*located.certain, *located.perhaps)
    rows = rows_by_id(viewer, [each.id for each in both if each.table == INQUIRY])
    certain, perhaps = (
        tuple(each for each in some if each.table != INQUIRY or each.id in rows)
        for some in (located.certain, located.perhaps)
    )
    return Offered(certain, perhaps, rows, seen)


def note_look(http: HttpRequest, viewer: Viewer, request: "RightsRequest", found: Offered) -> None:
    shown = [reference(each) for each in (*found.certain, *found.perhaps)]
    looks.open_person(http, viewer, request.person_id, shown)


def choices(http: HttpRequest, found: Offered) -> list[dict[str, Any]]:
    """Certain ones are ticked at first; a doubtful one says why it is here."""
    typed = set(read_ids(http.POST.getlist("matter"))) if http.method == "POST" else None
    return [
        *_rows(found.certain, found, typed, ticked=True),
        *_rows(found.perhaps, found, typed, ticked=False),
    ]


def _rows(
    matters: Collection[Matter], found: Offered, typed: set[UUID] | None, *, ticked: bool
) -> Iterator[dict[str, Any]]:
    for each in matters:
        row = found.rows.get(each.id)
        yield {
            "id": each.id,
            **holdings.heading(row, each),
            "who": words.whole_name(row) if row else "",
            "line": words.line(row) if row and ticked else "",
            "why": holdings.WHY.get(each.why, ""),
            "held": bool(each.held),
            "on": each.id in typed if typed is not None else ticked,
        }
