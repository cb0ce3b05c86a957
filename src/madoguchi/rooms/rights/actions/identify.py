"""Who asks: the mailbox, what they could name, what an officer saw. Enough of it moves the request on (LAW 6.2)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.queries.numbers import written_by
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold, hold_for
from madoguchi.rooms.rights.actions.run_through import run_through
from madoguchi.rooms.rights.actions.steps import move, write_step
from madoguchi.rooms.rights.errors import NoSuchRequest, UnfitDocument
from madoguchi.rooms.rights.models import IdentityCheck, RightsRequest
from madoguchi.rooms.rights.queries.held import held
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.queries.shown import is_identified, passed
from madoguchi.rooms.rights.rules import identity
from madoguchi.rooms.rights.rules import requests as rules

_ASKING = (rules.State.RECEIVED, rules.State.VERIFYING)


def note_mailbox(*, request_id: UUID, by: Ref) -> None:
    """They came by the link that was mailed to the address they gave; pressed twice, it is noted once."""
    _note_mailbox(request_id, by)
    run_through(request_id=request_id, by=by)


@action
def _note_mailbox(request_id: UUID, by: Ref) -> None:
    request = hold(request_id)
    if request.state in _ASKING and "mailbox" not in passed(request):
        _note(request, identity.Shown("mailbox", True), by)


def note_named(*, request_id: UUID, inquiry_ids: Collection[UUID], by: Ref) -> None:
    """They named what only who wrote these inquiries knows. Of somebody else's nothing is noted."""
    _note_named(request_id, inquiry_ids, by)
    run_through(request_id=request_id, by=by)


@action
def _note_named(request_id: UUID, inquiry_ids: Collection[UUID], by: Ref) -> None:
    request = hold(request_id)
    theirs = written_by(request.person_id, inquiry_ids)
    if not theirs or theirs != set(inquiry_ids):
        raise NoSuchRequest
    if request.state in _ASKING and "named" not in passed(request):
        _note(request, identity.Shown("named", True), by, inquiries=len(theirs))


def note_check(
    *, viewer: Viewer, request_id: UUID, way: str, passed: bool, document: str = "", destroyed_on: date | None = None
) -> None:  # fmt: skip
    """What an officer compared with what we hold: the fact, never the paper. Looked at before, since what is held is
    opened for it."""
    known = by_id(request_id)
    if known.entity_id != viewer.entity_id:
        raise NoSuchRequest
    identity.check_way(way, held(known), document)
    if destroyed_on is not None and (not document or destroyed_on > clock.today()):
        raise UnfitDocument("書類を返した日、または処分した日は、今日までの日をお選びください。")
    _note_check(viewer, request_id, identity.Shown(way, passed, document), destroyed_on)
    run_through(request_id=request_id, by=viewer.ref)


@action
def _note_check(viewer: Viewer, request_id: UUID, shown: identity.Shown, destroyed_on: date | None) -> None:
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, *_ASKING)
    _note(request, shown, viewer.ref, destroyed_on=destroyed_on)


def _note(
    request: RightsRequest, shown: identity.Shown, by: Ref, *, destroyed_on: date | None = None, inquiries: int = 0
) -> None:  # fmt: skip
    insert(
        IdentityCheck, id=uuid7(), request_id=request.id, way=shown.way, passed=shown.passed,
        document=shown.document, destroyed_on=destroyed_on, by_kind=by.kind, by_id=by.id,
    )  # fmt: skip
    counted: dict[str, int] = {"inquiries": inquiries} if inquiries else {}
    write_step(request.id, "checked", by, way=shown.way, passed=shown.passed, **counted)
    if request.state == rules.State.RECEIVED:
        move(request, rules.State.VERIFYING)
    if is_identified(request):
        move(request, rules.State.INVESTIGATING)
        write_step(request.id, "identified", by)
