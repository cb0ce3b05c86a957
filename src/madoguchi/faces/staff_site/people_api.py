"""One person over the API: what is held, correct, erase, certificate. The same verbs as the screens, officers only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from madoguchi.faces.staff_site import deletions, holdings, leaving, looks
from madoguchi.faces.staff_site.api import StaffToken
from madoguchi.faces.staff_site.correcting import correctable, read_value
from madoguchi.faces.staff_site.selection import Selection, anchor, read_ids, select
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.queries.matters import Matter
from madoguchi.rooms.organisation.queries import Viewer

READ, WRITE = "people:read", "people:write"


class Value(Schema):
    """`announced`: the row of clause 2 that announces it; `source`: person, ours, device, service."""

    label: str
    value: str
    announced: str
    source: str


class HeldMatter(Schema):
    """`why` is empty for what is certainly theirs; doubtful ones come without values until they are named."""

    id: UUID
    kind: str
    receipt_number: str
    at: datetime
    why: str
    held_until: date | None
    files: list[UUID]
    values: list[Value]


class Staying(Schema):
    label: str
    text: str


class WholePerson(Schema):
    """`living` goes back with an erasure: when it differs by then, something arrived meanwhile."""

    person: UUID
    inquiry: str
    theirs: list[HeldMatter]
    perhaps: list[HeldMatter]
    staying: list[Staying]
    living: list[UUID]


class NewValue(Schema):
    """`include`: doubtful matters that are this person's after all."""

    inquiry: str
    key: str
    value: str = Field(max_length=20_000)
    ground: str
    include: list[UUID] = []


class Corrected(Schema):
    key: str
    places: list[str]


class Erasure(Schema):
    inquiry: str
    ground: str
    living: list[UUID]
    include: list[UUID] = []


class Deletion(Schema):
    """An erasure's is its certificate. Without `finished_at` it is under way; nobody reads any of it already."""

    id: UUID
    cause: str
    ground: str
    whole: bool
    begun_at: datetime
    finished_at: datetime | None
    files: int
    rows: int
    unreadable_on: date | None
    copies: str
    staying: list[Staying]


router = Router(tags=["people"])


class OfficersToken(StaffToken):
    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        viewer = super().authenticate(request, token)
        if viewer is not None:
            rules.check_officer(viewer.role)
        return viewer


@router.get(
    "/people/{person_id}",
    response=WholePerson,
    auth=OfficersToken(READ),
    summary="一人について窓口にあるもの",
)
def read_person(request: HttpRequest, person_id: UUID, inquiry: str, include: str = "") -> dict[str, Any]:
    """`inquiry` は受付番号。`include` は、この方のものと確かめた件の id をコンマで区切って並べます。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    selection = _selected(viewer, person_id, inquiry, read_ids(include.split(",")))
    looks.note_person(viewer, person_id, selection.shown)
    return {
        "person": person_id,
        "inquiry": selection.row.receipt_number,
        "theirs": [_matter(each, selection, holdings.readable(each, selection)) for each in selection.theirs],
        "perhaps": [
            _matter(each, selection, ()) for each in selection.perhaps if each.id not in selection.named
        ],
        "staying": leaving.staying(selection),
        "living": sorted(selection.living),
    }


@router.post(
    "/people/{person_id}/corrections",
    response={201: Corrected},
    auth=OfficersToken(WRITE),
    summary="訂正する",
)
def correct_person(request: HttpRequest, person_id: UUID, body: NewValue) -> Status[dict[str, Any]]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    selection = _selected(viewer, person_id, body.inquiry, body.include)
    spec = correctable(selection, body.key)
    checked = read_value(selection, spec, body.value)
    forms.check_readable(checked)
    places = correct(
        files=selection.files, key=spec.key, value=checked.values[spec.key], ground=body.ground, by=viewer.ref
    )
    return Status(201, {"key": spec.key, "places": holdings.place_names(places)})


@router.post(
    "/people/{person_id}/erasure", response={202: Deletion}, auth=OfficersToken(WRITE), summary="消去する"
)
def erase_person(request: HttpRequest, person_id: UUID, body: Erasure) -> Status[dict[str, Any]]:
    """`living` は、確かめたときに GET で得た値です。その間に何かが加わっていれば、何も消さずに断ります(409)。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    selection = _selected(viewer, person_id, body.inquiry, body.include)
    record_id = erase(
        person=person_id, files=selection.files, expected=body.living, ground=body.ground, by=viewer.ref
    )
    return Status(202, _deletion(viewer, record_id))


@router.get(
    "/deletions/{record_id}", response=Deletion, auth=OfficersToken(READ), summary="廃棄記録一件(消去の証明)"
)
def read_deletion(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    return _deletion(viewer, record_id)


def _selected(viewer: Viewer, person: UUID, receipt_number: str, include: list[UUID]) -> Selection:
    """What another company's staff may not see does not exist; asking for what there is not is noted (T-C5-7)."""
    try:
        return select(viewer, anchor(viewer, person, receipt_number), include)
    except Refusal as refusal:
        record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
        raise


def _matter(matter: Matter, selection: Selection, found: Any) -> dict[str, Any]:
    row = selection.rows.get(matter.id)
    return {
        "id": matter.id,
        "kind": matter.table,
        "receipt_number": row.receipt_number if row else "",
        "at": matter.at,
        "why": matter.why,
        "held_until": matter.held.until if matter.held else None,
        "files": list(matter.files),
        "values": [
            {"label": each.label, "value": each.value, "announced": each.announced, "source": each.source}
            for each in found
        ],
    }


def _deletion(viewer: Viewer, record_id: UUID) -> dict[str, Any]:
    found = deletions.find(viewer, record_id)
    names = (
        "id", "cause", "ground", "whole", "begun_at", "finished_at", "files", "rows", "unreadable_on", "copies",
    )  # fmt: skip
    facts = {name: getattr(found, name) for name in names}
    return facts | {"staying": deletions.staying_in_words(found.remainder)}
