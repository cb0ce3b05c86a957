"""A mail of ours came back. What is final stops further mail to that address, and says so where it is looked for."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.models import Mail, State


@dataclass(frozen=True, slots=True)
class Returned:
    """`status` is the enhanced code (RFC 3463), like 5.1.1; empty when the report has none."""

    mail: UUID
    status: str
    permanent: bool


@action
def note_bounce(returned: Returned) -> None:
    """Only of what was sent: a later success or a stop is not undone. A delay changes nothing."""
    if not returned.permanent:
        return
    sent = Mail.objects.filter(id=returned.mail, state=State.SENT)
    code = f"bounce-{returned.status or 'unknown'}"[:60]
    if sent.update(state=State.REFUSED, code=code):
        record("delivery.bounced", about=Ref("mail", returned.mail), by=WORKER, details={"code": code})
