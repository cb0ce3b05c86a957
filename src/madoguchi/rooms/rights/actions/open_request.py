"""Open a request: from the public page, from my page, from an inquiry, from a letter (LAW 6.2; T-C8-1, T-C10-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib import clock, contact
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import Ref, new_request_number, uuid7
from madoguchi.foundation.lib.rows import insert, upsert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.move_lane import change_lane
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.queries.one import by_id as inquiry_by_id
from madoguchi.rooms.inquiries.queries.one import find as find_inquiry
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.actions.forget import forget_if_new
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.policy.queries.versions import fee_in, in_force_at
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.actions.stop_use import check_scope
from madoguchi.rooms.rights.models import FeeRecord, RightsRequest
from madoguchi.rooms.rights.queries.complaints import first_owner
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.rules import asking as reading
from madoguchi.rooms.rights.rules import fees
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.asking import Asking
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

ACKNOWLEDGE = "rights.acknowledge"
INBOX = "inbox"
_FROM_AN_INQUIRY = ("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the person gets; the same for every repeat of one draft."""

    id: UUID
    number: str
    link_issue: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Coming:
    """From where it comes, when, and whose it is as far as somebody says so."""

    entity_id: UUID
    channel: str
    by: Ref
    at: datetime
    inquiry_id: UUID | None = None
    person: UUID | None = None


def open_request(
    *, entity_id: UUID, asking: Asking, channel: str, by: Ref, arrived_at: datetime | None = None,
    inquiry_id: UUID | None = None, person: UUID | None = None,
) -> Opened:  # fmt: skip
    """`asking` is checked here whoever typed it. The person of the address that was given is claimed, known or not:
    nothing that happens tells which. Numbers are short, so two may meet: then one more letter is drawn."""
    now = clock.now()
    reading.check_channel(channel)
    rules.check_arrival(arrived_at or now, now)
    checked = _checked(asking, typed_in=channel in reading.TYPED_IN)
    coming = _Coming(entity_id, channel, by, arrived_at or now, inquiry_id, person)
    return _drawn(checked, coming)


def _checked(asking: Asking, *, typed_in: bool) -> Asking:
    """What nobody can be answered without is not stopped by itself (T-C4-3): that is said before it is asked for."""
    checked = reading.check_asking(asking, typed_in=typed_in)
    if checked.kind == "collection_stop":
        check_scope(checked.values["item"])
    return checked


def _drawn(asking: Asking, coming: _Coming) -> Opened:
    for letters in (5, 6, 7):
        try:
            return _open(asking, coming, letters)
        except IntegrityError:
            if letters == 7:
                raise
    raise AssertionError


@action
def take_over(
    *, viewer: Viewer, inquiry_id: UUID, kind: str, values: Mapping[str, str] | None = None, wish: str = "",
    agent: str = "",
) -> Opened:  # fmt: skip
    """Any member of the staff, from any lane: what somebody wrote to us is a request, and came when it came. The
    inquiry returns to the inbox; taken over twice, it is one. Raises FileErased when nobody is left."""
    rules.check_kind(kind)
    inquiry = find_inquiry(viewer, inquiry_id, for_update=True)
    hold_person(inquiry.person_id)
    standing = RightsRequest.objects.filter(
        inquiry_id=inquiry_id, kind=kind, state__in=[state.value for state in rules.OPEN]
    ).first()
    if standing is not None:
        return Opened(standing.id, standing.number, standing.link_issue, fresh=False)
    said = answers_of(inquiry).values
    known = {key: said[key] for key in _FROM_AN_INQUIRY if said.get(key)}
    asking = Asking(kind, known | dict(values or {}), wish, agent)
    checked = _checked(asking, typed_in=True)
    coming = _Coming(
        inquiry.entity_id, inquiry.channel, viewer.ref, inquiry.received_at, inquiry.id, inquiry.person_id
    )  # fmt: skip
    opened = _open(checked, coming, 6)
    _bring_back(inquiry, opened, kind, viewer.ref)
    return opened


def _bring_back(inquiry: "Inquiry", opened: Opened, kind: str, by: Ref) -> None:
    if inquiry.lane != INBOX:
        change_lane(inquiry, INBOX, by=by)
    details = {"kind": kind, "number": opened.number}
    write_event(inquiry_id=inquiry.id, by=by, code="request-opened", details=details)


@action
def _open(asking: Asking, coming: _Coming, letters: int) -> Opened:
    if coming.inquiry_id is not None:
        hold_file(inquiry_by_id(coming.inquiry_id, for_update=True).file_id)
    email = asking.values.get("email")
    if coming.person is not None:
        hold_person(coming.person)
    person = coming.person or claim(email_key=contact.read_email(email).key if email else None)
    key, id, day = new_key(), uuid7(), clock.local(coming.at).date()
    stored, number, issue = upsert(
        RightsRequest, conflict=("draft",), returning=("id", "number", "link_issue"),
        person_id=person, **_row(asking, coming, key, id, new_request_number(day, letters)),
    )  # fmt: skip
    if stored != id:
        if coming.person is None:
            forget_if_new(person)
        return Opened(stored, number, issue, fresh=False)
    open_file(kind="request", holder=person, key=key)
    _follow_up(asking, coming, id)
    return Opened(id, number, issue, fresh=True)


def _row(asking: Asking, coming: _Coming, key: FileKey, id: UUID, number: str) -> dict[str, Any]:
    day, policy = clock.local(coming.at).date(), in_force_at(coming.entity_id, coming.at)
    return {
        "id": id,
        "number": number,
        "draft": sha256(b"madoguchi.request\x00" + asking.draft).digest() if asking.draft else None,
        "entity_id": coming.entity_id,
        "kind": asking.kind,
        "channel": coming.channel,
        "inquiry_id": coming.inquiry_id,
        "policy_id": policy.id if policy else None,
        "arrived_at": coming.at,
        "opened_by_kind": coming.by.kind,
        "opened_by_id": coming.by.id,
        "line_on": rules.line_on(asking.kind, day),
        "due_on": rules.due_on(day, privacy_desk(coming.entity_id).target_days),
        "owner_id": first_owner(coming.entity_id),
        "wish": asking.wish,
        "agent": asking.agent,
        "file_id": key.id,
        "asked": key.seal(RightsRequest, "asked", id, canonical_json(dict(asking.values)).decode()),
    }


def _follow_up(asking: Asking, coming: _Coming, id: UUID) -> None:
    if rules.KINDS[asking.kind].fee:
        yen = fees.fee_of(asking.kind, fee_in(in_force_at(coming.entity_id, coming.at)))
        shown = clock.now() if coming.channel in reading.SHOWING else None
        insert(FeeRecord, id=uuid7(), request_id=id, yen=yen, shown_at=shown)
    write_step(id, "opened", coming.by, kind=asking.kind, channel=coming.channel)
    add_job(ACKNOWLEDGE, id)
