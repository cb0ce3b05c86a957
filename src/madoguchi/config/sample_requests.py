"""Sample requests under the Act for the trial, each at another point of its way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.inquiries.queries.of_person import inquiries_of
from madoguchi.rooms.organisation.queries import Viewer, staff_of, viewer_of
from madoguchi.rooms.people.queries import person_by_address, person_ref
from madoguchi.rooms.rights.actions import identify, letters
from madoguchi.rooms.rights.actions.close import close
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import decide
from madoguchi.rooms.rights.actions.open_request import Opened, open_request, take_over
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.rules.asking import TYPED_IN, Asking

_SAMPLE = "（見本）"


def add_requests(entity_id: UUID, samples: list[dict[str, Any]]) -> int:
    """After the inquiries, which some of them are about; without an officer there is nobody who could work on them."""
    officer = next((each for each in staff_of(entity_id) if each.role == "officer"), None)
    if officer is None:
        return 0
    for sample in samples:
        _add(viewer_of(officer), sample)
    return len(samples)


def _add(officer: Viewer, sample: dict[str, Any]) -> None:
    opened = _opened(officer, sample)
    if sample.get("mailbox"):
        person = by_id(opened.id).person_id
        identify.note_mailbox(request_id=opened.id, by=person_ref(person))
    if way := sample.get("way"):
        identify.note_check(viewer=officer, request_id=opened.id, way=way, passed=True)
    if sample.get("collected"):
        living = living_of(by_id(opened.id).person_id)
        collect(viewer=officer, request_id=opened.id, files=living, seen=living)
    if outcome := sample.get("outcome"):
        decide(
            viewer=officer, request_id=opened.id, outcome=outcome, ground=sample.get("ground", ""),
            reason=sample.get("reason", ""),
        )  # fmt: skip
    if letter := sample.get("told"):
        _tell(officer, opened.id, letter)


def _opened(officer: Viewer, sample: dict[str, Any]) -> Opened:
    values = dict(sample["values"]) | {"words": _SAMPLE + sample["values"].get("words", "").strip()}
    if "inquiry_of" in sample:
        return take_over(
            viewer=officer, inquiry_id=_inquiry_of(sample["inquiry_of"]), kind=sample["kind"], values=values,
            wish=sample.get("wish", ""),
        )  # fmt: skip
    channel = sample["channel"]
    return open_request(
        entity_id=officer.entity_id,
        asking=Asking(sample["kind"], values, sample.get("wish", "")),
        channel=channel,
        by=officer.ref if channel in TYPED_IN else VISITOR,
        arrived_at=clock.now() - timedelta(minutes=sample["ago_minutes"]),
    )


def _inquiry_of(address: str) -> UUID:
    person = person_by_address(address)
    assert person is not None, address
    return inquiries_of(person)[0]


def _tell(officer: Viewer, id: UUID, kind: str) -> None:
    draft = letters.draft_letter(officer, by_id(id), kind)
    letters.send_letter(
        viewer=officer, request_id=id, kind=kind, subject=draft.subject, body=draft.body, channel="post",
        sent_on=clock.today(),
    )  # fmt: skip
    close(viewer=officer, request_id=id)
