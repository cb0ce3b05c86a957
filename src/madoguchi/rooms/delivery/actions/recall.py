"""Take back a mail before it leaves: only while no worker has it in hand."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.actions.settle import withdraw


@action
def recall(*, mail_id: UUID, code: str) -> bool:
    """False when it is too late: it was sent, is being sent, or somebody sends it on purpose (もう一度送る)."""
    if not withdraw("delivery.send", mail_id):
        return False
    return bool(Mail.objects.filter(id=mail_id, state=State.QUEUED).update(state=State.STOPPED, code=code))
