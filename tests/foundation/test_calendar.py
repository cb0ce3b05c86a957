"""Dates, hours and deadlines as they are written in Japan."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from madoguchi.foundation.lib.calendar import hours_text, japanese_date, short_date, target_text, time_left
from madoguchi.foundation.lib.hours import Hours, Target


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))


def week(spans: list[list[str]], **more: Any) -> Hours:
    return Hours.from_json({"week": spans, **more})


def test_the_hours_of_the_desk_are_said_in_words() -> None:
    nine, lunch = ["09:00-18:00"], ["09:00-12:00", "13:00-17:00"]
    assert hours_text(week([nine] * 5 + [[], []])) == "平日 9:00〜18:00"
    assert (
        hours_text(week([["10:30-16:05"], [], ["10:30-16:05"], [], ["10:30-16:05"], [], []]))
        == "月・水・金 10:30〜16:05"
    )
    assert (
        hours_text(week([lunch] * 4 + [["18:00-26:00"], [], []]))
        == "月・火・水・木 9:00〜12:00、13:00〜17:00／金 18:00〜26:00"
    )


def test_a_target_is_said_in_words() -> None:
    said = [target_text(Target(*each)) for each in ((0, "days"), (2, "days"), (4, "hours"))]
    assert said == ["当日中", "2営業日以内", "営業時間で4時間以内"]


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


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (
            "2026-11-20 17:00",
            ("あと 10時間", False),
        ),  # one hour today, nine on Tuesday: the weekend does not count
        ("2026-11-21 12:00", ("あと 9時間", False)),
        ("2026-11-24 17:35", ("あと 25分", False)),
        ("2026-11-24 17:59", ("あと 1分", False)),
        ("2026-11-25 00:30", ("6時間30分 超過", True)),  # nobody was there since: by the clock on the wall
        ("2026-11-25 10:30", ("1時間30分 超過", True)),
    ],
)
def test_time_left_is_business_time_where_hours_are_known(now: str, words: tuple[str, bool]) -> None:
    hours = week([["09:00-18:00"]] * 5 + [[], []])
    assert time_left(jst(now), jst("2026-11-24 18:00"), hours) == words
