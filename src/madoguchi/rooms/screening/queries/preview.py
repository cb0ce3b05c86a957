"""有効なら n 件を移していました: what would have been moved, before anybody switches on."""

from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import LIVING
from madoguchi.rooms.screening.queries.verdicts import Told, of_many

DAYS, MOST = 90, 200


def would_move(entity_id: UUID, *, days: int = DAYS, limit: int = MOST) -> list[Told]:
    """Left in the inbox by the state alone, the newest first; what a person put into a tray since is among it."""
    rows = Verdict.objects.filter(
        entity_id=entity_id, moved=False, decided_at__gt=clock.now() - timedelta(days=days), **LIVING
    ).exclude(lane="inbox")
    abouts = list(rows.order_by("-decided_at", "-id").values_list("about", flat=True)[:limit])
    found = of_many(abouts)
    return [found[about] for about in abouts if about in found and not found[about].guarded]


def rescued(entity_id: UUID, *, limit: int = MOST) -> list[Told]:
    """Moved by the machine and brought back: what the fuse is about."""
    rows = Verdict.objects.filter(entity_id=entity_id, moved=True, settled_lane="inbox", **LIVING)
    abouts = list(rows.order_by("-decided_at", "-id").values_list("about", flat=True)[:limit])
    found = of_many(abouts)
    return [found[about] for about in abouts if about in found]
