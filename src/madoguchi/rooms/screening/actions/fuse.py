"""The fuse: too many of what was moved were brought back, so nothing is moved until an administrator has looked."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.screening import standing
from madoguchi.rooms.screening.actions.set_state import rules_of
from madoguchi.rooms.screening.models import Verdict


def look_at_fuse(entity_id: UUID) -> bool:
    """After a rescue; True when it blew just now. Only what was moved since the state was set counts."""
    row = rules_of(entity_id)
    if row.blown_at is not None or row.state == "off":
        return False
    moved = Verdict.objects.filter(entity_id=entity_id, moved=True).order_by("-decided_at", "-id")
    if row.set_at is not None:
        moved = moved.filter(decided_at__gte=row.set_at)
    last = list(moved.values_list("about", "settled_lane")[: standing.AMONG])
    if not standing.blows([lane == "inbox" for _, lane in last]):
        return False
    row.blown_at, row.added = clock.now(), row.added + standing.STEP
    row.blown_for = [str(about) for about, lane in last if lane == "inbox"]
    row.save()
    record(
        "screening.fuse-blown",
        about=Ref("entity", entity_id),
        by=WORKER,
        details={"rescued": len(row.blown_for)},
    )
    return True
