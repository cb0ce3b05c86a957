"""When a colleague is told: at once, gathered, after quiet hours, never."""

from datetime import UTC, datetime, time

import pytest

from madoguchi.foundation.lib.clock import JST
from madoguchi.foundation.lib.hours import Hours
from madoguchi.rooms.organisation.telling import DAILY, EVENTS, Wishes, daily_is_due, due_at, is_quiet

HOURS = Hours.from_json({})
NIGHT = Wishes(quiet_from=time(20), quiet_until=time(8))
LUNCH = Wishes(quiet_from=time(12), quiet_until=time(13))
WEEKDAYS = Wishes(quiet_closed=True)
BOTH = Wishes(quiet_from=time(20), quiet_until=time(8), quiet_closed=True)


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=JST).astimezone(UTC)


@pytest.mark.parametrize(
    ("wishes", "now", "due"),
    [
        (Wishes(), "2026-11-24T03:00", "2026-11-24T03:00"),
        (NIGHT, "2026-11-24T19:59", "2026-11-24T19:59"),
        (NIGHT, "2026-11-24T20:00", "2026-11-25T08:00"),
        (NIGHT, "2026-11-25T02:00", "2026-11-25T08:00"),
        (NIGHT, "2026-11-25T08:00", "2026-11-25T08:00"),
        (LUNCH, "2026-11-24T12:30", "2026-11-24T13:00"),
        (LUNCH, "2026-11-24T13:00", "2026-11-24T13:00"),
        (WEEKDAYS, "2026-11-21T10:00", "2026-11-24T00:00"),  # Saturday before a holiday on Monday
        (BOTH, "2026-11-20T21:00", "2026-11-24T08:00"),
        (Wishes(quiet_from=time(9), quiet_until=time(9)), "2026-11-24T09:00", "2026-11-24T09:00"),
        (Wishes(ways={"new": "later"}), "2026-11-24T08:00", "2026-11-24T09:00"),
        (Wishes(ways={"new": "later"}), "2026-11-24T09:00", "2026-11-25T09:00"),
        (Wishes(ways={"new": "later"}), "2026-11-20T18:00", "2026-11-24T09:00"),
        (Wishes(ways={"new": "later"}, gathered_at=time(16, 30)), "2026-11-24T10:00", "2026-11-24T16:30"),
        (Wishes(ways={"new": "off"}), "2026-11-24T10:00", None),
        (Wishes(ways={"heard": "off"}), "2026-11-24T10:00", "2026-11-24T10:00"),
    ],
)
def test_when(wishes: Wishes, now: str, due: str | None) -> None:
    assert due_at(wishes, "new", at(now), HOURS) == (at(due) if due else None)


def test_the_summary_of_a_morning_does_not_wait() -> None:
    assert due_at(NIGHT, DAILY, at("2026-11-24T07:00"), HOURS) == at("2026-11-24T07:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T08:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T17:00", True),
        ("2026-11-23T10:00", False),
        ("2026-11-22T10:00", False),
    ],
)
def test_the_mornings_of_working_days(now: str, due: bool) -> None:
    assert daily_is_due(Wishes(), at(now), HOURS) is due
    assert daily_is_due(Wishes(daily=False), at(now), HOURS) is False


def test_quiet_hours_that_never_end_hold_nothing_up_for_ever() -> None:
    always = Wishes(quiet_from=time(0), quiet_until=time(23, 59), quiet_closed=True)

    assert is_quiet(always, at("2026-11-21T23:59"), HOURS)
    assert due_at(always, "new", at("2026-11-21T12:00"), HOURS) == at("2026-11-24T23:59")


def test_every_event_has_words() -> None:
    assert list(EVENTS) == [
        "new",
        "heard",
        "assigned",
        "approval",
        "mention",
        "deadline",
        "mail",
        "screening",
        "undelivered",
    ]
