"""What the state allows: 停止, バッジのみ, 有効, and the fuse. Pure (SCREENING §8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

STATES = ("off", "badge", "on")
ENOUGH_DECISIONS, ENOUGH_TIME = 50, timedelta(days=30)
RESCUES, AMONG = 2, 50
STEP = 0.5  # of the logit, added to the threshold each time the fuse blows


@dataclass(frozen=True, slots=True)
class Standing:
    """`effective` is what binds now: a blown fuse lets nothing move. `ready`: the cold start is over, so the preview
    can be looked at and 有効 chosen with reason. `asked`: somebody has answered the question of the set-up."""

    state: str = "badge"
    began_at: datetime | None = None
    asked: bool = False
    set_at: datetime | None = None
    set_by: UUID | None = None
    decisions: int = 0
    ready: bool = False
    blown_at: datetime | None = None
    blown_for: tuple[UUID, ...] = ()
    added: float = 0.0
    days: int = 180
    reset_at: datetime | None = None

    @property
    def effective(self) -> str:
        return "badge" if self.state == "on" and self.blown else self.state

    @property
    def blown(self) -> bool:
        return self.blown_at is not None


def is_ready(decisions: int, began_at: datetime | None, now: datetime) -> bool:
    return decisions >= ENOUGH_DECISIONS or (began_at is not None and now - began_at >= ENOUGH_TIME)


def blows(rescued: Sequence[bool]) -> bool:
    """`rescued`: of what was moved, the newest first, whether a person brought it back."""
    return sum(rescued[:AMONG]) >= RESCUES


def may_move(standing: Standing, stage: str) -> bool:
    """Spam and repeats move from the first day; the model when somebody switched it on; after the fuse nothing."""
    if standing.state == "off" or standing.blown:
        return False
    return standing.state == "on" or stage in ("spam", "repeat")
