"""What staff taught, in numbers, and what of it is in dispute or stands in the way."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from madoguchi.rooms.screening.models import Lesson
from madoguchi.rooms.screening.queries.memory import LIVING, memory_of


@dataclass(frozen=True, slots=True)
class Lessons:
    """Inquiries by what they were called last. `disputed`: colleagues were of different mind. `raising`: the one, if
    any, that puts the threshold of the tray higher than it was shipped."""

    sales: int = 0
    genuine: int = 0
    junk: int = 0
    disputed: tuple[UUID, ...] = ()
    raising: frozenset[UUID] = frozenset()


def lessons(entity_id: UUID) -> Lessons:
    living = Lesson.objects.filter(entity_id=entity_id, undone_at=None, **LIVING)
    counts = dict(living.filter(disputed=False).order_by().values_list("label").annotate(n=Count("id")))
    disputed = tuple(living.filter(disputed=True).order_by("at", "id").values_list("about", flat=True))
    local = memory_of(entity_id).local
    raising = frozenset({UUID(local.raised_by)}) if local and local.raised_by else frozenset[UUID]()
    return Lessons(
        **{label: counts.get(label, 0) for label in ("sales", "genuine", "junk")},
        disputed=disputed,
        raising=raising,
    )
