"""When a failed job comes again."""

from datetime import UTC, datetime, timedelta

from madoguchi.rooms.jobs.rules import next_attempt

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_one_minute_doubling_to_four_hours_for_five_days() -> None:
    waits, now, attempts = [], START, 0
    while moment := next_attempt(attempts := attempts + 1, START, now):
        waits.append(moment - now)
        now = moment

    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert set(minutes[8:]) == {240}
    assert timedelta(days=5) <= now - START < timedelta(days=5, hours=4)


def test_a_long_sleep_of_the_machine_still_gets_its_try() -> None:
    assert next_attempt(10**6, START, START + timedelta(days=4, hours=23)) is not None
