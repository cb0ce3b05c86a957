"""An address is never mailed for announcements again.

Nobody lifts an opt-out by typing the address: only its holder may, by a link from their own mail, which
comes with the mailings themselves.
"""

from datetime import datetime

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.models import Suppression


@action
def suppress(*, mark: bytes, reason: str, by: Ref, until: datetime | None = None) -> None:
    """`mark` comes from `vault.queries.suppression_mark`; the ledger was written before (LAW 6.4)."""
    row, fresh = Suppression.objects.get_or_create(mark=mark, defaults={"reason": reason, "until": until})
    if fresh:
        record("gate.suppressed", about=Ref("suppression", row.id), by=by, details={"reason": reason})
