"""Attempts to have something end before its time, or to leave it lying after."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import WORKER
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.inventory.actions.begin import begin
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.actions.hold import hold, lift_hold
from madoguchi.rooms.inventory.actions.retain import retain_some
from madoguchi.rooms.inventory.actions.set_period import set_period
from madoguchi.rooms.inventory.jobs import ask_for_night
from madoguchi.rooms.jobs.actions.tick import tick
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.models import File
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.promises.planting import counted

EARLY, LATE = "inventory.never-before-its-time", "inventory.kept-no-longer-than-said"
NOON = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo
DAY = timedelta(days=1)


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.set(NOON)
    clockwork.live(timedelta())
    return clockwork


def officer(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def decide(house: House, days: int | None, retention: str = "inquiry") -> None:
    set_period(viewer=officer(house), retention=retention, days=days, confirmed=True)


def closed(house: House) -> Inquiry:
    found = Inquiry.objects.get(id=house.submit().id)
    house.work()
    set_status(viewer=house.viewer, inquiry_id=found.id, status="done")
    return found


def gone(inquiry: Inquiry) -> bool:
    file = File.objects.get(id=inquiry.file_id)
    return file.destroyed_at is not None or file.ending is not None


def night(house: House, time: Clock, length: timedelta) -> None:
    time.live(length)
    ask_for_night()
    house.work()


@pytest.mark.promise("inventory.never-before-its-time")
@pytest.mark.parametrize("change", ["reopened", "lengthened", "without end", "set back", "moved"])
def test_what_is_not_over_when_it_comes_to_it_stays(
    house: House, time: Clock, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the act, the list of the look is wrong."""
    inquiry = closed(house)
    decide(house, 1)
    time.live(8 * DAY)
    on = date(2027, 1, 20)
    changes = {
        "reopened": lambda: set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="doing"),
        "lengthened": lambda: decide(house, 3_000),
        "without end": lambda: decide(house, None),
        "set back": lambda: time.forward(-8 * DAY),
        "moved": lambda: move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="junk"),
    }
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.begin.note", lambda plan: changes[change]())

    with suppress(Refusal):
        retain_some(entity_id=house.entity_id, on=on)
    assert not gone(inquiry)


@pytest.mark.promise("inventory.never-before-its-time")
@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=48), 365 * DAY, -365 * DAY])
def test_a_clock_that_jumps_ends_nothing(house: House, time: Clock, jump: timedelta) -> None:
    inquiry = closed(house)
    decide(house, 1)
    time.live(13 * timedelta(hours=1))
    time.forward(jump)
    for _ in range(3):
        tick()
        ask_for_night()
        house.work()

    assert not gone(inquiry)


@pytest.mark.promise("inventory.never-before-its-time")
def test_what_went_round_the_guard_is_counted(house: House, time: Clock) -> None:
    early, in_time = closed(house), closed(house)
    decide(house, 5)
    time.live(DAY)
    finish(begin(cause="retention", code="inquiry", files=[early.file_id], by=WORKER))
    assert counted(EARLY) == Count(0, 1)

    night(house, time, 6 * DAY)
    assert gone(in_time)
    assert counted(EARLY) == Count(1, 1)
    File.objects.filter(id=closed(house).file_id).update(destroyed_at=NOON, destroyed_for="retention")
    assert counted(EARLY) == Count(1, 2)


@pytest.mark.promise("inventory.kept-no-longer-than-said")
def test_what_two_nights_left_lying_is_counted(house: House, time: Clock) -> None:
    left, held = closed(house), closed(house)
    decide(house, 3)
    hold(
        viewer=officer(house), table="inquiries.Inquiry", row=held.id, about=reference(held), ground="dispute",
        until=date(2027, 6, 1), owner=house.staff["officer"].id,
    )  # fmt: skip
    time.live(5 * DAY + timedelta(hours=11))  # 23:00 of the 17th: two nights could have taken it
    assert counted(LATE) == Count(0, 0)
    time.live(timedelta(hours=2))
    assert counted(LATE) == Count(0, 1)

    night(house, time, timedelta(hours=1))
    assert gone(left)
    assert counted(LATE) == Count(1, 0)
    assert not gone(held)


@pytest.mark.promise("inventory.kept-no-longer-than-said")
def test_what_became_due_by_a_change_has_its_nights_too(house: House, time: Clock) -> None:
    """A shorter period, a lifted hold, a move to another lane: nobody failed yet."""
    moved, held = closed(house), closed(house)
    decide(house, 1_000)
    decide(house, 3, "sales")
    hold(
        viewer=officer(house), table="inquiries.Inquiry", row=held.id, about=reference(held), ground="dispute",
        until=date(2027, 6, 1), owner=house.staff["officer"].id,
    )  # fmt: skip
    time.live(30 * DAY)
    move_lane(viewer=house.viewer, inquiry_id=moved.id, lane="sales")
    decide(house, 3)
    assert counted(LATE) == Count(0, 0)
    time.live(2 * DAY)
    lift_hold(viewer=officer(house), table="inquiries.Inquiry", row=held.id, about=reference(held))
    assert counted(LATE) == Count(0, 0)
    add_note(viewer=house.viewer, inquiry_id=moved.id, text="念のため")
    time.live(3 * DAY)
    assert counted(LATE) == Count(0, 2)
