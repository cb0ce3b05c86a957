"""Receiving: collisions of short numbers, repeats after everything was done, many at once, colleagues at once."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import IntegrityError, connections

from madoguchi.foundation.lib import ids
from madoguchi.rooms.audit.queries import about
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import SettledAlready, WrongMove
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.lists import counts
from madoguchi.rooms.inquiries.queries.one import answers_of, reference
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.models import File
from tests.house import House


def at_once(count: int, work: Callable[[int], object]) -> list[BaseException]:
    failures: list[BaseException] = []

    def one(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  the caller looks at it
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_when_two_numbers_meet_one_more_letter_is_drawn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids.secrets, "choice", lambda letters: letters[0])
    numbers = [house.submit().receipt_number for _ in range(3)]

    assert [len(number.rpartition("-")[2]) for number in numbers] == [4, 5, 6]
    assert (Inquiry.objects.count(), File.objects.count(), Person.objects.count()) == (3, 3, 3)


def test_a_fourth_meeting_is_an_error_and_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids.secrets, "choice", lambda letters: letters[0])
    for _ in range(3):
        house.submit()
    jobs = Job.objects.count()

    with pytest.raises(IntegrityError):
        house.submit()

    assert (Inquiry.objects.count(), File.objects.count(), Person.objects.count(), Job.objects.count()) == (
        3, 3, 3, jobs,
    )  # fmt: skip


def test_a_repeat_after_staff_were_told_tells_nobody_again(house: House) -> None:
    first = house.submit(draft="d" * 43, email="a@example.jp")
    house.work()
    mails = len(house.mails())

    again = house.submit(draft="d" * 43, email="a@example.jp")
    house.work()

    assert (again.receipt_number, again.received_at) == (first.receipt_number, first.received_at)
    assert len(house.mails()) == mails
    assert Inquiry.objects.get().repeats == 1
    kinds = [event.kind for event in about(reference(Inquiry.objects.get()))]
    assert kinds == ["inquiry.received", "inquiry.acknowledged", "inquiry.staff-notified"]


def test_a_hundred_visitors_at_once(house: House) -> None:
    failures = at_once(10, lambda number: [house.submit() for _ in range(10)])

    assert failures == []
    assert Inquiry.objects.values("receipt_number").distinct().count() == 100
    assert counts(house.viewer)["inbox"] == 100
    house.work(rounds=100)
    assert Inquiry.objects.filter(notified_at=None).count() == 0
    assert len({str(mail["Message-ID"]) for mail in house.mails(to="person")}) == 100


def test_the_same_person_with_different_matters_at_once(house: House) -> None:
    failures = at_once(10, lambda number: house.submit(email="a@example.jp", body=f"{number}件目です。"))

    assert failures == []
    assert (Inquiry.objects.count(), Person.objects.count()) == (10, 1)
    assert {answers_of(each).values["body"] for each in Inquiry.objects.all()} == {
        f"{n}件目です。" for n in range(10)
    }


def test_colleagues_at_once_leave_the_counts_right(house: House) -> None:
    """Moves back and forth between lanes, assignments and states, all at once: the tally stays the truth."""
    inquiries = [house.submit().id for _ in range(6)]
    lanes, states = ("sales", "inbox", "junk"), ("doing", "pending", "done", "open")

    def clicks(number: int) -> None:
        for turn in range(8):
            viewer, inquiry = house.viewer, inquiries[(number + turn) % 6]
            with suppress(WrongMove):  # a colleague was quicker
                move_lane(viewer=viewer, inquiry_id=inquiry, lane=lanes[(number + turn) % 3])
            with suppress(WrongMove):
                set_status(viewer=viewer, inquiry_id=inquiry, status=states[(number + turn) % 4])
            with suppress(SettledAlready):
                assign(viewer=viewer, inquiry_id=inquiry, to=viewer.ref.id if turn % 2 else None)

    assert at_once(8, clicks) == []
    counted = counts(house.viewer)
    open_ = Inquiry.objects.filter(closed_at=None)
    for lane in ("inbox", "sales", "junk"):
        assert counted[lane] == open_.filter(lane=lane).count()
    assert counted["done"] == Inquiry.objects.filter(closed_at__isnull=False).count()
    assert counted["unassigned"] == open_.filter(lane="inbox", assignee=None).count()


@pytest.mark.parametrize("lane", ["inbox", "trash", ""])
def test_a_lane_that_is_none_or_its_own_is_refused(house: House, lane: str) -> None:
    receipt = house.submit()

    with pytest.raises(WrongMove):
        move_lane(viewer=house.viewer, inquiry_id=receipt.id, lane=lane)
