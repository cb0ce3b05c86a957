"""Business days and Japanese dates. Days are days of Asia/Tokyo; moments come in aware and go out in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

_TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"
_LONGEST_CLOSURE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is open. `weekdays` count from Monday = 0; `closures` are yearly days as "MM-DD"."""

    open: time
    close: time
    weekdays: tuple[int, ...]
    closures: frozenset[str]
    answer_within_business_days: int

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise ValueError("営業する曜日を、月曜 0 から日曜 6 までの数で1つ以上指定してください。")
        if self.open >= self.close:
            raise ValueError("営業時間の終わりは、始まりより後にしてください。")
        if self.answer_within_business_days < 0:
            raise ValueError("回答までの営業日数は、0 以上にしてください。")


def is_open(day: date, hours: Hours) -> bool:
    """An opening weekday that is neither a national holiday (振替休日, 国民の休日 too) nor a closure."""
    return day.weekday() in hours.weekdays and f"{day:%m-%d}" not in hours.closures and not _is_holiday(day)


@lru_cache(maxsize=4096)
def _is_holiday(day: date) -> bool:
    return bool(jpholiday.is_holiday(day))


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


def due_at(arrival: datetime, hours: Hours) -> datetime:
    """Closing time (UTC) of the promised business day. Day 0 is the arrival day while the desk is open or yet
    to open; what comes after closing, or on a closed day, counts as come the next business day."""
    local = arrival.astimezone(_TOKYO)
    day = local.date() if local.time() < hours.close else local.date() + timedelta(days=1)
    day = add_business_days(next_open(day, hours), hours.answer_within_business_days, hours)
    return datetime.combine(day, hours.close, _TOKYO).astimezone(UTC)


def hours_text(hours: Hours) -> str:
    """平日 9:00〜18:00, or 月・水・金 9:00〜18:00."""
    days = "・".join(_WEEKDAYS[day] for day in sorted(hours.weekdays))
    days = "平日" if days == "月・火・水・木・金" else days
    return f"{days} {_clock(hours.open)}〜{_clock(hours.close)}"


def japanese_date(moment: datetime) -> str:
    """2026年11月22日(日) 14:05"""
    local = moment.astimezone(_TOKYO)
    return f"{local.year}年{_day(local)} {_clock(local)}"


def short_date(moment: datetime, now: datetime) -> str:
    """今日 15:40, 明日 9:05, 11月25日(水) 18:00; the year only if it is another one."""
    local, today = moment.astimezone(_TOKYO), now.astimezone(_TOKYO).date()
    near = {-1: "昨日", 0: "今日", 1: "明日"}.get((local.date() - today).days)
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{near or year + _day(local)} {_clock(local)}"


def time_left(now: datetime, due: datetime) -> tuple[str, bool]:
    """Wall-clock time to the deadline in words, and whether it has passed: あと 5時間20分, 1時間30分 超過."""
    late = now > due
    span = _span(abs(due - now))
    return (f"{span} 超過" if late else f"あと {span}"), late


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}日" + (f"{hours}時間" if hours else "")
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "") or "1分未満"


def _day(local: datetime) -> str:
    return f"{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"


def _clock(local: datetime | time) -> str:
    return f"{local.hour}:{local.minute:02}"
