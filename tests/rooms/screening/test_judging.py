"""One decision about each inquiry, after its receipt; whatever goes wrong, it stays where people look first."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from madoguchi.foundation.lib import clock as now_of
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.screen import LATER, screen
from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.models import Notice
from madoguchi.rooms.screening import deciding
from madoguchi.rooms.screening.actions import judge
from madoguchi.rooms.screening.actions.set_state import set_state
from madoguchi.rooms.screening.deciding import Opinion
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.verdicts import in_words, of
from madoguchi.rooms.screening.standing import Standing
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.screening.pitching import (
    OTHER_PITCH,
    PITCH,
    admin_of,
    customer,
    mark,
    marked_pitch,
    now,
    pitch,
    sort,
    verdict,
)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


@pytest.fixture
def clock(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def forced(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    """What the engine does is made up here: what is done with it is not."""
    monkeypatch.setattr(deciding, "consider", work)


def test_a_customer_stays_in_the_inbox_with_one_decision(house: House) -> None:
    inquiry = sort(customer(house))

    assert (inquiry.lane, verdict(inquiry).lane, verdict(inquiry).moved) == ("inbox", "inbox", False)
    assert not Entry.objects.filter(inquiry_id=inquiry.id, code="lane").exists()


def test_a_repeat_goes_to_the_tray_and_says_why(house: House) -> None:
    first = marked_pitch(house)
    again = sort(pitch(house))

    assert again.lane == "sales"
    told = of(again.id)
    assert told is not None
    assert (told.stage, told.moved, told.earlier) == ("repeat", True, first.receipt_number)
    assert first.receipt_number in told.reasons[0]
    move = Entry.objects.get(inquiry_id=again.id, code="lane")
    assert (move.by_kind, move.details) == ("worker", {"from": "inbox", "to": "sales"})


def test_a_second_look_changes_nothing_that_was_decided(house: House) -> None:
    marked_pitch(house)
    again = sort(pitch(house))
    before = verdict(again).decided_at
    screen(again.id)
    mark(house, again, "inbox")
    screen(again.id)

    assert now(again.id).lane == "inbox"
    assert (verdict(again).decided_at, verdict(again).settled_lane) == (before, "inbox")
    assert Verdict.objects.filter(about=again.id).count() == 1


def test_what_a_person_decided_first_is_never_moved(house: House) -> None:
    marked_pitch(house)
    junk = mark(house, pitch(house), "junk")
    back = mark(house, mark(house, pitch(house)), "inbox")
    taken = pitch(house)
    assign(viewer=house.viewer, inquiry_id=taken.id, to=house.viewer.ref.id)
    sort(junk)

    assert [now(each.id).lane for each in (junk, back, taken)] == ["junk", "inbox", "inbox"]
    assert [verdict(each).settled_lane for each in (junk, back)] == ["junk", "inbox"]
    assert not any(verdict(each).moved for each in (junk, back, taken))


def test_a_crash_leaves_it_in_the_inbox_and_tries_once_more(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    marked_pitch(house)
    forced(monkeypatch, lambda asked: 1 / 0)
    inquiry = sort(pitch(house, body="カナリアの用件です。" + PITCH))
    told = of(inquiry.id)

    assert told is not None
    assert (inquiry.lane, told.undecided) == ("inbox", True)
    waiting = Job.objects.get(kind="inquiries.screen")
    assert waiting.due_at - now_of.now() > LATER / 2
    assert "カナリア" not in caplog.text
    Job.objects.update(due_at=now_of.now())
    sort(inquiry)
    assert (Job.objects.filter(kind="inquiries.screen").count(), verdict(inquiry).tries) == (0, 2)


def test_the_later_look_decides_what_the_first_could_not(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked_pitch(house)
    with monkeypatch.context() as broken:
        forced(broken, lambda asked: 1 / 0)
        inquiry = sort(pitch(house))
    Job.objects.update(due_at=now_of.now())

    assert sort(inquiry).lane == "sales"


def test_what_hangs_is_left_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    marked_pitch(house)
    monkeypatch.setattr(judge, "SECONDS", 0.05)
    forced(monkeypatch, lambda asked: time.sleep(1) or Opinion())
    start = time.monotonic()
    inquiry = sort(pitch(house))

    assert time.monotonic() - start < 0.9
    assert (inquiry.lane, verdict(inquiry).stage) == ("inbox", "")


STAGES = ("spam", "repeat", "model")
TABLE = {
    # state, blown → the stages that move
    ("off", False): (), ("badge", False): ("spam", "repeat"), ("on", False): STAGES,
    ("off", True): (), ("badge", True): (), ("on", True): (),
}  # fmt: skip


def every_case() -> Iterator[tuple[str, bool, str, bool, bool]]:
    for state, blown in TABLE:
        for stage in STAGES:
            for guarded in (False, True):
                for fixed in (False, True):
                    yield state, blown, stage, guarded, fixed


def test_forced_scores_give_the_table() -> None:
    """Each stage × each guard × each state (SCREENING §8)."""
    for state, blown, stage, guarded, fixed in every_case():
        stands = Standing(state=state, blown_at=now_of.now() if blown else None)
        opinion = Opinion("junk" if stage == "spam" else "sales", stage, guarded=guarded)
        expected = stage in TABLE[state, blown] and not guarded and not fixed

        assert deciding.moves(opinion, stands, fixed=fixed) is expected, (state, blown, stage, guarded, fixed)


def test_what_would_move_keeps_the_badge(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    forced(monkeypatch, lambda asked: Opinion("sales", "model", "high", badge=True, score=2.5))
    inquiry = sort(pitch(house))

    assert (inquiry.lane, verdict(inquiry).badge, verdict(inquiry).moved) == ("inbox", True, False)
    set_state(viewer=admin_of(house), state="on")
    assert sort(pitch(house)).lane == "sales"
    assert now(inquiry.id).lane == "inbox"  # nothing moves backwards in time by itself


def test_switched_off_nothing_is_looked_at(house: House) -> None:
    marked_pitch(house)
    set_state(viewer=admin_of(house), state="off")
    inquiry = sort(pitch(house))

    assert (inquiry.lane, Verdict.objects.filter(about=inquiry.id).count()) == ("inbox", 0)


def test_notices_wait_for_the_look_and_not_for_long(house: House, clock: Clock) -> None:
    from madoguchi.rooms.inquiries.actions.notify import notify
    from madoguchi.rooms.inquiries.actions.screen import WAIT

    marked_pitch(house)
    house.work()
    Notice.objects.all().delete()
    inquiry = pitch(house)
    assert notify(house.entity_id) is True
    assert now(inquiry.id).notified_at is None
    sort(inquiry)
    notify(house.entity_id)
    assert Notice.objects.count() == 0  # it lies in the tray: silent, and counted as told
    assert now(inquiry.id).notified_at is not None

    stuck = customer(house)
    clock.forward(WAIT)
    assert notify(house.entity_id) is False
    assert Notice.objects.filter(about_id=stuck.id).exists()


def test_a_known_customer_stays_whatever_they_write(house: House) -> None:
    from madoguchi.rooms.inquiries.jobs import look_after_index
    from tests.rooms.inquiries.writing import answer

    look_after_index()
    marked_pitch(house, email="other@blast.example.com")
    known = sort(customer(house, email="sato@maker.example.com", phone="03-0000-2222"))
    answer(house, known.id)
    house.work()
    by_address = sort(pitch(house, email="sato@maker.example.com", phone="03-0000-0000", website=""))
    by_company = sort(pitch(house, email="tanaka@maker.example.com", phone="03-0000-0000", website=""))
    by_phone = sort(pitch(house, email="x@elsewhere.example.com", phone="03-0000-2222", website=""))
    stranger = sort(pitch(house, email="y@elsewhere.example.com", phone="03-0000-0000", website=""))

    assert [now(each.id).lane for each in (by_address, by_company, by_phone, stranger)] == [
        "inbox", "inbox", "inbox", "sales",
    ]  # fmt: skip
    mark(house, by_address)  # a mark since ends it, for that sender
    assert (
        sort(pitch(house, email="sato@maker.example.com", phone="03-0000-0000", website="")).lane == "sales"
    )


def test_a_free_mail_address_makes_nobody_else_known(house: House) -> None:
    from tests.rooms.inquiries.writing import answer

    marked_pitch(house, email="other@blast.example.com")
    known = sort(customer(house, email="kyaku@gmail.com"))
    answer(house, known.id)
    house.work()

    assert sort(pitch(house, email="uriko@gmail.com", phone="03-0000-0000", website="")).lane == "sales"


def test_staff_typed_and_samples_are_not_looked_at(house: House) -> None:
    from datetime import timedelta

    from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in

    marked_pitch(house)
    typed = Typed(
        house.form, "letter", now_of.now() - timedelta(hours=1), "t" * 43,
        {"body": PITCH, "name": "堀 健太", "company": "株式会社サイトワン", "phone": "03-0000-1111"},
    )  # fmt: skip
    receipt = type_in(viewer=house.viewer, typed=typed)
    house.work()

    assert now(receipt.id).lane == "inbox"
    assert not Verdict.objects.filter(about=receipt.id).exists()


def test_an_opinion_never_outlives_its_file(house: House) -> None:
    from tests.rooms.screening.pitching import erase_person

    inquiry = sort(pitch(house))
    assert of(inquiry.id) is not None
    erase_person(house, inquiry)

    assert of(inquiry.id) is None
    assert screen(inquiry.id) is False


def test_the_receipt_costs_one_row_of_work(house: House) -> None:
    receipt = house.submit()

    about = Job.objects.filter(subject__in=[receipt.id, house.entity_id]).order_by("kind")
    assert list(about.values_list("kind", flat=True)) == [
        "inquiries.acknowledge",
        "inquiries.notify",
        "inquiries.screen",
    ]


def test_without_weights_the_model_is_silent_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.config import health
    from madoguchi.rooms.screening import model
    from madoguchi.rooms.screening.errors import BadWeights

    def broken() -> None:
        raise BadWeights

    marked_pitch(house)
    set_state(viewer=admin_of(house), state="on")
    monkeypatch.setattr(model, "shipped", broken)

    assert (
        sort(pitch(house, email="b@other.example.com")).lane == "sales"
    )  # what was marked once is known still
    stranger = {"email": "c@third.example.com", "phone": "03-0000-3333", "website": "", "body": OTHER_PITCH}
    assert sort(pitch(house, **stranger)).lane == "inbox"
    assert [each.code for each in health._screening()] == ["screening-weights"]


def test_the_model_moves_only_when_it_was_switched_on(house: House) -> None:
    """The shipped weights, nothing forced."""
    before = sort(pitch(house))
    told = of(before.id)
    assert told is not None
    assert (before.lane, told.stage, told.lane, told.badge) == ("inbox", "model", "sales", True)
    assert told.reasons
    assert told.sentences
    quoted, against = in_words(before.id, {"body": PITCH, "remarks": ""})
    assert [each.split("（")[0].rstrip("。") for each in quoted] == [
        each.rstrip("。") for each in told.reasons
    ]
    assert any("（" in each for each in quoted)
    assert len(against) == len(told.counter)
    set_state(viewer=admin_of(house), state="on")
    stranger = {"email": "c@third.example.com", "phone": "03-0000-3333", "website": "", "body": OTHER_PITCH}

    assert sort(pitch(house, **stranger)).lane == "sales"
    assert sort(customer(house)).lane == "inbox"
