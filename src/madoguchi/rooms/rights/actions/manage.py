"""Who has it, and by when we mean to answer. The line of the Act is nobody's to move."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.rights.actions.hold import hold_for
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.errors import UnfitOwner
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.rules import complaints
from madoguchi.rooms.rights.rules import requests as rules


@action
def change_owner(*, viewer: Viewer, request_id: UUID, to: UUID) -> None:
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, *rules.OPEN)
    role = next((each.role for each in colleagues(viewer) if each.id == to), None)
    if role is None:
        raise UnfitOwner
    complaints.check_owner(role)
    if request.owner_id == to:
        return
    RightsRequest.objects.filter(id=request.id).update(owner_id=to)
    write_step(request.id, "owner", viewer.ref, to=str(to))


@action
def change_due(*, viewer: Viewer, request_id: UUID, on: date, reason: str) -> None:
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, *rules.OPEN)
    complaints.check_reason(reason, complaints.DUE_REASONS)
    complaints.check_day(on, clock.today())
    RightsRequest.objects.filter(id=request.id).update(due_on=on)
    write_step(request.id, "due", viewer.ref, to=on.isoformat(), reason=reason)
