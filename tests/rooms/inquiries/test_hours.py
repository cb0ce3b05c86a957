"""Our targets on the business clock: by form, paused by 保留, anew when the hours change, told in the acknowledgement."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from madoguchi.config.profile import apply, read_profile
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.hours import Hours, Target, business_time
from madoguchi.foundation.lib.merging import BrokenTemplate, MissingField
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_hours import set_hours
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.actions.set_wording import write_wording
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.mails import wording
from madoguchi.rooms.organisation.errors import AdminsOnly
from madoguchi.rooms.organisation.queries import Viewer, hours_of, viewer_of
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.foundation.test_calendar import jst
from tests.house import House

At = Callable[[str], datetime]
NINE = [["09:00-18:00"]] * 5 + [[], []]
YEAR_END = [{"name": "年末年始", "first": "12-29", "last": "01-03"}]
LONGER: dict[str, Any] = {"week": NINE, "target": {"count": 5, "unit": "days"}, "closures": YEAR_END}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], datetime]:
    """Sets the one clock to a moment in Tokyo."""
    path = tmp_path / "clock"

    def set_to(text: str) -> datetime:
        path.write_text(text, encoding="ascii")
        monkeypatch.setattr(settings, "CLOCK_FILE", path)
        return clock.now()

    return set_to


def admin(house: House) -> Viewer:
    return viewer_of(house.staff["admin"])


def found(house: House, **answers: str) -> Inquiry:
    return Inquiry.objects.get(id=house.submit(**answers).id)


def say_more(house: House, inquiry: Inquiry, at: datetime) -> None:
    key = open_file(kind="inquiry", holder=inquiry.person_id)
    hear(inquiry_id=inquiry.id, heard=Heard("追伸です。", key, at))


def test_a_target_of_its_own_decides_for_a_form(house: House, at: At) -> None:
    at("2026-11-24T10:00")
    hours = hours_of(house.entity_id)
    assert set_hours(viewer=admin(house), hours=hours, targets={house.form.id: Target(4, "hours")})
    from madoguchi.rooms.forms.queries import form_by_id

    house.form = form_by_id(house.form.id)
    inquiry = found(house)
    assert (inquiry.due_at, inquiry.first_due_at) == (jst("2026-11-24 14:00"), jst("2026-11-24 14:00"))


def test_waiting_for_the_customer_stops_the_clock_and_what_was_left_runs_on(house: House, at: At) -> None:
    at("2026-11-24T10:00")
    inquiry = found(house)
    assert inquiry.due_at == jst("2026-11-26 18:00")
    at("2026-11-25T12:00")
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="pending")
    inquiry.refresh_from_db()
    left = business_time(clock.now(), inquiry.due_at, hours_of(house.entity_id))
    assert left == timedelta(hours=6 + 9)
    at("2026-11-30T10:00")
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="doing")
    inquiry.refresh_from_db()
    assert inquiry.due_at == inquiry.first_due_at == jst("2026-12-01 16:00")


def test_a_message_ends_the_wait_and_a_new_matter_has_a_clock_of_its_own(house: House, at: At) -> None:
    at("2026-11-24T10:00")
    inquiry = found(house)
    at("2026-11-24T12:00")
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="pending")
    say_more(house, inquiry, at("2026-11-30T12:00"))
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.due_at) == ("open", jst("2026-12-02 18:00"))
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="お答えします。", seen_until=None, then="pending")
    say_more(house, inquiry, at("2026-12-04T12:00"))
    inquiry.refresh_from_db()
    assert inquiry.due_at == jst("2026-12-08 18:00")
    assert inquiry.first_due_at == jst("2026-12-02 18:00")


def test_other_hours_move_what_is_open_and_leave_what_is_closed(house: House, at: At) -> None:
    at("2026-11-24T10:00")
    open_one, answered, closed, paused = (found(house) for _ in range(4))
    reply(viewer=house.viewer, inquiry_id=answered.id, text="お答えします。", seen_until=None)
    set_status(viewer=house.viewer, inquiry_id=closed.id, status="done")
    at("2026-11-24T14:00")
    set_status(viewer=house.viewer, inquiry_id=paused.id, status="pending")
    at("2026-11-25T14:00")
    set_status(viewer=house.viewer, inquiry_id=paused.id, status="doing")
    assert set_hours(viewer=admin(house), hours=Hours.from_json(LONGER), targets={})
    house.work()
    due = {each.id: (each.due_at, each.first_due_at) for each in Inquiry.objects.all()}
    before, after = jst("2026-11-26 18:00"), jst("2026-12-01 18:00")
    assert due[open_one.id] == (after, after)
    assert due[answered.id] == due[closed.id] == (before, before)
    assert due[paused.id] == (jst("2026-12-02 18:00"),) * 2  # nine hours of waiting on top
    assert not set_hours(viewer=admin(house), hours=Hours.from_json(LONGER), targets={})


def test_only_an_administrator_sets_them_and_a_profile_leaves_them_alone(house: House) -> None:
    with pytest.raises(AdminsOnly):
        set_hours(viewer=house.viewer, hours=Hours.from_json(LONGER), targets={})
    set_hours(viewer=admin(house), hours=Hours.from_json(LONGER), targets={})
    apply(read_profile("eclore"))
    assert hours_of(house.entity_id).target == Target(5, "days")


@pytest.mark.parametrize(
    ("arrival", "passage"),
    [
        ("2026-11-24T10:00", ""),
        ("2026-11-24T07:00", "2026年11月24日(火) 9:00に開きます"),
        ("2026-11-24T20:00", "2026年11月25日(水) 9:00に開きます"),
        ("2026-11-22T10:00", "土日祝は、窓口をお休みしています。\n2026年11月24日(火) 9:00から"),
        ("2026-11-23T10:00", "土日祝は、窓口をお休みしています。\n2026年11月24日(火) 9:00から"),
        ("2026-12-30T10:00", "年末年始のため、窓口をお休みしています。\n2027年1月4日(月) 9:00から"),
    ],
)
def test_the_acknowledgement_says_when_the_desk_was_closed(
    house: House, at: At, arrival: str, passage: str
) -> None:
    at(arrival)
    house.submit(email="hanako@example.jp", body="秘密のご相談")
    house.work()
    (mail,) = house.mails(to="hanako@example.jp")
    text = mail.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert passage in text
    assert ("窓口をお休み" in text or "に開きます" in text) == bool(passage)
    assert "秘密のご相談" not in text


def test_a_wording_that_names_what_does_not_exist_is_not_stored(house: House) -> None:
    before = wording(house.entity_id, "closed-days").text
    for text, fault in (("{{body}}", MissingField), ("{{#opens_at}}", BrokenTemplate)):
        with pytest.raises(fault):
            write_wording(viewer=admin(house), kind="closed-days", subject="", text=text)
    with pytest.raises(AdminsOnly):
        write_wording(viewer=house.viewer, kind="closed-days", subject="", text="お休みです。")
    assert wording(house.entity_id, "closed-days").text == before


def test_a_wording_of_the_desk_outlives_another_init(house: House) -> None:
    write_wording(viewer=admin(house), kind="closed-days", subject="", text="{{opens_at}}に拝見します。")
    apply(read_profile("eclore"))
    assert wording(house.entity_id, "closed-days").text == "{{opens_at}}に拝見します。\n"


def test_pauses_are_read_from_the_timeline(house: House, at: At) -> None:
    at("2026-11-24T10:00")
    inquiry = found(house)
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="pending")
    told = Entry.objects.filter(inquiry_id=inquiry.id, code="status")
    assert [entry.details for entry in told] == [{"from": "new", "to": "pending"}]
