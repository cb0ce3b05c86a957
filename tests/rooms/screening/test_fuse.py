"""Two of what was moved come back: nothing is moved until an administrator has looked, and each of them is told."""

from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest

from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.screen import not_sales
from madoguchi.rooms.organisation.models import Notice, Staff
from madoguchi.rooms.screening import standing
from madoguchi.rooms.screening.actions.set_state import reset, set_state
from madoguchi.rooms.screening.errors import LookFirst
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.preview import rescued, would_move
from madoguchi.rooms.screening.queries.state import standing as standing_of
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.screening.pitching import admin_of, marked_pitch, now, pitch, sort, verdict


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def rescue(house: House, n: int) -> None:
    moved = sort(pitch(house, email=f"c{n}@buyer{n}.example.com", phone=f"03-0002-{n:04d}", website=""))
    assert moved.lane == "sales"
    not_sales(viewer=house.viewer, inquiry_id=moved.id)


def test_two_rescues_blow_it(house: House) -> None:
    set_state(viewer=admin_of(house), state="on")
    first = marked_pitch(house)
    rescue(house, 1)
    assert not standing_of(house.entity_id).blown
    rescue(house, 2)

    stands = standing_of(house.entity_id)
    assert (stands.state, stands.effective, stands.added) == ("on", "badge", standing.STEP)
    assert len(stands.blown_for) == 2
    assert first.id not in stands.blown_for
    after = sort(pitch(house, email="d@third.example.com"))
    assert (after.lane, verdict(after).badge, verdict(after).lane) == ("inbox", True, "sales")
    assert [each.about for each in would_move(house.entity_id)] == [after.id]
    assert {each.about for each in rescued(house.entity_id)} == set(stands.blown_for)
    assert Event.objects.filter(kind="screening.fuse-blown").count() == 1


def test_administrators_are_told_which(house: House) -> None:
    marked_pitch(house)
    rescue(house, 1)
    rescue(house, 2)
    blown = standing_of(house.entity_id).blown_for
    told = Notice.objects.filter(event="screening")

    assert set(told.values_list("staff_id", flat=True)) == set(
        Staff.objects.filter(role="admin").values_list("id", flat=True)
    )
    assert told.get().about_id in blown
    house.work()
    texts = [text for mail in house.mails(to=house.staff["admin"].email) if (text := _text(mail))]
    (told_of_it,) = [text for text in texts if "営業の仕分けを「バッジのみ」に戻しました" in text]
    assert now(blown[0]).receipt_number in told_of_it


def _text(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_switching_on_again_needs_a_look(house: House, clock: Clock) -> None:
    set_state(viewer=admin_of(house), state="on")
    marked_pitch(house)
    rescue(house, 1)
    rescue(house, 2)
    with pytest.raises(LookFirst):
        set_state(viewer=admin_of(house), state="on")
    clock.forward(timedelta(minutes=1))
    set_state(viewer=admin_of(house), state="on", looked=True)

    stands = standing_of(house.entity_id)
    assert (stands.effective, stands.added) == ("on", standing.STEP)  # the threshold stays raised
    assert sort(pitch(house, email="d@third.example.com")).lane == "sales"
    clock.forward(timedelta(minutes=1))
    rescue(house, 3)  # the two of before do not count again
    assert not standing_of(house.entity_id).blown
    reset(viewer=admin_of(house))
    assert standing_of(house.entity_id).added == 0.0


def test_only_the_last_fifty_count() -> None:
    assert standing.blows([True, True])
    assert not standing.blows([True, *[False] * 49, True])
    assert standing.blows([True, *[False] * 48, True])
    assert not standing.blows([])


def test_what_the_fuse_adds_is_on_the_threshold(house: House) -> None:
    from madoguchi.rooms.screening.models import ScreenRules

    before = sort(pitch(house))
    ScreenRules.objects.update(added=100.0)
    after = sort(pitch(house, email="d@third.example.com", body="弊社のご案内です。" + before.receipt_number))

    from madoguchi.rooms.screening.queries.verdicts import of

    first, second = of(before.id), of(after.id)
    assert first is not None
    assert second is not None
    assert second.versions["tray"] == pytest.approx(first.versions["tray"] + 100.0)
