"""停止, バッジのみ, 有効: who may say it, what stands when nobody has, and what the desk can look at before."""

from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.rooms.inquiries.actions.read import mark_read
from madoguchi.rooms.organisation.errors import AdminsOnly
from madoguchi.rooms.screening.actions.set_state import reset, set_days, set_state
from madoguchi.rooms.screening.errors import NoSuchState
from madoguchi.rooms.screening.models import Lesson
from madoguchi.rooms.screening.queries import weekly
from madoguchi.rooms.screening.queries.figures import MINUTES_EACH, figures
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.state import standing
from madoguchi.rooms.screening.queries.trays import scores, unsettled
from madoguchi.rooms.screening.standing import ENOUGH_DECISIONS, ENOUGH_TIME
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.screening.pitching import admin_of, customer, mark, marked_pitch, pitch, sort


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def test_nobody_answered_is_badge_only(house: House) -> None:
    stands = standing(house.entity_id)

    assert (stands.state, stands.effective, stands.asked, stands.ready) == ("badge", "badge", False, False)


def test_only_administrators_say_it(house: House) -> None:
    for verb in (
        lambda: set_state(viewer=house.viewer, state="on"),
        lambda: set_days(viewer=house.viewer, days=30),
        lambda: reset(viewer=house.viewer),
    ):
        with pytest.raises(AdminsOnly):
            verb()
    with pytest.raises(NoSuchState):
        set_state(viewer=admin_of(house), state="maybe")
    set_state(viewer=admin_of(house), state="on")

    stands = standing(house.entity_id)
    assert (stands.state, stands.asked, stands.set_by) == ("on", True, house.staff["admin"].id)


def test_the_cold_start_ends_by_time_or_by_decisions(house: House, clock: Clock) -> None:
    inquiry = marked_pitch(house)
    assert not standing(house.entity_id).ready
    clock.forward(ENOUGH_TIME)
    assert standing(house.entity_id).ready
    from madoguchi.rooms.screening.models import ScreenRules

    ScreenRules.objects.all().delete()
    assert not standing(house.entity_id).ready
    from madoguchi.foundation.lib.ids import uuid7

    row = Lesson.objects.get(about=inquiry.id)
    for _ in range(ENOUGH_DECISIONS - 1):
        row.pk, row.about = uuid7(), uuid7()
        row.save(force_insert=True)
    assert standing(house.entity_id).ready


def test_figures_are_counted_from_decisions(house: House, clock: Clock) -> None:
    marked_pitch(house)
    sort(pitch(house, email="a@b.example.com"))
    back = sort(pitch(house, email="b@c.example.com"))
    mark(house, back, "inbox")
    sort(customer(house))
    this, *before = figures(house.entity_id, weeks=3)

    assert (this.pitches, this.caught, this.rescued, this.minutes) == (2, 1, 1, MINUTES_EACH)
    assert [(week.pitches, week.caught) for week in before] == [(0, 0), (0, 0)]
    clock.forward(timedelta(days=7))
    assert figures(house.entity_id, weeks=3)[1] == this


def test_ten_of_the_week_nobody_has_opened(house: House) -> None:
    marked_pitch(house)
    moved = [sort(pitch(house, email=f"p{n}@d{n}.example.com")) for n in range(12)]
    first = weekly.ten(house.entity_id)

    assert (len(first.ten), first.unopened) == (10, 12)
    assert weekly.ten(house.entity_id) == first
    mark_read(viewer=house.viewer, inquiry_id=first.ten[0])
    second = weekly.ten(house.entity_id)
    assert (second.ten, second.unopened) == (first.ten[1:], 11)
    assert {each.id for each in moved} >= set(second.ten)


def test_the_least_certain_comes_first(house: House) -> None:
    from madoguchi.rooms.screening.models import Verdict

    marked_pitch(house)
    ids = [sort(pitch(house, email=f"p{n}@d{n}.example.com")).id for n in range(3)]
    for id, score in zip(ids, (2.0, 0.5, 1.0), strict=True):
        Verdict.objects.filter(about=id).update(score=score)

    assert unsettled(house.entity_id, "sales", limit=10) == [ids[1], ids[2], ids[0]]
    ranked = scores(ids)
    assert sorted(ids, key=lambda id: ranked[id]) == [ids[1], ids[2], ids[0]]
