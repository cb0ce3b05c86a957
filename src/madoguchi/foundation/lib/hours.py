"""The business-hour clock: when the desk is open, and what is due when. Moments come in aware and go out in UTC.

A day is a day of Asia/Tokyo. A span may run past midnight (18:00–26:00) and belongs to the day it began on. Tokyo has
no summer time, so a wall clock minute is a minute (DESK §5.3, §5.4).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import jpholiday

_TOKYO = ZoneInfo("Asia/Tokyo")
_LONGEST_CLOSURE_DAYS = 366
_DAY = 24 * 60  # minutes
_LATEST = 30 * 60  # a span ends at 30:00 (6 in the morning) at the latest
_FIRST_YEAR = 2000
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–〜~]\s*(\d{1,2}):(\d{2})")
_YEARLY = re.compile(r"\d{2}-\d{2}")


class Span(NamedTuple):
    """Minutes after midnight; `closes` may lie past it."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


@dataclass(frozen=True, slots=True)
class Target:
    """Within what an answer is due: `hours` on the business clock, or `days` of business (営業日)."""

    count: int
    unit: str

    def to_json(self) -> dict[str, Any]:
        return {"count": self.count, "unit": self.unit}


_TWO_DAYS = Target(2, "days")


class Closure(NamedTuple):
    """From the first day to the last: "MM-DD" each year (the first may be in December, the last in January), or a date."""

    name: str
    first: str
    last: str

    @property
    def yearly(self) -> bool:
        return bool(_YEARLY.fullmatch(self.first))

    def holds(self, day: date) -> bool:
        shown = f"{day:%m-%d}" if self.yearly else f"{day}"
        if self.first <= self.last:
            return self.first <= shown <= self.last
        return shown >= self.first or shown <= self.last


class Extra(NamedTuple):
    """Open on a day that would be closed, or at other hours (臨時営業)."""

    day: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is open. `week` has seven days from Monday. `holidays`: a date is one ("true") or none, whatever
    the table of national holidays says: laws change faster than tables."""

    week: tuple[tuple[Span, ...], ...]
    target: Target = _TWO_DAYS
    closed_on_holidays: bool = True
    closures: tuple[Closure, ...] = ()
    extras: tuple[Extra, ...] = ()
    holidays: tuple[tuple[str, bool], ...] = ()
    _hash: int = field(init=False, compare=False, repr=False, default=0)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("営業する曜日を、1つ以上決めてください。")
        for spans in (*self.week, *(each.spans for each in self.extras)):
            _check_spans(spans)
        _check_target(self.target)
        for closure in self.closures:
            _check_closure(closure)
        key = (self.week, self.target, self.closed_on_holidays, self.closures, self.extras, self.holidays)
        object.__setattr__(self, "_hash", hash(key))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Hours":
        """As a profile and the desk write it; raises ValueError with a sentence."""
        return cls(
            week=tuple(tuple(map(read_span, spans)) for spans in stored.get("week", _NINE_TO_SIX)),
            target=read_target(stored.get("target", _TWO_DAYS)),
            closed_on_holidays=bool(stored.get("closed_on_holidays", True)),
            closures=tuple(Closure(c["name"], c["first"], c["last"]) for c in stored.get("closures", ())),
            extras=tuple(
                Extra(e["day"], tuple(map(read_span, e["spans"]))) for e in stored.get("extras", ())
            ),
            holidays=tuple(sorted((day, bool(is_one)) for day, is_one in stored.get("holidays", {}).items())),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "week": [[str(span) for span in spans] for spans in self.week],
            "target": self.target.to_json(),
            "closed_on_holidays": self.closed_on_holidays,
            "closures": [closure._asdict() for closure in self.closures],
            "extras": [
                {"day": each.day, "spans": [str(span) for span in each.spans]} for each in self.extras
            ],
            "holidays": dict(self.holidays),
        }


_NINE_TO_SIX = [["09:00-18:00"]] * 5 + [[], []]


def read_span(said: str) -> Span:
    """09:00-12:00, 18:00-26:00."""
    found = _SPAN.fullmatch(said.strip())
    if found is None:
        raise ValueError("営業時間は、09:00-18:00 のようにお書きください。")
    opens, closes = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    return Span(opens, closes)


def read_target(said: Mapping[str, Any] | Target) -> Target:
    return said if isinstance(said, Target) else Target(int(said["count"]), str(said["unit"]))


def _check_spans(spans: Sequence[Span]) -> None:
    for span in spans:
        if not (0 <= span.opens < _DAY and span.opens < span.closes <= _LATEST):
            raise ValueError("営業時間の終わりは、始まりより後、翌朝6時（30:00）までにしてください。")
    if any(after.opens < before.closes for before, after in pairwise(spans)):
        raise ValueError("営業時間が重なっています。早いものから順に、重ならないように書いてください。")


def _check_target(target: Target) -> None:
    least, most = {"days": (0, 60), "hours": (1, 500)}.get(target.unit, (1, 0))
    if not least <= target.count <= most:
        raise ValueError("回答の目安は、0〜60営業日か、営業時間で1〜500時間にしてください。")


def _check_closure(closure: Closure) -> None:
    for day in (closure.first, closure.last):
        date.fromisoformat(f"2024-{day}" if closure.yearly else day)
    if not closure.yearly and closure.first > closure.last:
        raise ValueError("休業の最後の日は、最初の日より後にしてください。")


# -- days -------------------------------------------------------------------------------------------


def is_holiday(day: date, hours: Hours) -> bool:
    """A national holiday (振替休日 and 国民の休日 too), as the operator's own list corrects it."""
    known = dict(hours.holidays).get(f"{day}")
    return _is_national(day) if known is None else known


@lru_cache(maxsize=8192)
def _is_national(day: date) -> bool:
    return bool(jpholiday.is_holiday(day))


def closure_on(day: date, hours: Hours) -> Closure | None:
    """The operator's own closure of this day."""
    return next((each for each in hours.closures if each.holds(day)), None)


def spans_on(day: date, hours: Hours) -> tuple[Span, ...]:
    """When the desk is open in what begins on this day; empty when it is closed."""
    spans = _planned(day, hours)
    if spans and spans[-1].closes > _DAY and (following := _planned(day + timedelta(days=1), hours)):
        end = max(spans[-1].opens + 1, min(spans[-1].closes, following[0].opens + _DAY))
        spans = (*spans[:-1], Span(spans[-1].opens, end))
    return spans


def _planned(day: date, hours: Hours) -> tuple[Span, ...]:
    for extra in hours.extras:
        if extra.day == f"{day}":
            return extra.spans
    closed = closure_on(day, hours) or (hours.closed_on_holidays and is_holiday(day, hours))
    return () if closed else hours.week[day.weekday()]


def is_open(day: date, hours: Hours) -> bool:
    return bool(spans_on(day, hours))


def next_open(day: date, hours: Hours) -> date:
    """`day` itself if the desk is open, else the next day that is."""
    for ahead in range(_LONGEST_CLOSURE_DAYS + 1):
        if is_open(day + timedelta(days=ahead), hours):
            return day + timedelta(days=ahead)
    raise ValueError("営業日が1年のあいだ1日もありません。営業する曜日と休業日をお確かめください。")


def add_business_days(day: date, count: int, hours: Hours) -> date:
    """The count-th open day after `day`; with 0, `day` itself or the next open day."""
    day = next_open(day, hours) if count == 0 else day
    for _ in range(count):
        day = next_open(day + timedelta(days=1), hours)
    return day


def opens_at(day: date, hours: Hours) -> datetime:
    """When the desk opens that day, or would on the next open one's hours."""
    return _moment(day, (spans_on(day, hours) or spans_on(next_open(day, hours), hours))[0].opens)


def is_open_at(moment: datetime, hours: Hours) -> bool:
    return any(opens <= moment < closes for opens, closes in _around(moment, hours))


def _around(moment: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The spans that may hold this moment: of its day and of the day before."""
    day = moment.astimezone(_TOKYO).date()
    for each in (day - timedelta(days=1), day):
        for span in spans_on(each, hours):
            yield _moment(each, span.opens), _moment(each, span.closes)


def _moment(day: date, minutes: int) -> datetime:
    return (datetime.combine(day, time.min, _TOKYO) + timedelta(minutes=minutes)).astimezone(UTC)


# -- the clock --------------------------------------------------------------------------------------


def due_at(arrival: datetime, hours: Hours, target: Target | None = None) -> datetime:
    """When the answer is due (UTC). In 営業日: the end of the promised day; day 0 is the arrival day while the desk
    is open or yet to open, and what comes later counts as come the next business day. In hours: on the clock."""
    target = target or hours.target
    if target.unit == "hours":
        return after(arrival, timedelta(hours=target.count), hours)
    day = add_business_days(_day_of(arrival, hours), target.count, hours)
    return _moment(day, spans_on(day, hours)[-1].closes)


def _day_of(arrival: datetime, hours: Hours) -> date:
    """The business day that an arrival belongs to: the first that ends after it."""
    day = arrival.astimezone(_TOKYO).date() - timedelta(days=1)
    while True:
        day = next_open(day, hours)
        if _moment(day, spans_on(day, hours)[-1].closes) > arrival:
            return day
        day += timedelta(days=1)


def after(start: datetime, length: timedelta, hours: Hours) -> datetime:
    """The moment (UTC) at which `length` of business time has passed since `start`."""
    day = start.astimezone(_TOKYO).date() - timedelta(days=1)
    while True:
        day = next_open(day, hours)
        for span in spans_on(day, hours):
            opens, closes = max(_moment(day, span.opens), start), _moment(day, span.closes)
            if closes > opens and closes - opens >= length:
                return (opens + length).astimezone(UTC)
            length -= max(closes - opens, timedelta())
        day += timedelta(days=1)


def business_time(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How long the desk was open between two moments; of an earlier end, less than nothing."""
    return timedelta(seconds=_elapsed(end, hours) - _elapsed(start, hours))


def business_minutes(start: datetime, end: datetime, hours: Hours) -> int:
    """Whole minutes of it."""
    return int(business_time(start, end, hours).total_seconds() // 60)


def _elapsed(moment: datetime, hours: Hours) -> float:
    """Seconds for which the desk was open from the beginning of counting until this moment."""
    local = moment.astimezone(_TOKYO)
    day = local.date()
    seconds = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1_000_000
    before = day - timedelta(days=1)
    total = float(_before(before, hours))
    for each, passed in ((before, seconds + _DAY * 60), (day, seconds)):
        for span in _spans_of(each, hours):
            total += max(0.0, min(passed, span.closes * 60) - span.opens * 60)
    return total


@lru_cache(maxsize=4096)
def _spans_of(day: date, hours: Hours) -> tuple[Span, ...]:
    return spans_on(day, hours)


def _before(day: date, hours: Hours) -> int:
    return _years_before(day.year, hours) + _year(day.year, hours)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=512)
def _years_before(year: int, hours: Hours) -> int:
    return sum(_year(each, hours)[-1] for each in range(_FIRST_YEAR, year))


@lru_cache(maxsize=256)
def _year(year: int, hours: Hours) -> tuple[int, ...]:
    """Seconds open before each day of the year, and last those of all of it."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    lengths = (sum(span.closes - span.opens for span in spans_on(day, hours)) * 60 for day in days)
    return tuple(accumulate(lengths, initial=0))


@dataclass(frozen=True, slots=True)
class Pause:
    """Waiting for the customer: from `since`, until `until` unless it lasts."""

    since: datetime
    until: datetime | None


def due_with_pauses(
    arrival: datetime, hours: Hours, target: Target | None, pauses: Sequence[Pause]
) -> datetime:
    """The same with the business time that was left at each pause kept, and running on after it. What was late
    already stays late; while a pause lasts, the moment stays where it was."""
    due = due_at(arrival, hours, target)
    for pause in pauses:
        if pause.until is not None:
            due = resumed(due, pause.since, pause.until, hours)
    return due


def resumed(due: datetime, since: datetime, until: datetime, hours: Hours) -> datetime:
    return after(until, business_time(since, due, hours), hours) if since < due and since < until else due


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
