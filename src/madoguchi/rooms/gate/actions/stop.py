"""A person stops a use, or takes that back (clauses 4-2, 7-1; Art 35). `rights.actions.stop_use` comes here."""

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
def stop_again(*, person: UUID, scope: str, by: Ref, about: UUID | None, asked_at: datetime) -> bool:
    """What a line of the ledger means for an older copy of the database: a stop that it knows, or a later one, is
    left as it is, lifted or not."""
    known = StopRow.objects.filter(person=person, scope=scope, about=about, asked_at__gte=asked_at)
    return not known.exists() and stop(person=person, scope=scope, by=by, about=about, asked_at=asked_at)


@action
def lift(
    *, person: UUID, scope: str, by: Ref, about: UUID | None = None, asked_before: datetime | None = None
) -> bool:
    """Only on the person's own word. A stop that was asked for after that moment stands."""
    standing = StopRow.objects.filter(person=person, scope=scope, about=about, lifted_at=None)
    if asked_before is not None:
        standing = standing.filter(asked_at__lte=asked_before)
    lifted = standing.update(lifted_at=clock.now())
    if lifted:
        record("gate.stop-lifted", about=Ref("person", person), by=by, details={"scope": scope})
    return bool(lifted)
