"""The order of a tray, least certain first; and what in it is not to be forgotten."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from madoguchi.rooms.screening.models import Lesson, Verdict
from madoguchi.rooms.screening.queries.memory import LIVING


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


def overlooked(entity_id: UUID, before: datetime, *, limit: int) -> list[tuple[UUID, datetime]]:
    """What was moved by then with a doubt, and nobody has opened or settled since; the oldest first."""
    rows = Verdict.objects.filter(
        entity_id=entity_id, moved=True, doubtful=True, settled_at=None, opened_at=None, decided_at__lte=before,
        **LIVING,
    )  # fmt: skip
    return list(rows.order_by("decided_at", "id").values_list("about", "decided_at")[:limit])


def doubted() -> Q:
    """Of an inquiry, as a part of another question: it was near the line, or something speaks for a customer."""
    return Q(Exists(Verdict.objects.filter(about=OuterRef("pk"), doubtful=True)))


def decided() -> Q:
    """The same: a person has said by a button what it is, and nobody said otherwise."""
    said = Lesson.objects.filter(about=OuterRef("pk"), undone_at=None, disputed=False)
    settled = Verdict.objects.filter(about=OuterRef("pk"), settled_at__isnull=False)
    return Q(Exists(said)) | Q(Exists(settled))
