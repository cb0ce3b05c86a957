"""What stops a use acts with the proof of the mailbox, with nobody of the staff in between (LAW 6.2, invariant 6)."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.rights.actions.close import end
from madoguchi.rooms.rights.actions.decide import write_decision
from madoguchi.rooms.rights.actions.execute import execute_by
from madoguchi.rooms.rights.actions.hold import hold
from madoguchi.rooms.rights.actions.letters import tell_result
from madoguchi.rooms.rights.actions.steps import move
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.rules import requests as rules


def run_through(*, request_id: UUID, by: Ref) -> None:
    """From wherever it stands, so that one which was interrupted goes on (`jobs`)."""
    if not rules.KINDS[by_id(request_id).kind].at_once:
        return
    if _stands(request_id, rules.State.INVESTIGATING):
        _grant(request_id, by)
    if _stands(request_id, rules.State.DECIDED):
        execute_by(request_id=request_id, by=by)
    if _stands(request_id, rules.State.EXECUTED):
        tell_result(request_id=request_id, by=by)
    if _stands(request_id, rules.State.NOTIFIED):
        _end(request_id, by)


def _stands(request_id: UUID, state: rules.State) -> bool:
    return by_id(request_id).state == state


@action
def _grant(request_id: UUID, by: Ref) -> None:
    """Nothing stands against it: whoever uses what is theirs may end that by a word."""
    request = hold(request_id)
    check_work_may_begin(request)
    move(request, rules.State.DECIDED)
    write_decision(request, by, rules.Outcome.GRANTED)


@action
def _end(request_id: UUID, by: Ref) -> None:
    end(hold(request_id), by)
