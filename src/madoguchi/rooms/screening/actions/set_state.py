"""停止, バッジのみ, 有効: an administrator's choice, and what belongs to it."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.errors import LookFirst, NoSuchState, UnfitDays
from madoguchi.rooms.screening.models import ScreenRules
from madoguchi.rooms.screening.standing import STATES

LONGEST_DAYS = 730


@action
def set_state(*, viewer: Viewer, state: str, looked: bool = False) -> None:
    """`looked`: whoever switches on after the fuse blew has the list before them. What the fuse added to the threshold
    stays: only a reset takes it away."""
    organisation.check_administers(viewer.role)
    put_state(viewer.entity_id, state=state, by=viewer.ref, looked=looked)


@action
def put_state(entity_id: UUID, *, state: str, by: Ref, looked: bool = False) -> None:
    """The same for a command of the set-up and for the trial, which no administrator is behind."""
    if state not in STATES:
        raise NoSuchState
    row, now = rules_of(entity_id), clock.now()
    if state == "on" and row.blown_at is not None and not looked:
        raise LookFirst
    row.state, row.set_at, row.set_by = state, now, by.id
    row.asked_at = row.asked_at or now
    row.blown_at, row.blown_for = None, []
    row.save()
    record("screening.state", about=Ref("entity", entity_id), by=by, details={"state": state})


@action
def set_days(*, viewer: Viewer, days: int) -> None:
    organisation.check_administers(viewer.role)
    if not 1 <= days <= LONGEST_DAYS:
        raise UnfitDays
    row = rules_of(viewer.entity_id)
    row.days = days
    row.save()
    record("screening.days", about=Ref("entity", viewer.entity_id), by=viewer.ref, details={"days": days})


@action
def reset(*, viewer: Viewer) -> None:
    """Back to the shipped weights: what was taught until now bends the model no more. Lists of senders stay."""
    organisation.check_administers(viewer.role)
    row = rules_of(viewer.entity_id)
    row.reset_at, row.added = clock.now(), 0.0
    row.save()
    record("screening.reset", about=Ref("entity", viewer.entity_id), by=viewer.ref)


def rules_of(entity_id: UUID) -> ScreenRules:
    """The row, held; made when there is none."""
    ScreenRules.objects.get_or_create(entity_id=entity_id)
    return ScreenRules.objects.select_for_update(of=("self",)).get(entity_id=entity_id)
