"""Japanese dates, hours and deadlines in words. Days are days of Asia/Tokyo; the clock itself is `lib.hours`."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from madoguchi.foundation.lib.hours import Hours, Span, Target, after, business_time

_TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"


def hours_text(hours: Hours) -> str:
    """平日 9:00〜18:00; 月・水・金 9:00〜12:00、13:00〜17:00; days with other hours follow, each with its own."""
    days: dict[tuple[Span, ...], list[int]] = {}
    for number, spans in enumerate(hours.week):
        if spans:
            days.setdefault(spans, []).append(number)
    return "／".join(f"{_days_text(some)} {spans_text(spans)}" for spans, some in days.items())


def _days_text(numbers: list[int]) -> str:
    known = {(0, 1, 2, 3, 4): "平日", (5, 6): "土・日", tuple(range(7)): "毎日"}
    return known.get(tuple(numbers)) or "・".join(_WEEKDAYS[number] for number in numbers)


def spans_text(spans: Sequence[Span]) -> str:
    return "、".join(f"{_minutes(span.opens)}〜{_minutes(span.closes)}" for span in spans)


def _minutes(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def target_text(target: Target) -> str:
    """2営業日以内, 当日中, 営業時間で4時間以内."""
    if target.unit == "hours":
        return f"営業時間で{target.count}時間以内"
    return f"{target.count}営業日以内" if target.count else "当日中"


def next_opening(moment: datetime, hours: Hours) -> str:
    """When the desk opens next, written in full; the moment itself while it is open."""
    return japanese_date(after(moment, timedelta(), hours))


def japanese_date(moment: datetime) -> str:
    """2026年11月22日(日) 14:05"""
    local = moment.astimezone(_TOKYO)
    return f"{local.year}年{_day(local)} {_clock(local)}"


def japanese_day(day: date) -> str:
    """2026年11月22日(日); of a moment, the day it is in Tokyo."""
    local = day.astimezone(_TOKYO) if isinstance(day, datetime) else day
    return f"{local.year}年{_day(local)}"


def plain_day(day: date) -> str:
    """2026年11月22日, as documents are dated; of a moment, the day it is in Tokyo."""
    return japanese_day(day).partition("(")[0]


def short_date(moment: datetime, now: datetime) -> str:
    """今日 15:40, 明日 9:05, 11月25日(水) 18:00; the year only if it is another one."""
    local, today = moment.astimezone(_TOKYO), now.astimezone(_TOKYO).date()
    near = {-1: "昨日", 0: "今日", 1: "明日"}.get((local.date() - today).days)
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{near or year + _day(local)} {_clock(local)}"


def time_left(now: datetime, due: datetime, hours: Hours | None = None) -> tuple[str, bool]:
    """Time to the deadline in words, and whether it has passed: あと 5時間20分, 1時間30分 超過. With `hours` it is
    business time, the only kind in which somebody can answer; without, or while none of it lies between, the wall
    clock's."""
    late = now > due
    open_for = abs(business_time(now, due, hours)) if hours else timedelta()
    span = _in_hours(open_for) if open_for >= timedelta(minutes=1) else _span(abs(due - now))
    return (f"{span} 超過" if late else f"あと {span}"), late


def _in_hours(length: timedelta) -> str:
    """Business days differ in length, so this counts in hours."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes and hours < 24 else "")


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}日" + (f"{hours}時間" if hours else "")
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "") or "1分未満"


def _day(local: date) -> str:
    return f"{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"


def _clock(local: datetime | time) -> str:
    return f"{local.hour}:{local.minute:02}"
