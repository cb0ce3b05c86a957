"""Ten of what was moved this week and nobody has opened, drawn anew each week: silent errors blow no fuse."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import LIVING

TEN = 10


@dataclass(frozen=True, slots=True)
class Weekly:
    """`unopened`: how many of what was moved nobody has ever opened, whenever it came."""

    ten: list[UUID]
    unopened: int


def ten(entity_id: UUID) -> Weekly:
    """The same ten for everybody who looks in one week, fewer as they are opened or settled."""
    moved = Verdict.objects.filter(entity_id=entity_id, moved=True, **LIVING)
    untouched = moved.filter(opened_at=None, settled_at=None)
    monday = _monday()
    since = datetime.combine(monday, time(0), clock.JST)
    mine = moved.filter(decided_at__gte=since).order_by("id").values_list("about", flat=True)
    drawn = _drawn(entity_id, monday, list(mine))
    open_ones = set(untouched.filter(about__in=drawn).values_list("about", flat=True))
    return Weekly([about for about in drawn if about in open_ones], untouched.count())


def _drawn(entity_id: UUID, monday: date, abouts: list[UUID]) -> list[UUID]:
    """By the week's own seed; what arrives later in the week changes little."""
    ranked = sorted(abouts, key=lambda about: random.Random(f"{entity_id}{monday}{about}").random())  # noqa: S311
    return ranked[:TEN]


def _monday() -> date:
    day = clock.today()
    return day - timedelta(days=day.weekday())
