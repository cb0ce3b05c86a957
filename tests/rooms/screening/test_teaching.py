"""Only the buttons of the desk teach; what they say holds at once, and can be taken back."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock as now_of
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.decline import decline
from madoguchi.rooms.inquiries.actions.read import mark_read
from madoguchi.rooms.inquiries.actions.restore import restore, standing, standings
from madoguchi.rooms.inquiries.actions.screen import confirm, not_sales, take_back_confirmation
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.models import Notice
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.screening.actions.allow import disallow
from madoguchi.rooms.screening.errors import NoSuchMark
from madoguchi.rooms.screening.models import Allowed, Lesson, Repeat
from madoguchi.rooms.screening.queries.memory import forget_everything, memory_of
from madoguchi.rooms.screening.queries.repeats import allowed, ledger
from tests.house import House
from tests.rooms.inquiries.writing import answer
from tests.rooms.screening.pitching import (
    OTHER_PITCH,
    PITCH,
    customer,
    made,
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


def lessons() -> list[tuple[Any, str]]:
    living = Lesson.objects.filter(undone_at=None).order_by("at")
    return list(living.values_list("about", "label"))


def test_what_is_no_button_teaches_nothing(house: House) -> None:
    inquiry = sort(customer(house))
    mark_read(viewer=house.viewer, inquiry_id=inquiry.id)
    answer(house, inquiry.id)
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")

    assert lessons() == []
    assert memory_of(house.entity_id).as_bytes() == made(house)


@pytest.mark.parametrize(("lane", "label"), [("sales", "sales"), ("junk", "junk")])
def test_a_move_to_a_tray_teaches(house: House, lane: str, label: str) -> None:
    inquiry = mark(house, sort(pitch(house)), lane)

    assert lessons() == [(inquiry.id, label)]
    assert verdict(inquiry).settled_lane == lane
    event = Event.objects.get(kind="screening.taught")
    assert json.loads(event.details) == {"label": label, "disputed": False}


def test_back_to_the_inbox_is_a_customer_and_stays_one(house: House) -> None:
    marked_pitch(house, email="other@blast.example.com")
    moved = sort(pitch(house, email="sato@maker.example.com"))
    assert moved.lane == "sales"
    not_sales(viewer=house.viewer, inquiry_id=moved.id)

    assert lessons()[-1] == (moved.id, "genuine")
    assert sort(pitch(house, email="sato@maker.example.com")).lane == "inbox"
    assert sort(pitch(house, email="suzuki@maker.example.com")).lane == "inbox"  # of the same company
    assert {each.kind for each in allowed(house.entity_id)} == {"address", "domain", "phone"}


def test_a_rescue_is_told_like_new_with_all_as_it_was(house: House) -> None:
    marked_pitch(house)
    moved = sort(pitch(house, email="sato@maker.example.com"))
    house.work()
    assert not Notice.objects.filter(about_id=moved.id).exists()
    before = Inquiry.objects.values("status", "assignee_id", "received_at", "due_at", "opened_at").get(
        id=moved.id
    )
    not_sales(viewer=house.viewer, inquiry_id=moved.id)
    house.work()

    assert Notice.objects.filter(about_id=moved.id, event="new").count() == len(house.everybody)
    kept = Inquiry.objects.values("status", "assignee_id", "received_at", "due_at", "opened_at").get(
        id=moved.id
    )
    assert kept == before


def test_a_slip_back_from_a_persons_own_move_is_not_told_again(house: House) -> None:
    inquiry = sort(customer(house))
    house.work()
    told = Notice.objects.filter(about_id=inquiry.id).count()
    mark(house, mark(house, inquiry), "inbox")
    house.work()

    assert Notice.objects.filter(about_id=inquiry.id).count() == told


def test_confirming_teaches_and_leaves_it_there(house: House) -> None:
    marked_pitch(house)
    moved = sort(pitch(house, email="b@other.example.com"))
    confirm(viewer=house.viewer, inquiry_id=moved.id)

    assert (now(moved.id).lane, verdict(moved).settled_lane) == ("sales", "sales")
    assert lessons()[-1] == (moved.id, "sales")
    take_back_confirmation(viewer=house.viewer, inquiry_id=moved.id)
    assert (len(lessons()), verdict(moved).settled_lane) == (1, "")


def test_the_polite_refusal_teaches_too(house: House) -> None:
    marked_pitch(house)
    moved = sort(pitch(house, email="b@other.example.com"))
    decline(viewer=house.viewer, inquiry_id=moved.id)

    assert lessons()[-1] == (moved.id, "sales")


def test_taking_back_is_as_if_it_had_not_been_said(house: House) -> None:
    marked_pitch(house)
    before = made(house)
    inquiry = sort(customer(house))
    stood = standings(house.viewer, [inquiry.id])[inquiry.id]
    inquiry = mark(house, inquiry)
    assert made(house) != before
    restore(viewer=house.viewer, inquiry_id=inquiry.id, left=standing(inquiry), before=stood)

    assert now(inquiry.id).lane == "inbox"
    assert made(house) == before
    assert Event.objects.filter(kind="screening.untaught").count() == 1


def test_the_latest_button_counts(house: House) -> None:
    inquiry = marked_pitch(house)
    mark(house, inquiry, "inbox")

    assert lessons() == [(inquiry.id, "genuine")]
    assert Repeat.objects.count() == 0
    mark(house, inquiry, "sales")
    assert (lessons(), Allowed.objects.count()) == ([(inquiry.id, "sales")], 0)


def test_two_of_different_mind_teach_nothing_until_it_is_settled(house: House) -> None:
    other = add_staff(
        email="second@example.jp", name="大野 梓", role="clerk", entity_id=house.entity_id, by=COMMAND
    )
    inquiry = marked_pitch(house)
    mark(house, inquiry, "inbox", by=viewer_of(other))

    assert Lesson.objects.get(about=inquiry.id).disputed
    mark(house, inquiry, "sales")
    assert not Lesson.objects.get(about=inquiry.id).disputed
    assert sort(pitch(house)).lane == "sales"


def test_a_sender_is_taken_off_the_list(house: House) -> None:
    marked_pitch(house, email="other@blast.example.com")
    customer_ = mark(house, mark(house, sort(customer(house, email="sato@maker.example.com"))), "inbox")
    assert sort(pitch(house, email="sato@maker.example.com")).lane == "inbox"
    for each in allowed(house.entity_id):
        assert each.about == customer_.id
        disallow(viewer=house.viewer, id=each.id)

    assert sort(pitch(house, email="sato@maker.example.com")).lane == "sales"
    with pytest.raises(NoSuchMark):
        disallow(viewer=house.viewer, id=each.id)


def test_a_mark_as_a_pitch_since_ends_what_was_allowed(house: House) -> None:
    marked_pitch(house, email="other@blast.example.com")
    mark(house, mark(house, sort(customer(house, email="sato@maker.example.com"))), "inbox")
    mark(house, sort(pitch(house, email="sato@maker.example.com", body=OTHER_PITCH)))

    assert sort(pitch(house, email="sato@maker.example.com")).lane == "sales"


def test_the_api_teaches_like_the_screen(house: House, client: Client) -> None:
    from madoguchi.rooms.organisation.actions.make_token import make_token

    inquiry = sort(pitch(house))
    token = make_token(staff=house.staff["clerk"], scopes=["inquiries:write"], by=COMMAND)
    answered = client.post(
        f"/api/v1/inquiries/{inquiry.receipt_number}/lane", json.dumps({"lane": "sales"}), "application/json",
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip

    assert answered.status_code in (200, 204)
    assert lessons() == [(inquiry.id, "sales")]


def test_no_list_and_no_event_holds_an_address_or_a_word(house: House) -> None:
    """A canary name in a message is in no mark, weight, event or list."""
    inquiry = mark(
        house,
        sort(pitch(house, name="金糸雀 鳴子", company="カナリア商会", body=f"カナリア商会の金糸雀です。{PITCH}",
                   email="canary@birds.example.jp")),
    )  # fmt: skip
    entries = ledger(house.entity_id)
    whole = made(house).decode() + "".join(Event.objects.values_list("details", flat=True)) + str(entries)

    assert {each.kind for each in entries} == {"domain", "phone", "host", "text"}
    for canary in ("金糸雀", "鳴子", "カナリア", "canary", "birds"):
        assert canary not in whole
        for row in (*Lesson.objects.all(), *Repeat.objects.all()):
            assert canary.encode() not in bytes(getattr(row, "learned", b"") or getattr(row, "mark", b""))
    assert entries[0].about == inquiry.id
    assert entries[0].until is not None
    assert timedelta(days=179) < entries[0].until - now_of.now() <= timedelta(days=180)


def test_the_local_model_needs_two_senders_and_bends_little() -> None:
    from madoguchi.rooms.screening.learning import PER_GROUP, PULL, STRENGTH, Example, fit

    grams = ("あい", "いう", "うえ")
    one = [Example(f"a{n}", True, grams, -2.0, "one sender", f"t{n}") for n in range(9)]
    assert fit(one, 3.0) is not None
    assert fit(one, 3.0).delta == {}  # type: ignore[union-attr]
    two = [*one, Example("b", True, grams, -2.0, "another", "t")]
    local = fit(two, 3.0)
    assert local is not None
    assert local.lessons == PER_GROUP + 1
    assert 0 < local.added(grams) < STRENGTH / PULL * (local.lessons + 1)
    assert fit(two, 3.0).to_json() == local.to_json()  # type: ignore[union-attr]


def test_no_local_customer_lies_above_the_threshold() -> None:
    from madoguchi.rooms.screening.learning import MARGIN, Example, fit

    odd = Example("odd", False, ("あい",), 4.0, "s", "t")
    local = fit([odd], 3.0)

    assert local is not None
    assert (local.t_tray, local.raised_by) == (4.0 + MARGIN, "odd")


def test_reset_is_one_button(house: House) -> None:
    from madoguchi.rooms.screening.actions.set_state import reset
    from madoguchi.rooms.screening.models import ScreenRules
    from tests.rooms.screening.pitching import admin_of

    marked_pitch(house)
    reset(viewer=admin_of(house))

    assert ScreenRules.objects.get().reset_at is not None
    assert sort(pitch(house)).lane == "sales"  # the list of senders stays
