"""The business-hour clock: days, spans, targets, pauses (DESK §5.3, §5.4)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib.hours import (
    Hours,
    Pause,
    Target,
    add_business_days,
    after,
    business_minutes,
    business_time,
    closure_on,
    due_at,
    due_with_pauses,
    is_open,
    is_open_at,
    next_open,
    opens_at,
    resumed,
)
from tests.foundation.test_calendar import jst, week

NINE, LUNCH, NIGHT = ["09:00-18:00"], ["09:00-12:00", "13:00-18:00"], ["18:00-26:00"]
YEAR_END = [{"name": "年末年始", "first": "12-29", "last": "01-03"}]
HOURS = week([NINE] * 5 + [[], []], closures=YEAR_END)
WITH_LUNCH = week([LUNCH] * 5 + [[], []])
AT_NIGHT = week([NIGHT] * 6 + [[]], closed_on_holidays=False)
MIXED = week([LUNCH, NINE, NIGHT, [], ["10:00-15:00"], ["22:00-30:00"], ["00:00-24:00"]], closures=YEAR_END)
EVERY = (HOURS, WITH_LUNCH, AT_NIGHT, MIXED)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


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
    hours = week([NINE] * 5 + [[], []], target={"count": 0, "unit": "days"})
    assert due_at(jst("2026-11-24 10:00"), hours) == jst("2026-11-24 18:00")
    assert due_at(jst("2026-11-24 18:01"), hours) == jst("2026-11-25 18:00")


@pytest.mark.parametrize(
    ("hours", "arrival", "count", "due"),
    [
        (HOURS, "2026-11-24 10:00", 4, "2026-11-24 14:00"),
        (HOURS, "2026-11-24 16:00", 4, "2026-11-25 11:00"),
        (HOURS, "2026-11-21 03:00", 1, "2026-11-24 10:00"),  # Saturday: the clock starts on Tuesday morning
        (HOURS, "2026-11-24 09:00", 9, "2026-11-24 18:00"),
        (WITH_LUNCH, "2026-11-24 11:00", 2, "2026-11-24 14:00"),
        (WITH_LUNCH, "2026-11-24 12:30", 1, "2026-11-24 14:00"),
        (
            AT_NIGHT,
            "2026-11-24 23:00",
            4,
            "2026-11-25 19:00",
        ),  # three hours until 26:00, one the next evening
        (AT_NIGHT, "2026-11-25 01:00", 2, "2026-11-25 19:00"),
    ],
)
def test_hours_count_while_the_desk_is_open(hours: Hours, arrival: str, count: int, due: str) -> None:
    assert due_at(jst(arrival), hours, Target(count, "hours")) == jst(due)


@pytest.mark.parametrize(
    ("arrival", "count", "due"),
    [
        ("2026-11-25 01:30", 0, "2026-11-25 02:00"),  # Tuesday's evening is not over yet
        ("2026-11-25 02:00", 0, "2026-11-26 02:00"),
        ("2026-11-25 01:30", 1, "2026-11-26 02:00"),
    ],
)
def test_an_evening_past_midnight_belongs_to_the_day_it_began_on(arrival: str, count: int, due: str) -> None:
    assert due_at(jst(arrival), AT_NIGHT, Target(count, "days")) == jst(due)


def test_lunch_is_no_business_time() -> None:
    assert business_minutes(jst("2026-11-24 11:30"), jst("2026-11-24 13:30"), WITH_LUNCH) == 60
    assert not is_open_at(jst("2026-11-24 12:00"), WITH_LUNCH)
    assert is_open_at(jst("2026-11-24 13:00"), WITH_LUNCH)


def test_past_midnight_is_open_until_26_o_clock() -> None:
    assert business_minutes(jst("2026-11-24 17:00"), jst("2026-11-25 09:00"), AT_NIGHT) == 8 * 60
    assert is_open_at(jst("2026-11-25 01:59"), AT_NIGHT)
    assert not is_open_at(jst("2026-11-25 02:00"), AT_NIGHT)


def test_a_night_ends_where_the_next_day_begins() -> None:
    hours = week([["18:00-30:00"], ["04:00-12:00"], [], [], [], [], []])
    assert business_minutes(jst("2026-11-16 00:00"), jst("2026-11-18 00:00"), hours) == (10 + 8) * 60


def test_closures_extra_days_and_the_own_list_of_holidays() -> None:
    hours = week(
        [NINE] * 5 + [[], []],
        closures=[*YEAR_END, {"name": "臨時休業", "first": "2026-11-25", "last": "2026-11-26"}],
        extras=[
            {"day": "2026-11-28", "spans": ["10:00-15:00"]},
            {"day": "2026-11-25", "spans": ["13:00-15:00"]},
        ],
        holidays={"2026-11-23": False, "2026-11-27": True},
    )
    days = {day: is_open(date(2026, 11, day), hours) for day in range(23, 30)}
    assert days == {23: True, 24: True, 25: True, 26: False, 27: False, 28: True, 29: False}
    assert opens_at(date(2026, 11, 25), hours) == jst("2026-11-25 13:00")
    names = [
        closure and closure.name
        for closure in (closure_on(date(2026, 12, 31), hours), closure_on(date(2027, 1, 4), hours))
    ]
    assert names == ["年末年始", None]


def test_summer_and_winter_have_the_same_hours_in_tokyo() -> None:
    year = business_time(
        jst("2025-12-31 00:00"),
        jst("2026-12-31 00:00"),
        week([["00:00-24:00"]] * 7, closed_on_holidays=False),
    )
    assert year == timedelta(days=365)


def test_what_was_left_when_waiting_began_runs_on_afterwards() -> None:
    due = jst("2026-11-25 18:00")
    since, until = jst("2026-11-24 12:00"), jst("2026-11-30 10:00")
    assert resumed(due, since, until, HOURS) == jst("2026-12-01 16:00")  # fifteen hours were left
    assert resumed(due, jst("2026-11-26 12:00"), until, HOURS) == due  # late already: it stays late
    pauses = [
        Pause(since, until),
        Pause(jst("2026-12-01 09:00"), jst("2026-12-02 09:00")),
        Pause(until, None),
    ]
    arrival = jst("2026-11-24 10:00")
    assert due_with_pauses(arrival, HOURS, Target(1, "days"), pauses) == jst("2026-12-02 16:00")


@pytest.mark.parametrize("hours", EVERY)
@given(arrival=MOMENTS, count=st.integers(0, 12), unit=st.sampled_from(["days", "hours"]))
def test_due_is_never_before_arrival_and_lies_where_the_desk_is_open(
    hours: Hours, arrival: datetime, count: int, unit: str
) -> None:
    due = due_at(arrival, hours, Target(count, unit))
    assert due >= arrival
    assert is_open_at(due - timedelta(microseconds=1), hours) or is_open_at(due, hours)
    if unit == "hours":
        assert business_time(arrival, due, hours) == timedelta(hours=count)


@pytest.mark.parametrize("hours", EVERY)
@given(first=MOMENTS, second=MOMENTS, count=st.integers(0, 12), unit=st.sampled_from(["days", "hours"]))
def test_who_comes_later_is_not_due_earlier(
    hours: Hours, first: datetime, second: datetime, count: int, unit: str
) -> None:
    first, second = sorted((first, second))
    assert due_at(first, hours, Target(count, unit)) <= due_at(second, hours, Target(count, unit))


@pytest.mark.parametrize("hours", EVERY)
@given(moments=st.lists(MOMENTS, min_size=3, max_size=3))
def test_business_time_is_additive(hours: Hours, moments: list[datetime]) -> None:
    a, b, c = sorted(each.replace(microsecond=0) for each in moments)
    whole = business_time(a, c, hours)
    assert whole == business_time(a, b, hours) + business_time(b, c, hours)
    assert timedelta() <= whole <= c - a
    assert business_time(c, a, hours) == -whole


@pytest.mark.parametrize("hours", EVERY)
@given(start=MOMENTS, minutes=st.integers(1, 10_000))
def test_what_passes_is_what_was_asked_for(hours: Hours, start: datetime, minutes: int) -> None:
    start = start.replace(microsecond=0)
    assert business_minutes(start, after(start, timedelta(minutes=minutes), hours), hours) == minutes


@pytest.mark.parametrize(
    "wrong",
    [
        {"week": [[]] * 7},
        {"week": [NINE] * 6},
        {"week": [["18:00-09:00"]] * 7},
        {"week": [["09:00-31:00"]] * 7},
        {"week": [["9時から"]] * 7},
        {"week": [["09:00-13:00", "12:00-18:00"]] * 7},
        {"target": {"count": -1, "unit": "days"}},
        {"target": {"count": 0, "unit": "hours"}},
        {"closures": [{"name": "夏", "first": "2026-08-16", "last": "2026-08-13"}]},
    ],
)
def test_hours_that_cannot_be_kept_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ください"):
        Hours.from_json(wrong)


def test_a_desk_that_never_opens_is_an_error_and_no_endless_search() -> None:
    closed = week([NINE] + [[]] * 6, closures=[{"name": "ずっと", "first": "01-01", "last": "12-31"}])
    with pytest.raises(ValueError, match="営業日が1年のあいだ"):
        next_open(date(2026, 1, 1), closed)


@pytest.mark.parametrize("hours", EVERY)
def test_hours_are_stored_and_read_back(hours: Hours) -> None:
    assert Hours.from_json(hours.to_json()) == hours
    assert hash(Hours.from_json(hours.to_json())) == hash(hours)
