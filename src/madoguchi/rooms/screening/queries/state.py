"""How a company screens now."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.screening import model
from madoguchi.rooms.screening.errors import BadWeights
from madoguchi.rooms.screening.models import Lesson, ScreenRules
from madoguchi.rooms.screening.standing import ENOUGH_DECISIONS as ENOUGH_DECISIONS
from madoguchi.rooms.screening.standing import ENOUGH_TIME as ENOUGH_TIME
from madoguchi.rooms.screening.standing import Standing as Standing
from madoguchi.rooms.screening.standing import is_ready


def standing(entity_id: UUID) -> Standing:
    """Without a row nobody was asked: バッジのみ."""
    row = ScreenRules.objects.filter(entity_id=entity_id).first()
    decisions = Lesson.objects.filter(entity_id=entity_id, undone_at=None).count()
    if row is None:
        return Standing(decisions=decisions, ready=is_ready(decisions, None, clock.now()))
    return Standing(
        state=row.state, began_at=row.began_at, asked=row.asked_at is not None, set_at=row.set_at, set_by=row.set_by,
        decisions=decisions, ready=is_ready(decisions, row.began_at, clock.now()), blown_at=row.blown_at,
        blown_for=tuple(UUID(each) for each in row.blown_for), added=row.added, days=row.days, reset_at=row.reset_at,
    )  # fmt: skip


def weights_stand() -> bool:
    """Whether the shipped weights are there, whole and made for this program."""
    try:
        model.shipped()
    except BadWeights:
        return False
    return True
