"""Business days of Japan, and dates as they are written here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib.calendar import (
    Hours,
    add_business_days,
    due_at,
    hours_text,
    is_open,
    japanese_date,
    next_open,
    short_date,
    time_left,
)

YEAR_END = frozenset({"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"})
HOURS = Hours(time(9), time(18), (0, 1, 2, 3, 4), YEAR_END, 2)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    "day",
    [
        "2026-05-06",  # 振替休日, three days after the Sunday
        "2026-09-22",  # 国民の休日, between two holidays
        "2027-03-22",  # 振替休日 of 春分の日
        "2026-11-23",
        "2026-11-22",
        "2026-12-29",
        "2026-12-30",
        "2026-12-31",
        "2027-01-01",
        "2028-01-03",
    ],
)
def test_holidays_weekends_and_closures_are_closed(day: str) -> None:
    assert not is_open(date.fromisoformat(day), HOURS)


@pytest.mark.parametrize("day", ["2026-11-24", "2026-12-28", "2027-01-04", "2026-09-24", "2026-05-07"])
def test_other_weekdays_are_open(day: str) -> None:
    assert is_open(date.fromisoformat(day), HOURS)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-21", 0, "2026-11-24"),
        ("2026-11-20", 1, "2026-11-24"),  # Friday → past the weekend and 勤労感謝の日
        ("2026-11-21", 1, "2026-11-24"),
        ("2026-11-20", 2, "2026-11-25"),
        ("2026-12-28", 1, "2027-01-04"),
        ("2026-05-01", 1, "2026-05-07"),
        ("2026-09-18", 1, "2026-09-24"),
    ],
)
def test_business_days_skip_what_is_closed(day: str, count: int, result: str) -> None:
    assert add_business_days(date.fromisoformat(day), count, HOURS) == date.fromisoformat(result)


@pytest.mark.parametrize(
    ("arrival", "due"),
    [
        ("2026-11-24 10:00", "2026-11-26 18:00"),
        ("2026-11-24 05:00", "2026-11-26 18:00"),  # before opening: that day is day 0
        ("2026-11-24 17:59", "2026-11-26 18:00"),
        ("2026-11-24 18:00", "2026-11-27 18:00"),  # closed: as if come the next morning
        ("2026-11-20 19:00", "2026-11-26 18:00"),
        ("2026-11-22 12:00", "2026-11-26 18:00"),
        ("2026-12-28 12:00", "2027-01-05 18:00"),
        ("2026-12-30 12:00", "2027-01-06 18:00"),
    ],
)
def test_an_answer_is_due_at_closing_time(arrival: str, due: str) -> None:
    answer = due_at(jst(arrival).astimezone(UTC), HOURS)
    assert answer == jst(due)
    assert answer.tzinfo is UTC


def test_an_answer_within_the_day_is_due_that_day() -> None:
    hours = Hours(time(9), time(18), (0, 1, 2, 3, 4), YEAR_END, 0)
    assert due_at(jst("2026-11-24 10:00"), hours) == jst("2026-11-24 18:00")
    assert due_at(jst("2026-11-24 18:01"), hours) == jst("2026-11-25 18:00")


@given(st.integers(0, 20 * 365 * 24 * 60), st.integers(0, 10))
def test_due_is_later_on_an_open_day_at_closing(minutes: int, days: int) -> None:
    arrival = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = due_at(arrival, Hours(time(9), time(18), (0, 2, 4), YEAR_END, days))
    assert due > arrival
    assert is_open(due.astimezone(ZoneInfo("Asia/Tokyo")).date(), HOURS)
    assert japanese_date(due).endswith(" 18:00")


@pytest.mark.parametrize(
    ("weekdays", "opens", "closes", "days"),
    [((), 9, 18, 1), ((7,), 9, 18, 1), ((0,), 18, 18, 1), ((0,), 18, 9, 1), ((0,), 9, 18, -1)],
)
def test_hours_that_cannot_be_kept_are_refused(
    weekdays: tuple[int, ...], opens: int, closes: int, days: int
) -> None:
    with pytest.raises(ValueError, match="ください"):
        Hours(time(opens), time(closes), weekdays, frozenset(), days)


def test_a_desk_that_never_opens_is_an_error_and_no_endless_search() -> None:
    every_day = frozenset(f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366))
    with pytest.raises(ValueError, match="営業日が1年のあいだ"):
        next_open(date(2026, 1, 1), Hours(time(9), time(18), (0,), every_day, 1))


def test_the_hours_of_the_desk_are_said_in_words() -> None:
    assert hours_text(Hours(time(9), time(18), (0, 1, 2, 3, 4), frozenset(), 1)) == "平日 9:00〜18:00"
    assert (
        hours_text(Hours(time(10, 30), time(16, 5), (4, 0, 2), frozenset(), 1)) == "月・水・金 10:30〜16:05"
    )


def test_a_date_is_written_in_full_in_tokyo() -> None:
    assert japanese_date(datetime(2026, 11, 22, 5, 5, tzinfo=UTC)) == "2026年11月22日(日) 14:05"
    assert japanese_date(datetime(2026, 11, 22, 15, 5, tzinfo=UTC)) == "2026年11月23日(月) 0:05"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-24 15:40", "今日 15:40"),
        ("2026-11-25 09:05", "明日 9:05"),
        ("2026-11-23 23:59", "昨日 23:59"),
        ("2026-11-26 18:00", "11月26日(木) 18:00"),
        ("2027-01-04 18:00", "2027年1月4日(月) 18:00"),
    ],
)
def test_a_near_date_is_written_short(moment: str, shown: str) -> None:
    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # already the 24th in Tokyo
    assert short_date(jst(moment), now) == shown


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=5, minutes=20), ("あと 5時間20分", False)),
        (timedelta(minutes=59, seconds=59), ("あと 59分", False)),
        (timedelta(hours=2), ("あと 2時間", False)),
        (timedelta(days=2, hours=3, minutes=9), ("あと 2日3時間", False)),
        (timedelta(days=1), ("あと 1日", False)),
        (timedelta(seconds=30), ("あと 1分未満", False)),
        (timedelta(0), ("あと 1分未満", False)),
        (-timedelta(hours=1, minutes=30), ("1時間30分 超過", True)),
        (-timedelta(seconds=1), ("1分未満 超過", True)),
    ],
)
def test_time_left_is_said_in_words(left: timedelta, words: tuple[str, bool]) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert time_left(now, now + left) == words
