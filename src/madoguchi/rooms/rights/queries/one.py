"""One request whole: for the officer's page and the API, with what may be done next."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.models import (
    Decision,
    DisclosurePackage,
    FeeRecord,
    IdentityCheck,
    Letter,
    Redaction,
    RightsRequest,
    Step,
)
from madoguchi.rooms.rights.queries.collected import matters_of
from madoguchi.rooms.rights.queries.fee import fee_of, was_shown
from madoguchi.rooms.rights.queries.held import held
from madoguchi.rooms.rights.queries.requests import Standing, standings
from madoguchi.rooms.rights.queries.shown import is_identified, passed
from madoguchi.rooms.rights.rules import complaints, fees, identity
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys


@dataclass(frozen=True, slots=True)
class Checked:
    way: str
    label: str
    passed: bool
    document: str
    destroyed_on: date | None
    at: datetime
    by: Ref


@dataclass(frozen=True, slots=True)
class Fee:
    """`shown`: whoever asked was told the amount before."""

    yen: int
    shown: bool
    settled_at: datetime | None
    how: str
    paid_on: date | None
    waived_for: str
    refunded_on: date | None

    @property
    def settled(self) -> bool:
        return not self.yen or self.settled_at is not None


@dataclass(frozen=True, slots=True)
class Decided:
    """`reason` and `instead` are empty once the file has ended."""

    id: UUID
    outcome: str
    ground: str
    reason: str
    instead: str
    decided_at: datetime
    decided_by: UUID
    two_people: bool
    approved_at: datetime | None
    approved_by: UUID | None
    alone_for: str

    @property
    def label(self) -> str:
        return rules.OUTCOMES[rules.Outcome(self.outcome)]

    @property
    def because(self) -> rules.Ground | None:
        return rules.GROUNDS.get(self.ground)


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter as it left."""

    id: UUID
    kind: str
    subject: str
    body: str
    channel: str
    mail: UUID | None
    sent_on: date | None
    written_at: datetime
    by: Ref


@dataclass(frozen=True, slots=True)
class Blackened:
    id: UUID
    words: str
    attachment: UUID | None
    ground: str
    at: datetime
    by: UUID


@dataclass(frozen=True, slots=True)
class Packed:
    """The package that counts; `secret` is not here: only its own page shows it."""

    id: UUID
    state: str
    form: str
    done: int
    total: int
    size: int
    digest: str
    made_at: datetime
    ready_at: datetime | None
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline; the screen has the words."""

    code: str
    at: datetime
    by: Ref
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moves:
    """What this viewer may do with it now."""

    check: bool = False
    settle: bool = False
    refund: bool = False
    collect: bool = False
    decide: bool = False
    approve: bool = False
    reopen: bool = False
    execute: bool = False
    tell: bool = False
    package: bool = False
    close: bool = False
    withdraw: bool = False
    manage: bool = False

    @property
    def names(self) -> list[str]:
        return [each.name for each in fields(self) if getattr(self, each.name)]


@dataclass(frozen=True, slots=True)
class Whole:
    """`asked` is empty once the file has ended. `ways`: how they may still show who they are, by what we hold. `matters`:
    the inquiries that it is about, number by file. `outcomes`: what may be decided now."""

    request: RightsRequest
    row: Standing
    asked: Mapping[str, str]
    checks: tuple[Checked, ...]
    identified: bool
    ways: tuple[identity.Way, ...]
    fee: Fee | None
    matters: Mapping[UUID, str]
    decision: Decided | None
    letters: tuple[Sent, ...]
    redactions: tuple[Blackened, ...]
    package: Packed | None
    steps: tuple[Line, ...]
    moves: Moves
    grounds: tuple[rules.Ground, ...] = field(default=())
    outcomes: tuple[rules.Outcome, ...] = field(default=())

    @property
    def ended(self) -> bool:
        return not self.asked


def whole(viewer: Viewer, request: RightsRequest) -> Whole:
    """The caller notes the look."""
    keys = file_keys([request.file_id])
    key, kind = keys.get(request.file_id), request.kind
    decision = Decision.objects.filter(request_id=request.id).first()
    asking = request.state in (rules.State.RECEIVED, rules.State.VERIFYING)
    holding, fee = held(request) if asking else set[str](), fee_of(request)
    return Whole(
        request=request,
        row=standings([request])[0],
        asked=json.loads(request.opened(key, "asked")) if key else {},
        checks=tuple(_checked(each) for each in request.checks.order_by("at", "id")),
        identified=is_identified(request),
        ways=tuple(identity.ways_for(holding)),
        fee=_fee(fee),
        matters=matters_of(request),
        decision=_decided(decision, key) if decision else None,
        letters=tuple(_sent(each, key) for each in request.letters.order_by("written_at", "id")),
        redactions=tuple(_blackened(each, key) for each in request.redactions.order_by("at", "id")),
        package=_packed(request),
        steps=tuple(_line(each) for each in request.steps.order_by("at", "id")),
        moves=_moves(viewer, request, decision, fee),
        grounds=tuple(rules.grounds_for(kind)),
        outcomes=_outcomes(request, holding),
    )


def _checked(each: IdentityCheck) -> Checked:
    by = Ref(each.by_kind, each.by_id)
    label = identity.WAYS[each.way].label
    return Checked(each.way, label, each.passed, each.document, each.destroyed_on, each.at, by)


def _fee(fee: FeeRecord | None) -> Fee | None:
    if fee is None:
        return None
    return Fee(fee.yen, was_shown(fee), fee.settled_at, fee.how, fee.paid_on, fee.waived_for, fee.refunded_on)


def _decided(each: Decision, key: FileKey | None) -> Decided:
    reason, instead = (each.opened(key, name) if key else "" for name in ("reason", "instead"))
    return Decided(
        each.id, each.outcome, each.ground, reason, instead, each.decided_at, each.decided_by, each.two_people,
        each.approved_at, each.approved_by, each.alone_for,
    )  # fmt: skip


def _sent(each: Letter, key: FileKey | None) -> Sent:
    subject, body = (each.opened(key, name) if key else "" for name in ("subject", "body"))
    by = Ref(each.by_kind, each.by_id)
    return Sent(each.id, each.kind, subject, body, each.channel, each.mail, each.sent_on, each.written_at, by)


def _blackened(each: Redaction, key: FileKey | None) -> Blackened:
    words = each.opened(key, "words") if key else ""
    return Blackened(each.id, words, each.attachment, each.ground, each.at, each.by)


def _packed(request: RightsRequest) -> Packed | None:
    each = DisclosurePackage.objects.filter(request_id=request.id).exclude(state="replaced").first()
    if each is None:
        return None
    return Packed(
        each.id, each.state, each.form, each.done, each.total, each.size, each.digest, each.made_at,
        each.ready_at, each.given_at,
    )  # fmt: skip


def _line(each: Step) -> Line:
    return Line(each.code, each.at, Ref(each.by_kind, each.by_id), each.details)


def _outcomes(request: RightsRequest, holding: set[str]) -> tuple[rules.Outcome, ...]:
    """Before it is known who asks, only the answers that tell them nothing."""
    if not rules.may_move(request.state, rules.State.DECIDED):
        return ()
    if is_identified(request):
        return tuple(each for each in rules.Outcome if each != rules.Outcome.NOT_FOUND or not request.chosen)
    nothing = not holding and bool(passed(request))
    unseen = (rules.Outcome.REFUSED,) if request.kind in rules.STATUTORY else ()
    return (*unseen, rules.Outcome.NOT_FOUND) if nothing else unseen


def _moves(viewer: Viewer, request: RightsRequest, decision: Decision | None, fee: FeeRecord | None) -> Moves:
    if not complaints.may_handle(viewer.role, own=request.owner_id == viewer.ref.id):
        return Moves()
    state, kind = request.state, request.kind
    standing = state in rules.OPEN
    decided = state == rules.State.DECIDED and decision is not None
    ready = decided and decision is not None and rules.allows(lambda: rules.check_approved(decision))
    effective = ready and decision is not None and decision.outcome not in rules.UNEXECUTED
    settled = fee is None or not fee.yen or fee.settled_at is not None
    working = state == rules.State.INVESTIGATING and rules.allows(lambda: check_work_may_begin(request))
    return Moves(
        check=state in (rules.State.RECEIVED, rules.State.VERIFYING),
        settle=standing and not settled,
        refund=fee is not None and rules.allows(lambda: _check_refundable(fee)),
        collect=working,
        decide=rules.may_move(state, rules.State.DECIDED),
        approve=decided and not ready,
        reopen=decided,
        execute=effective,
        tell=standing,
        package=effective and kind in rules.PACKAGED,
        close=rules.allows(lambda: rules.check_closable(state, told=request.notified_at is not None)),
        withdraw=rules.may_move(state, rules.State.WITHDRAWN),
        manage=standing,
    )


def _check_refundable(fee: FeeRecord) -> None:
    fees.check_refundable(
        settled=fee.settled_at is not None, how=fee.how, refunded=fee.refunded_on is not None
    )
