"""A suppression is kept until its day and no longer (LAW 6.4)."""

from datetime import datetime

from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.models import Suppression

AT_ONCE = 50


@action
def end_suppressions(*, before: datetime) -> int:
    """Some of those whose time was over before this moment; 0 when none is left. Without a day they stay."""
    over = list(Suppression.objects.filter(until__lt=before).values_list("id", flat=True)[:AT_ONCE])
    Suppression.objects.filter(id__in=over).delete()
    for id in over:
        record("gate.suppression-ended", about=Ref("suppression", id), by=WORKER)
    return len(over)
