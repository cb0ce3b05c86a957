"""Retention: what was kept long enough ends in the night after its last day, once, whole, and nothing else does."""

import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from madoguchi.config.worker import Worker
from madoguchi.foundation.lib import clock, declarations
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.models import Suppression
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.read import mark_read
from madoguchi.rooms.inquiries.actions.screen import confirm, take_back_confirmation
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of, reference
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import begin
from madoguchi.rooms.inventory.actions.hold import hold, lift_hold
from madoguchi.rooms.inventory.actions.retain import accept_clock, retain_some
from madoguchi.rooms.inventory.actions.set_period import set_period, set_periods, start_with_proposal
from madoguchi.rooms.inventory.errors import (
    ChangedMeanwhile,
    NotHeld,
    OfficersOnly,
    Shortened,
    TooEarly,
    UnfitHold,
    UnfitPeriod,
    UnknownClass,
    UnknownGround,
    UnknownOwner,
)
from madoguchi.rooms.inventory.jobs import ask_for_night
from madoguchi.rooms.inventory.models import DeletionRecord, Hold, RetentionPeriod
from madoguchi.rooms.inventory.periods import CLASSES, days_in, in_words
from madoguchi.rooms.inventory.queries import holds, retention
from madoguchi.rooms.inventory.queries.overdue import overdue
from madoguchi.rooms.inventory.queries.retention import is_time, over, restored_unseen, ruled_by
from madoguchi.rooms.jobs.actions.tick import tick
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.jobs.queries import trusted_now
from madoguchi.rooms.organisation.models import Remembered
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.actions.end_files import keep_sealed
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import file_key
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.judging import judged

DAY = timedelta(days=1)
NOON = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Tokyo
TABLE = "inquiries.Inquiry"


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.set(NOON)
    clockwork.live(timedelta())
    return clockwork


def officer(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def decide(house: House, **days: int | None) -> None:
    for code, period in days.items():
        set_period(viewer=officer(house), retention=code.replace("_", "-"), days=period, confirmed=True)


def arrived(house: House, lane: str = "inbox", **answers: str) -> Inquiry:
    found = Inquiry.objects.get(id=house.submit(**answers).id)
    house.work()
    if lane != "inbox":
        move_lane(viewer=house.viewer, inquiry_id=found.id, lane=lane)
    found.refresh_from_db()
    return found


def closed(house: House, *, note: str = "", **answers: str) -> Inquiry:
    found = arrived(house, **answers)
    if note:
        add_note(viewer=house.viewer, inquiry_id=found.id, text=note)
    set_status(viewer=house.viewer, inquiry_id=found.id, status="done")
    found.refresh_from_db()
    return found


def to(time: Clock, day: date, hour: int, minute: int = 0) -> None:
    """Live until this moment in Tokyo."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.JST)
    time.live(moment.astimezone(UTC) - clock.now())


def night(house: House, time: Clock, day: date) -> int:
    """The run of the night of that day; how many deletions it made."""
    before = DeletionRecord.objects.count()
    to(time, day, 2, 1)
    run(house)
    return DeletionRecord.objects.count() - before


def run(house: House) -> None:
    ask_for_night()
    house.work()


def gone(inquiry: Inquiry) -> bool:
    try:
        answers_of(Inquiry.objects.get(id=inquiry.id))
    except FileErased:
        return True
    return False


def place_hold(house: House, inquiry: Inquiry, *, until: date, ground: str = "dispute") -> None:
    hold(
        viewer=officer(house), table=TABLE, row=inquiry.id, about=reference(inquiry), ground=ground, until=until,
        owner=house.staff["officer"].id,
    )  # fmt: skip


# -- days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        ("2027-01-12 00:00:00", 1, "2027-01-13"),
        ("2027-01-12 23:59:59", 1, "2027-01-13"),
        ("2028-02-28 12:00:00", 1, "2028-02-29"),
        ("2028-02-29 12:00:00", 366, "2029-03-01"),
        ("2027-12-31 12:00:00", 1, "2028-01-01"),
        ("2027-01-12 12:00:00", 1096, "2030-01-12"),
        ("2028-03-01 12:00:00", 1096, "2031-03-02"),
    ],
)
def test_whole_days_of_tokyo_are_kept_and_the_last_one_to_its_end(since: str, days: int, last: str) -> None:
    start = datetime.fromisoformat(since).replace(tzinfo=clock.JST)
    end = datetime.fromisoformat(f"{last} 23:59:59").replace(tzinfo=clock.JST)

    with pytest.raises(TooEarly):
        rules.check_period_over(start, days, end)
    rules.check_period_over(start, days, end + timedelta(seconds=1))


@pytest.mark.parametrize("years", range(1, 31))
def test_a_period_of_years_is_never_shorter_than_the_calendar_years(years: int) -> None:
    days = days_in(f"{years}年")
    assert days is not None
    for start in (date(2027, 3, 1), date(2028, 2, 29), date(2096, 2, 29), date(2031, 12, 31)):
        anniversary = date(start.year + years, start.month, min(start.day, 28))
        assert start + timedelta(days=days) >= anniversary
    assert in_words(days) == f"{years}年"


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("180日", 180),
        ("３年", 1096),
        (" 30 日 ", 30),
        ("三年", None),
        ("3", None),
        ("-3日", None),
        ("", None),
    ],
)
def test_periods_are_read_as_people_write_them(said: str, days: int | None) -> None:
    assert days_in(said) == days


@pytest.mark.parametrize("said", ["0日", "0年", "31年", "20000日", "三年"])
def test_a_period_out_of_measure_is_refused(said: str) -> None:
    with pytest.raises(UnfitPeriod):
        rules.read_period(said)


def test_every_class_that_a_table_declares_has_its_words() -> None:
    declared = {
        end.retention
        for model in apps.get_models(include_auto_created=True)
        if (table := declarations.of(model))
        for end in table.ends
    }

    assert set(CLASSES) == declared
    assert all(rules.read_period(each.proposed) for each in CLASSES.values())


# -- nights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_a_closed_inquiry_ends_in_the_night_after_its_last_day(house: House, time: Clock, hour: int) -> None:
    to(time, date(2027, 1, 13), hour, 30)
    inquiry = closed(house)
    decide(house, inquiry=3)

    assert [night(house, time, date(2027, 1, day)) for day in (14, 15, 16)] == [0, 0, 0]
    assert not gone(inquiry)
    assert night(house, time, date(2027, 1, 17)) == 1
    assert gone(inquiry)


def test_its_notes_mails_and_marks_end_with_it_and_a_record_remains(house: House, time: Clock) -> None:
    inquiry = closed(house, note="電話では、来月まで待つとのこと。", email="hanako@example.jp")
    notes = Entry.objects.get(kind="note").file_id
    decide(house, inquiry=1)

    assert night(house, time, date(2027, 1, 14)) == 1
    files = {inquiry.file_id, notes}
    ended = File.objects.filter(destroyed_at__isnull=False)
    assert set(ended.values_list("id", "destroyed_for")) == {(file, "retention") for file in files}
    assert Mail.objects.exclude(recipient_index=None).filter(file_id__in=files).count() == 0
    assert Inquiry.objects.get(id=inquiry.id).phone_index is None
    assert Person.objects.get(id=inquiry.person_id).address_index is None
    record = DeletionRecord.objects.get()
    assert (record.cause, record.code, record.files, record.by_kind) == ("retention", "inquiry", 2, "worker")
    assert record.finished_at is not None


def test_each_lane_has_its_own_period_and_beginning(house: House, time: Clock) -> None:
    sales, junk, waiting = arrived(house, "sales"), arrived(house, "junk"), arrived(house)
    decide(house, inquiry=1, sales=5, junk=2)

    night(house, time, date(2027, 1, 15))
    assert (gone(sales), gone(junk), gone(waiting)) == (False, True, False)
    night(house, time, date(2027, 1, 18))
    assert (gone(sales), gone(junk), gone(waiting)) == (True, True, False)


def test_notices_to_staff_end_after_they_were_sent(house: House, time: Clock) -> None:
    waiting = arrived(house)
    decide(house, staff_mail=2)
    notices = Mail.objects.filter(kind="staff-notice")
    files = set(notices.values_list("file_id", flat=True))
    assert files

    night(house, time, date(2027, 1, 15))
    assert set(File.objects.filter(destroyed_at__isnull=False).values_list("id", flat=True)) == files
    assert not gone(waiting)


def test_a_notice_that_was_never_sent_has_no_beginning(house: House, time: Clock) -> None:
    arrived(house)
    Mail.objects.filter(kind="staff-notice").update(sent_at=None)
    decide(house, staff_mail=1)

    assert night(house, time, date(2027, 3, 1)) == 0


def test_without_a_decision_everything_is_kept(house: House, time: Clock) -> None:
    inquiry = closed(house)
    time.live(timedelta(days=20_000))
    run(house)

    assert not gone(inquiry)
    assert DeletionRecord.objects.count() == 0


def test_reopened_it_is_counted_anew_from_its_next_end(house: House, time: Clock) -> None:
    inquiry = closed(house)
    decide(house, inquiry=3)
    to(time, date(2027, 1, 15), 12)
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="doing")
    assert night(house, time, date(2027, 1, 20)) == 0

    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")
    assert night(house, time, date(2027, 1, 23)) == 0
    assert night(house, time, date(2027, 1, 24)) == 1


def test_another_matter_of_the_person_keeps_the_person(house: House, time: Clock) -> None:
    old = closed(house, email="hanako@example.jp")
    decide(house, inquiry=3)
    to(time, date(2027, 1, 15), 12)
    new = closed(house, email="hanako@example.jp")

    night(house, time, date(2027, 1, 16))
    assert (gone(old), gone(new)) == (True, False)
    assert Person.objects.get(id=new.person_id).address_index is not None

    night(house, time, date(2027, 1, 19))
    assert gone(new)
    assert Person.objects.get(id=new.person_id).address_index is None
    assert arrived(house, email="hanako@example.jp").person_id != new.person_id


def test_one_run_a_night_after_two_o_clock(house: House, time: Clock) -> None:
    closed(house)
    decide(house, inquiry=1)
    to(time, date(2027, 1, 14), 1, 59)
    run(house)
    assert DeletionRecord.objects.count() == 0

    for minute in (0, 1, 30):
        to(time, date(2027, 1, 14), 2, minute)
        run(house)
    assert DeletionRecord.objects.count() == 1
    ran = Event.objects.filter(kind="retention.ran")
    assert [event.details for event in ran] == ['{"day": "2027-01-14", "inquiry": 1}']
    assert not Job.objects.exists()


def test_many_end_in_many_small_deletions(house: House, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.retain.AT_ONCE", 4)
    inquiries = [closed(house, note="控え") for _ in range(5)]
    decide(house, inquiry=1)

    night(house, time, date(2027, 1, 14))
    assert all(gone(each) for each in inquiries)
    assert sorted(DeletionRecord.objects.values_list("files", flat=True)) == [2, 4, 4]


def test_a_sitting_that_takes_long_goes_on_in_the_next(
    house: House, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.retain.AT_ONCE", 1)
    monkeypatch.setattr("madoguchi.rooms.inventory.jobs.SITTING", 0.0)
    inquiries = [closed(house) for _ in range(3)]
    decide(house, inquiry=1)

    night(house, time, date(2027, 1, 14))
    assert all(gone(each) for each in inquiries)
    assert Event.objects.filter(kind="retention.ran").count() == 1


# -- decisions --------------------------------------------------------------------------------------


def test_a_shorter_period_waits_for_the_next_night_and_a_longer_one_counts_at_once(
    house: House, time: Clock
) -> None:
    decide(house, inquiry=300)
    inquiry = closed(house)
    to(time, date(2027, 2, 1), 0, 30)
    decide(house, inquiry=1)
    assert night(house, time, date(2027, 2, 1)) == 0
    to(time, date(2027, 2, 2), 0, 30)
    decide(house, inquiry=300)
    assert night(house, time, date(2027, 2, 2)) == 0
    decide(house, inquiry=1)
    to(time, date(2027, 2, 3), 0, 30)
    decide(house, inquiry=None)
    assert night(house, time, date(2027, 2, 3)) == 0

    decide(house, inquiry=1)
    assert night(house, time, date(2027, 2, 4)) == 1
    assert gone(inquiry)


def test_a_shorter_period_is_not_taken_unseen(house: House, time: Clock) -> None:
    who = officer(house)
    with pytest.raises(Shortened):
        set_period(viewer=who, retention="inquiry", days=10)
    set_period(viewer=who, retention="inquiry", days=10, confirmed=True)
    set_period(viewer=who, retention="inquiry", days=20)
    set_period(viewer=who, retention="inquiry", days=None)
    with pytest.raises(Shortened):
        set_period(viewer=who, retention="inquiry", days=9_999)


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_an_officer_decides(house: House, role: str) -> None:
    who = viewer_of(house.staff[role])
    with pytest.raises(OfficersOnly):
        set_period(viewer=who, retention="inquiry", days=10, confirmed=True)
    with pytest.raises(OfficersOnly):
        start_with_proposal(viewer=who)
    with pytest.raises(OfficersOnly):
        accept_clock(viewer=who)


def test_a_class_and_days_that_do_not_exist_are_refused(house: House) -> None:
    with pytest.raises(UnknownClass):
        set_period(viewer=officer(house), retention="everything", days=10, confirmed=True)
    for days in (0, 365 * 31):
        with pytest.raises(UnfitPeriod):
            set_period(viewer=officer(house), retention="inquiry", days=days, confirmed=True)


def test_the_proposal_and_a_profile_leave_decisions_alone(house: House, time: Clock) -> None:
    decide(house, sales=77)
    start_with_proposal(viewer=officer(house))
    set_periods(entity_id=house.entity_id, said={"inquiry": "1年", "sales": "1日"}, by=COMMAND)

    decided = {code: retention.period_of(house.entity_id, code) for code in CLASSES}
    assert decided == {code: days_in(each.proposed) for code, each in CLASSES.items()} | {"sales": 77}
    assert RetentionPeriod.objects.count() == len(CLASSES)


def test_the_latest_decision_counts_also_with_the_clock_set_back(house: House, time: Clock) -> None:
    decide(house, inquiry=100)
    time.forward(-30 * DAY)
    decide(house, inquiry=50)

    assert retention.period_of(house.entity_id, "inquiry") == 50
    moments = list(RetentionPeriod.objects.order_by("days").values_list("set_at", flat=True))
    assert moments[0] > moments[1]


# -- clocks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(hours=48), 365 * DAY, 36_500 * DAY])
def test_a_wall_clock_that_jumps_ahead_ends_nothing_until_an_officer_says_so(
    house: House, time: Clock, jump: timedelta
) -> None:
    inquiry = closed(house)
    decide(house, inquiry=1)
    time.live(timedelta(hours=1))
    time.forward(jump)
    for _ in range(3):
        tick()
        run(house)
    assert not gone(inquiry)
    assert DeletionRecord.objects.count() == 0
    assert trusted_now() < NOON + 2 * DAY

    accept_clock(viewer=officer(house))
    to(time, clock.today() + DAY, 2, 1)
    run(house)
    assert gone(inquiry)
    assert Event.objects.filter(kind="retention.clock-accepted").count() == 1


def test_a_wall_clock_set_back_a_year_ends_nothing_and_loses_nothing(house: House, time: Clock) -> None:
    inquiry = closed(house)
    decide(house, inquiry=1)
    time.forward(-365 * DAY)
    tick()
    run(house)
    assert not gone(inquiry)

    time.set(NOON)
    assert night(house, time, date(2027, 1, 14)) == 1


def test_after_a_wrong_confirmation_the_nights_come_again(house: House, time: Clock) -> None:
    """Confirmed a year too far, run, then set right: the runs of the days in between are not skipped."""
    time.live(365 * DAY)
    run(house)
    time.live(-365 * DAY)
    inquiry = closed(house)
    decide(house, inquiry=1)

    assert night(house, time, date(2027, 1, 14)) == 1
    assert gone(inquiry)


# -- the dry run ------------------------------------------------------------------------------------


def test_the_dry_run_is_what_the_run_takes(house: House, time: Clock) -> None:
    taken = [closed(house, note="控え"), closed(house), arrived(house, "junk")]
    closed_later = closed(house)
    Inquiry.objects.filter(id=closed_later.id).update(closed_at=NOON + 5 * DAY)
    held = closed(house)
    place_hold(house, held, until=date(2027, 6, 1))
    arrived(house, "sales")
    arrived(house)
    decide(house, inquiry=3, junk=3, sales=4)
    to(time, date(2027, 1, 16), 1, 0)

    on = retention.next_run_on(trusted_now())
    listed = {each.retention: each.count for each in retention.listings(house.entity_id, on)}
    named = {
        due.row
        for code, days in retention.periods_on(house.entity_id, on).items()
        for due in retention.due(house.entity_id, code, on, days)
    }
    run_at = night(house, time, on)

    ended = set(Inquiry.objects.filter(file__destroyed_at__isnull=False).values_list("id", flat=True))
    assert named == ended == {each.id for each in taken}
    assert listed == dict.fromkeys(CLASSES, 0) | {"inquiry": 2, "junk": 1}
    assert run_at == 2


def test_many_pages_of_due_rows_are_walked_once_each(
    house: House, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    inquiries = {closed(house).id for _ in range(8)}  # all at one moment, so that the key decides

    found = [due.row for due in retention.due(house.entity_id, "inquiry", date(2027, 2, 1), 1)]
    assert (len(found), set(found)) == (8, inquiries)
    assert all(one < other for one, other in pairwise(found))


# -- what is shared, held or sealed -----------------------------------------------------------------


def test_a_file_that_another_matter_needs_stays(house: House, time: Clock) -> None:
    inquiry = closed(house)
    Mail.objects.filter(kind="staff-notice").update(file_id=inquiry.file_id)
    decide(house, inquiry=1, staff_mail=30)

    assert night(house, time, date(2027, 1, 20)) == 0
    file_key(inquiry.file_id)


def test_a_note_that_another_matter_needs_stays(house: House, time: Clock) -> None:
    old, young = closed(house, note="共通の控え"), arrived(house)
    add_note(viewer=house.viewer, inquiry_id=young.id, text="こちらも")
    shared = Entry.objects.filter(inquiry_id=old.id, kind="note").values_list("file_id", flat=True)[0]
    Entry.objects.filter(inquiry_id=young.id, kind="note").update(file_id=shared)
    decide(house, inquiry=1)

    assert night(house, time, date(2027, 1, 20)) == 0
    file_key(shared)


def test_a_held_matter_stays_until_the_hold_is_lifted(house: House, time: Clock) -> None:
    inquiry = closed(house, note="控え")
    decide(house, inquiry=1)
    place_hold(house, inquiry, until=date(2027, 3, 1))
    assert Hold.objects.count() == 2
    assert night(house, time, date(2027, 2, 1)) == 0

    lift_hold(viewer=officer(house), table=TABLE, row=inquiry.id, about=reference(inquiry))
    assert night(house, time, date(2027, 2, 2)) == 1
    assert gone(inquiry)
    assert Hold.objects.filter(lifted_at=None).count() == 0


def test_a_hold_ends_with_its_day_and_a_week_in_which_it_is_seen(house: House, time: Clock) -> None:
    inquiry = closed(house)
    decide(house, inquiry=1)
    place_hold(house, inquiry, until=date(2027, 2, 1))

    assert night(house, time, date(2027, 2, 8)) == 0
    assert holds.holds_on([inquiry.file_id])[inquiry.file_id].over
    assert night(house, time, date(2027, 2, 9)) == 1
    assert gone(inquiry)


def test_a_hold_is_extended_by_placing_it_again(house: House, time: Clock) -> None:
    inquiry = closed(house)
    place_hold(house, inquiry, until=date(2027, 2, 1))
    place_hold(house, inquiry, until=date(2028, 2, 1), ground="statute")

    held = holds.holds_on([inquiry.file_id])[inquiry.file_id]
    assert (held.until, held.ground, held.over) == (date(2028, 2, 1), "statute", False)
    assert Hold.objects.count() == 1
    assert Event.objects.filter(kind="inventory.held").count() == 2


@pytest.mark.parametrize(
    ("until", "ground", "refusal"),
    [
        (date(2027, 1, 12), "dispute", UnfitHold),
        (date(2032, 1, 13), "dispute", UnfitHold),
        (date(2027, 2, 1), "because", UnknownGround),
    ],
)
def test_a_hold_without_a_day_or_a_ground_is_refused(
    house: House, time: Clock, until: date, ground: str, refusal: type[Exception]
) -> None:
    inquiry = closed(house)
    with pytest.raises(refusal):
        place_hold(house, inquiry, until=until, ground=ground)
    assert Hold.objects.count() == 0


def test_a_hold_needs_an_officer_and_an_owner_of_the_house(house: House, time: Clock) -> None:
    inquiry, until = closed(house), date(2027, 2, 1)
    about = reference(inquiry)
    with pytest.raises(OfficersOnly):
        hold(viewer=house.viewer, table=TABLE, row=inquiry.id, about=about, ground="dispute", until=until,
             owner=house.viewer.ref.id)  # fmt: skip
    place_hold(house, inquiry, until=until)
    with pytest.raises(OfficersOnly):
        lift_hold(viewer=house.viewer, table=TABLE, row=inquiry.id, about=about)
    lift_hold(viewer=officer(house), table=TABLE, row=inquiry.id, about=about)
    with pytest.raises(UnknownOwner):
        hold(viewer=officer(house), table=TABLE, row=inquiry.id, about=about, ground="dispute", until=until,
             owner=UUID(int=7))  # fmt: skip
    with pytest.raises(NotHeld):
        lift_hold(viewer=officer(house), table=TABLE, row=inquiry.id, about=about)


def test_what_has_ended_cannot_be_held(house: House, time: Clock) -> None:
    inquiry = closed(house)
    begin(cause="retention", code="inquiry", files=[inquiry.file_id], by=WORKER)

    with pytest.raises(FileErased):
        place_hold(house, inquiry, until=date(2027, 2, 1))
    assert Hold.objects.count() == 0


def test_a_lawful_remainder_ends_after_its_last_day(house: House, time: Clock) -> None:
    inquiry = closed(house)
    keep_sealed(file=inquiry.file_id, law="statute", until=date(2027, 1, 20))
    decide(house, inquiry=1)

    assert night(house, time, date(2027, 1, 20)) == 0
    assert night(house, time, date(2027, 1, 21)) == 1
    assert File.objects.get(id=inquiry.file_id).destroyed_at is not None
    assert (DeletionRecord.objects.get().cause, DeletionRecord.objects.get().code) == ("remainder", "statute")


def test_a_clock_set_back_at_the_last_moment_keeps_a_remainder(
    house: House, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = closed(house)
    keep_sealed(file=inquiry.file_id, law="statute", until=date(2027, 1, 20))
    to(time, date(2027, 1, 21), 2, 1)
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.begin.note", lambda plan: time.forward(-2 * DAY))

    with pytest.raises(TooEarly):
        retain_some(entity_id=house.entity_id, on=date(2027, 1, 21))
    assert (File.objects.get(id=inquiry.file_id).kept_for, DeletionRecord.objects.count()) == ("statute", 0)


# -- what changes between the look and the act ------------------------------------------------------


@pytest.mark.parametrize("change", ["reopened", "moved", "noted", "held", "lengthened", "set back"])
def test_what_changes_at_the_last_moment_stops_it(
    house: House, time: Clock, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry, other = closed(house), closed(house)
    decide(house, inquiry=1)
    to(time, date(2027, 1, 20), 2, 1)
    changes = {
        "reopened": lambda: set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="doing"),
        "moved": lambda: move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="sales"),
        "noted": lambda: add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="お電話がありました。"),
        "held": lambda: place_hold(house, inquiry, until=date(2027, 6, 1)),
        "lengthened": lambda: decide(house, inquiry=3_000),
        "set back": lambda: time.forward(-30 * DAY),
    }
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.begin.note", lambda plan: changes[change]())

    with pytest.raises((TooEarly, ChangedMeanwhile)):
        retain_some(entity_id=house.entity_id, on=date(2027, 1, 20))
    assert not gone(inquiry)
    assert not gone(other)
    assert DeletionRecord.objects.count() == 0


def test_a_run_that_was_stopped_so_takes_the_rest_a_minute_later(
    house: House, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry, other = closed(house), closed(house)
    decide(house, inquiry=1)
    to(time, date(2027, 1, 20), 2, 1)
    reopen = [lambda: set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="doing")]
    monkeypatch.setattr(
        "madoguchi.rooms.inventory.actions.begin.note", lambda plan: reopen and reopen.pop()()
    )
    ask_for_night()
    Worker().work_off(["inventory.retain"])
    assert DeletionRecord.objects.count() == 0

    time.live(timedelta(minutes=2))
    run(house)
    assert (gone(inquiry), gone(other)) == (False, True)


def test_a_reopening_at_the_same_moment_either_comes_first_or_finds_it_gone(
    house: House, time: Clock
) -> None:
    inquiries = [closed(house) for _ in range(12)]
    decide(house, inquiry=1)
    to(time, date(2027, 1, 20), 2, 1)
    begun, reopened = threading.Barrier(2), set[UUID]()

    def reopen() -> None:
        begun.wait()
        for inquiry in reversed(inquiries):
            add_if_living(inquiry)
        connection.close()

    def add_if_living(inquiry: Inquiry) -> None:
        try:
            add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="間に合いました。")
        except FileErased:
            return
        reopened.add(inquiry.id)

    other = threading.Thread(target=reopen)
    other.start()
    begun.wait()
    for _ in range(40):
        try:
            if not retain_some(entity_id=house.entity_id, on=date(2027, 1, 20)):
                break
        except (TooEarly, ChangedMeanwhile):
            continue
    other.join()
    retain_some(entity_id=house.entity_id, on=date(2027, 1, 20))

    living = File.objects.filter(kind__in=("inquiry", "notes"), destroyed_at=None)
    assert living.count() == 0, "a note that came in time went with its matter; none is left alone"
    assert Entry.objects.filter(kind="note").count() == len(reopened)


# -- what expires by itself -------------------------------------------------------------------------


def test_suppressions_and_small_facts_go_when_their_time_is_over(house: House, time: Clock) -> None:
    suppress(mark=b"a" * 32, reason="sales_block", by=COMMAND, until=NOON + DAY)
    suppress(mark=b"b" * 32, reason="sales_block", by=COMMAND, until=NOON + 30 * DAY)
    suppress(mark=b"c" * 32, reason="opt_out", by=COMMAND)
    Remembered.objects.create(key="x", value=1, until=NOON + DAY)

    night(house, time, date(2027, 1, 14))
    assert {bytes(each.mark)[:1] for each in Suppression.objects.all()} == {b"b", b"c"}
    assert not Remembered.objects.exists()


def test_sessions_that_are_over_are_cleared(house: House, time: Clock) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.create(session_key="old", session_data="", expire_date=NOON)
    Session.objects.create(session_key="new", session_data="", expire_date=NOON + 30 * DAY)

    night(house, time, date(2027, 1, 14))
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


@pytest.mark.parametrize("code", ["inquiry", "sales", "junk"])
def test_what_is_due_is_found_by_its_age(house: House, code: str) -> None:
    """Over a million rows a nightly walk must not read them all (SQLite proves a partial index from its words)."""
    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite")
    ((holding, end),) = ruled_by(code)

    plan = over(holding, end, house.entity_id, date(2026, 11, 24), 30).explain()

    age = {"inquiry": "inquiry_inbox_age", "sales": "inquiry_sales_age", "junk": "inquiry_junk_age"}[code]
    assert f"USING INDEX {age} " in plan
    assert "SCAN inquiries_inquiry" not in plan


def test_after_a_restore_nothing_ends_until_an_officer_has_looked(house: House) -> None:
    """A hold decided after the backup is not in it; the first night must not destroy what it was to keep."""
    record("backup.restored", about=Ref("backup", NOBODY), by=COMMAND)

    assert (restored_unseen(), is_time(datetime(2026, 11, 24, 18, 0, tzinfo=UTC))) == (True, False)
    with pytest.raises(TooEarly, match="バックアップを戻した"):
        rules.check_looked_at_since_restore(restored_unseen())

    accept_clock(viewer=officer(house))

    assert (restored_unseen(), is_time(datetime(2026, 11, 24, 18, 0, tzinfo=UTC))) == (False, True)


# -- trays ------------------------------------------------------------------------------------------


def put_in_tray(
    house: House, *, doubtful: bool = False, opened: bool = False, lane: str = "sales"
) -> Inquiry:
    """By the machine, on the first day of the clock."""
    found = judged(house, house.submit(), lane=lane, guarded=doubtful)
    if opened:
        mark_read(viewer=house.viewer, inquiry_id=found.id)
    return found


def test_nothing_unread_or_spoken_for_goes_from_a_tray(house: House, time: Clock) -> None:
    """Until a person has said what it is: then its period counts like any other's."""
    decide(house, sales=30, junk=30)
    unread, junk = put_in_tray(house), put_in_tray(house, lane="junk")
    doubted = put_in_tray(house, doubtful=True, opened=True)
    seen = put_in_tray(house, opened=True)
    confirmed, settled = put_in_tray(house), put_in_tray(house, doubtful=True)
    confirm(viewer=house.viewer, inquiry_id=confirmed.id)
    move_lane(viewer=house.viewer, inquiry_id=settled.id, lane="junk")
    moved = arrived(house, "sales")
    first = clock.local(clock.now()).date()

    listed = {each.retention: each for each in retention.listings(house.entity_id, first + 31 * DAY)}
    assert (listed["sales"].count, listed["sales"].spared) == (3, 2)
    assert (listed["junk"].count, listed["junk"].spared) == (1, 1)
    assert listed["sales"].because == "まだどなたも見ていないもの、お客様かもしれないもの"
    night(house, time, first + 31 * DAY)

    assert [gone(each) for each in (unread, junk, doubted)] == [False] * 3
    assert [gone(each) for each in (seen, confirmed, settled, moved)] == [True] * 4
    assert overdue(house.entity_id) == []

    mark_read(viewer=house.viewer, inquiry_id=unread.id)
    confirm(viewer=house.viewer, inquiry_id=doubted.id)
    night(house, time, first + 32 * DAY)
    assert [gone(each) for each in (unread, junk, doubted)] == [True, False, True]


def test_what_becomes_doubtful_between_the_look_and_the_act_stays(house: House, time: Clock) -> None:
    decide(house, sales=30)
    inquiry = put_in_tray(house, doubtful=True)
    confirm(viewer=house.viewer, inquiry_id=inquiry.id)
    first = clock.local(clock.now()).date()
    to(time, first + 31 * DAY, 2, 1)
    some = list(retention.due(house.entity_id, "sales", first + 31 * DAY, 30))
    assert [each.row for each in some] == [inquiry.id]

    take_back_confirmation(viewer=house.viewer, inquiry_id=inquiry.id)

    with action:
        assert retention.hold_rows("sales", some) == {}
    assert night(house, time, first + 31 * DAY) == 0
    assert not gone(inquiry)
