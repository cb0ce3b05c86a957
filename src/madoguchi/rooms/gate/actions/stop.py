"""A person stops a use, or takes that back (clauses 4-2, 7-1; Art 35)."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.models import StopRow


@action
def stop(
    *, person: UUID, scope: str, by: Ref, about: UUID | None = None, asked_at: datetime | None = None
) -> bool:
    """Binds at once, mail already queued too. The ledger was written before, by the caller. False when it stood."""
    row, fresh = StopRow.objects.get_or_create(
        person=person, scope=scope, about=about, lifted_at=None,
        defaults={"asked_at": asked_at or clock.now()},
    )  # fmt: skip
    if fresh:
        record("gate.stopped", about=Ref("stop", row.id), by=by, details={"scope": scope})
    return fresh


@action
def lift(*, person: UUID, scope: str, by: Ref, about: UUID | None = None) -> bool:
    """Only on the person's own word."""
    standing = StopRow.objects.filter(person=person, scope=scope, about=about, lifted_at=None)
    lifted = standing.update(lifted_at=clock.now())
    if lifted:
        record("gate.stop-lifted", about=Ref("person", person), by=by, details={"scope": scope})
    return bool(lifted)
