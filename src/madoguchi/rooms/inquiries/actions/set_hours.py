"""営業時間と回答の目安: the hours of the desk and the targets of its forms, and with them what is due when.

Open inquiries are due anew, in steps of a job; what is closed keeps the deadline it had.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import hours as clockwork
from madoguchi.foundation.lib.hours import Hours, Target
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.actions.set_target import set_target
from madoguchi.rooms.forms.queries import targets_of
from madoguchi.rooms.inquiries.actions.figures import measure_anew
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.pauses import waits_since
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.actions import set_hours as organisation
from madoguchi.rooms.organisation.queries import Viewer, hours_of

KIND = "inquiries.due-anew"
AT_ONCE = 100  # inquiries in one transaction: below 20 ms


@action
def set_hours(*, viewer: Viewer, hours: Hours, targets: Mapping[UUID, Target | None]) -> bool:
    """True when something changed, and then the deadlines of open inquiries follow."""
    changed = organisation.set_hours(viewer=viewer, hours=hours)
    aimed = [set_target(viewer=viewer, form_id=id, target=target) for id, target in targets.items()]
    if changed:
        measure_anew(viewer.entity_id)
    if changed or any(aimed):
        add_job(KIND, viewer.entity_id)
    return changed or any(aimed)


def due_anew(entity_id: UUID) -> int:
    """Every open inquiry that waits for us, oldest first; safe to begin again. Gives back how many changed."""
    kept, targets, last, moved = hours_of(entity_id), targets_of(entity_id), UUID(int=0), 0
    waiting = Inquiry.objects.filter(entity_id=entity_id, closed_at=None, answered_at=None, sample=False)
    while some := list(waiting.filter(id__gt=last).order_by("id").defer("answers", "headline")[:AT_ONCE]):
        moved += _step(some, kept, targets)
        last = some[-1].id
    if moved:
        record("inquiry.due-anew", about=Ref("entity", entity_id), by=WORKER, details={"count": moved})
    return moved


@action
def _step(some: list[Inquiry], kept: Hours, targets: Mapping[UUID, Target | None]) -> int:
    moved = 0
    for each, (since, pauses) in zip(some, waits_since(some).values(), strict=True):
        due = clockwork.due_with_pauses(since, kept, targets.get(each.form_id), pauses)
        moved += due != each.due_at and _move(each, due)
    return moved


def _move(each: Inquiry, due: datetime) -> int:
    first = {"first_due_at": due} if each.first_answered_at is None else {}
    still = Inquiry.objects.filter(id=each.id, closed_at=None, answered_at=None, due_at=each.due_at)
    return still.update(due_at=due, **first)
