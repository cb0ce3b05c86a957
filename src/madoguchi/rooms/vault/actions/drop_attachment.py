"""Take away what was attached, when another takes its place in the same file."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.models import Attachment


@action
def drop_attachment(*, attachment: UUID) -> None:
    Attachment.objects.filter(id=attachment).delete()
