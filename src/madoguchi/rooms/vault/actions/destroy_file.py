"""Destroy the key of a file: from here on nobody reads what it held (clause 9-2; LAW 6.3).

The caller has written the ledger first and records the event: every destruction is a reasoned act.
"""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.models import Attachment, File


@action
def destroy_file(*, file: UUID, reason: str) -> bool:
    """True when a key was destroyed, False when it was already gone: safe to repeat."""
    found = File.objects.filter(id=file, wrapped__isnull=False).update(
        wrapped=None, destroyed_at=clock.now(), destroyed_for=reason
    )
    if not found:
        return False
    Attachment.objects.filter(file_id=file).delete()
    return True
