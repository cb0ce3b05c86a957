"""What screening did, week by week, counted from the decisions (SCREENING, figures on the desk)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.screening.models import Verdict

MINUTES_EACH = 2
HOW = f"移した営業と迷惑を一件{MINUTES_EACH}分（開いて、読んで、分ける）として数えた目安です。受信箱へ戻したものは数えません。"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """`pitches`: seen as a pitch by a person or, unsaid, by the machine. `caught`: moved and not brought back.
    `badged`: left in the inbox with the badge. `rescued`: moved, and brought back by a person."""

    monday: date
    pitches: int = 0
    caught: int = 0
    badged: int = 0
    rescued: int = 0

    @property
    def minutes(self) -> int:
        return self.caught * MINUTES_EACH


def figures(entity_id: UUID, weeks: int = 8) -> list[Week]:
    """The newest week first, empty ones included."""
    this = _monday(clock.now())
    mondays = [this - n * WEEK for n in range(weeks)]
    since = datetime.combine(mondays[-1], time(0), clock.JST)
    rows = Verdict.objects.filter(entity_id=entity_id, decided_at__gte=since).exclude(stage="")
    cells: dict[date, list[Row]] = {monday: [] for monday in mondays}
    for at, lane, badge, moved, settled in rows.values_list(
        "decided_at", "lane", "badge", "moved", "settled_lane"
    ):
        cells.setdefault(_monday(at), []).append(Row(lane, badge, moved, settled))
    return [_week(monday, cells[monday]) for monday in mondays]


@dataclass(frozen=True, slots=True)
class Row:
    lane: str
    badge: bool
    moved: bool
    settled: str

    @property
    def is_pitch(self) -> bool:
        return (self.settled or (self.lane if self.moved else "")) == "sales"


def _week(monday: date, rows: Iterable[Row]) -> Week:
    found = list(rows)
    return Week(
        monday,
        pitches=sum(row.is_pitch for row in found),
        caught=sum(row.moved and row.settled != "inbox" for row in found),
        badged=sum(row.badge and not row.moved for row in found),
        rescued=sum(row.moved and row.settled == "inbox" for row in found),
    )


def _monday(at: datetime) -> date:
    day = clock.local(at).date()
    return day - timedelta(days=day.weekday())
