"""The order of a tray: least certain first."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.rooms.screening.models import Verdict


def scores(abouts: Collection[UUID]) -> dict[UUID, tuple[int, float]]:
    """What to sort by, the least certain first: what a person has settled comes last, what has no score before it."""
    rows = Verdict.objects.filter(about__in=list(abouts))
    return {
        about: (2, 0.0) if settled else (1, 0.0) if score is None else (0, score)
        for about, score, settled in rows.values_list("about", "score", "settled_at")
    }


def unsettled(entity_id: UUID, lane: str, *, limit: int) -> list[UUID]:
    """Moved there by the machine and not looked after by anybody yet, the least certain first."""
    rows = Verdict.objects.filter(entity_id=entity_id, moved=True, lane=lane, settled_at=None)
    return list(rows.order_by("score", "-decided_at", "-id").values_list("about", flat=True)[:limit])
