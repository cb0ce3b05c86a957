"""Send after all: a held mail is released, or a refused one is tried again with the same bytes."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.settle import retry_now


@action
def release(*, mail_id: UUID, by: Ref) -> None:
    """Does nothing to a mail that was sent or stopped meanwhile."""
    waiting = Mail.objects.filter(id=mail_id, state__in=[State.HELD, State.REFUSED, State.QUEUED])
    if not waiting.update(state=State.QUEUED):
        return
    if not retry_now("delivery.send", mail_id):
        add_job("delivery.send", mail_id)
    record("delivery.released", about=Ref("mail", mail_id), by=by)


@action
def hold_all(*, by: Ref) -> int:
    """After a restore with a gap: nothing goes out until a person has looked."""
    held = Mail.objects.filter(state=State.QUEUED).update(state=State.HELD)
    if held:
        record("delivery.all-held", about=by, by=by, details={"count": held})
    return held
