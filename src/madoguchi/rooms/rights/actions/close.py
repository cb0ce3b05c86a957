"""The end: after the person was told; or because they take the request back."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_by, hold_for
from madoguchi.rooms.rights.actions.steps import move, write_step
from madoguchi.rooms.rights.models import Decision, Letter, RightsRequest
from madoguchi.rooms.rights.rules import requests as rules


@action
def close(*, viewer: Viewer, request_id: UUID) -> None:
    end(hold_for(viewer, request_id), viewer.ref)


def end(request: RightsRequest, by: Ref) -> None:
    """The caller holds the row. Nothing ends untold, whatever was decided (LAW 6.2, invariant 2)."""
    letters = set(Letter.objects.filter(request_id=request.id).values_list("kind", flat=True))
    rules.check_closable(request.state, told=request.notified_at is not None)
    rules.check_told(Decision.objects.get(request_id=request.id).outcome, letters)
    move(request, rules.State.CLOSED, closed_at=clock.now())
    write_step(request.id, "closed", by)


@action
def withdraw(*, request_id: UUID, by: Ref, seen: str = "") -> None:
    """By the person, or by a colleague on their word; once something was done it is too late. `seen` is the state that
    their page showed: when it moved meanwhile, they read that first."""
    request = hold_by(by, request_id)
    if seen and request.state != seen:
        rules.check_stands(request.state)
    move(request, rules.State.WITHDRAWN, closed_at=clock.now())
    write_step(request.id, "withdrawn", by)
