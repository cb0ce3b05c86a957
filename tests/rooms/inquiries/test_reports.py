"""集計: the figures of days, kept and live, agree with the inquiries themselves; nothing stale is shown."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.faces.public_site.inquiry import funnel as steps
from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms.models import Steps
from madoguchi.rooms.forms.queries import funnel
from madoguchi.rooms.inquiries.actions.figures import has_missing, measure_some
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import DayFigures, Inquiry
from madoguchi.rooms.inquiries.queries import reports
from madoguchi.rooms.inquiries.queries.days import kept_days
from madoguchi.rooms.inquiries.queries.reports import DIMENSIONS, KINDS, Asked, at_percent, spans
from madoguchi.rooms.organisation.queries import viewer_of
from tests.house import House

At = Callable[[str], datetime]
WEEK = Asked(date(2026, 11, 16), date(2026, 11, 27), "day")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> At:
    path = tmp_path / "clock"

    def set_to(text: str) -> datetime:
        path.write_text(text, encoding="ascii")
        monkeypatch.setattr(settings, "CLOCK_FILE", path)
        return clock.now()

    return set_to


@pytest.fixture
def busy(house: House, at: At) -> House:
    """Five inquiries: answered in two hours, answered late, late without an answer, a pitch, and today's."""
    viewer = house.viewer
    at("2026-11-16T10:00")
    quick, slow, waiting, pitch = (house.submit().id for _ in range(4))
    at("2026-11-16T12:00")
    reply(viewer=viewer, inquiry_id=quick, text="お答えします。", seen_until=None, then="done")
    move_lane(viewer=viewer, inquiry_id=pitch, lane="sales")
    at("2026-11-19T10:00")
    reply(viewer=viewer, inquiry_id=slow, text="お答えします。", seen_until=None)
    at("2026-11-27T10:00")
    house.submit()
    house.extra = {"quick": quick, "slow": slow, "waiting": waiting, "pitch": pitch}
    return house


def counted(house: House, asked: Asked) -> dict[str, int]:
    total = reports.report(house.viewer, asked).total
    return {kind: getattr(total, kind) for kind in KINDS}


def listed(house: House, asked: Asked) -> dict[str, int]:
    return {kind: reports.listed(house.viewer, asked, kind).count() for kind in KINDS}


def test_answers_are_measured_on_the_business_clock(busy: House) -> None:
    total = reports.report(busy.viewer, WEEK).total
    assert counted(busy, WEEK) == {"received": 4, "answered": 2, "in_time": 1, "late": 1, "done": 1}
    assert total.firsts == [120, 27 * 60]  # eight hours on Monday, nine and nine, one on Thursday
    assert (total.first_median, total.first_p90, total.share) == (120, 27 * 60, 33)
    assert total.dones == [120]


@pytest.mark.parametrize("trays", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_every_number_is_the_length_of_its_list(busy: House, kept: bool, trays: bool) -> None:
    while kept and measure_some():
        pass
    found = reports.report(busy.viewer, Asked(WEEK.first, WEEK.last, "day", trays))
    for name in DIMENSIONS:
        for value, figures in found.by[name].items():
            narrowed = Asked(WEEK.first, WEEK.last, "day", trays, ((name, value or "none"),))
            assert {kind: getattr(figures, kind) for kind in KINDS} == listed(busy, narrowed)
    for (first, last), figures in found.steps.items():
        assert {kind: getattr(figures, kind) for kind in KINDS} == listed(
            busy, Asked(first, last, "day", trays)
        )
    assert found.total.received == (5 if trays else 4)


def test_a_change_is_seen_at_once_and_the_day_is_counted_anew(busy: House, at: At) -> None:
    measure_some()
    assert not has_missing()
    set_status(viewer=busy.viewer, inquiry_id=busy.extra["waiting"], status="done")
    assert has_missing()
    assert counted(busy, WEEK) == {"received": 4, "answered": 2, "in_time": 1, "late": 0, "done": 2}
    measure_some()
    assert not has_missing()
    assert counted(busy, WEEK)["done"] == 2
    move_lane(viewer=busy.viewer, inquiry_id=busy.extra["pitch"], lane="inbox")
    assert counted(busy, WEEK)["received"] == 5


def test_kept_days_say_what_live_days_say(busy: House) -> None:
    entity = busy.entity_id
    live, _ = kept_days(entity, WEEK.first, WEEK.last)
    measure_some()
    kept, whole = kept_days(entity, WEEK.first, WEEK.last)
    assert whole
    assert {day: sorted(map(str, cells)) for day, cells in kept.items() if cells} == {
        day: sorted(map(str, cells)) for day, cells in live.items() if cells
    }


def test_today_is_never_kept(busy: House) -> None:
    measure_some()
    assert DayFigures.objects.filter(day=clock.today()).count() == 0
    assert DayFigures.objects.filter(day=date(2026, 11, 16)).count() == 1


def test_a_day_that_changes_while_it_is_counted_is_not_kept(busy: House) -> None:
    """The row stands first; a change removes it, and the count that began before finds nothing to fill."""
    row = DayFigures.objects.create(entity_id=busy.entity_id, day=date(2026, 11, 16))
    set_status(viewer=busy.viewer, inquiry_id=busy.extra["waiting"], status="done")
    assert DayFigures.objects.filter(id=row.id, made_at=None).update(made_at=clock.now()) == 0


def test_what_is_open_is_told_by_its_age_in_business_days(busy: House, at: At) -> None:
    found = reports.backlog(busy.viewer)
    assert found.ages == [
        ("今日", 1),
        ("1営業日", 0),
        ("2営業日", 0),
        ("3〜5営業日", 0),
        ("6〜10営業日", 2),
        ("11営業日以上", 0),
    ]
    assert (found.open, found.late) == (3, 1)


def test_percentiles_are_values_that_occurred() -> None:
    assert [at_percent(values, 50) for values in ([], [7], [1, 2], [1, 2, 3])] == [None, 7, 1, 2]
    assert at_percent(list(range(1, 11)), 90) == 9


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    asked = (date(2026, 10, 29), date(2026, 11, 10))
    assert list(spans(Asked(*asked, "week"))) == [
        (date(2026, 10, 29), date(2026, 11, 1)),
        (date(2026, 11, 2), date(2026, 11, 8)),
        (date(2026, 11, 9), date(2026, 11, 10)),
    ]
    assert list(spans(Asked(*asked, "month"))) == [
        (date(2026, 10, 29), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 11, 10)),
    ]


def test_the_steps_of_a_form_are_counted_without_anybody(house: House) -> None:
    form = house.form.id
    steps.write()
    Steps.objects.all().delete()  # what other tests of this process have left to be counted
    for step in ("input", "input", "input", "confirm", "sent"):
        steps.note(form, step)
    steps.note(form, "wrong", "email", "phone")
    steps.note(form, "wrong", "email")
    steps.write()
    steps.note(form, "input")
    steps.write()
    today = clock.today()
    found = funnel(form, today - timedelta(days=1), today, {"email": "メールアドレス"})
    assert (found.opened, found.confirmed, found.sent) == (4, 1, 1)
    assert found.wrong == [("メールアドレス", 2), ("phone", 1)]


def test_figures_belong_to_one_entity(busy: House) -> None:
    measure_some()
    assert set(DayFigures.objects.values_list("entity_id", flat=True)) == {busy.entity_id}
    assert Inquiry.objects.count() == 5
    assert viewer_of(busy.staff["officer"]).entity_id == busy.entity_id
