"""Complaints: who gets one, by when, how it ends, and what becomes of it with the inquiry it came with."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.rights.actions import handle
from madoguchi.rooms.rights.actions.open_complaint import hand_over, open_complaint
from madoguchi.rooms.rights.errors import (
    ClosedAlready,
    EmptyOutcome,
    HandlersOnly,
    NoOutcome,
    UnfitDay,
    UnfitOwner,
    UnknownKind,
    UnknownReason,
)
from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.queries import complaints as queries
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import files_of
from tests.house import House
from tests.promises.planting import counted

SAID = "退会の手続きを改め、お詫びの返事をしました。"


@pytest.fixture
def officer(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def opened(house: House, kind: str = "complaint") -> UUID:
    receipt = house.submit()
    open_complaint(inquiry_id=receipt.id, kind=kind, by=VISITOR)
    return receipt.id


def stands(inquiry: UUID) -> Complaint:
    return Complaint.objects.get(inquiry_id=inquiry)


def codes() -> list[str]:
    return list(
        Event.objects.filter(kind__startswith="complaint.").order_by("id").values_list("kind", flat=True)
    )


# -- opening ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lane", ["inbox", "sales", "junk"])
def test_any_colleague_hands_over_from_any_lane_and_the_day_counts_from_the_arrival(
    house: House, lane: str
) -> None:
    arrived = clock.now() - timedelta(days=20)
    typed = Typed(
        form=house.form, channel="letter", at=arrived, draft="a", answers={"body": "お尋ねします。"}
    )
    inquiry = type_in(viewer=house.viewer, typed=typed).id
    if lane != "inbox":
        move_lane(viewer=house.viewer, inquiry_id=inquiry, lane=lane)
    hand_over(viewer=house.viewer, inquiry_id=inquiry, kind="opinion")

    assert stands(inquiry).due_on == clock.local(arrived).date() + timedelta(days=14)
    assert Inquiry.objects.get(id=inquiry).lane == "inbox"
    assert codes() == ["complaint.opened"]


def test_handing_over_a_settled_inquiry_takes_it_up_again(house: House) -> None:
    inquiry = house.submit().id
    set_status(viewer=house.viewer, inquiry_id=inquiry, status="done")
    hand_over(viewer=house.viewer, inquiry_id=inquiry, kind="complaint")

    assert Inquiry.objects.get(id=inquiry).status == "doing"


def test_twice_is_once(house: House) -> None:
    inquiry = house.submit().id
    ids = {hand_over(viewer=house.viewer, inquiry_id=inquiry, kind=kind) for kind in ("opinion", "complaint")}

    assert (len(ids), stands(inquiry).kind, codes()) == (1, "opinion", ["complaint.opened"])


def test_a_kind_that_does_not_exist_opens_nothing(house: House) -> None:
    with pytest.raises(UnknownKind):
        hand_over(viewer=house.viewer, inquiry_id=house.submit().id, kind="苦情")
    assert Complaint.objects.count() == 0


def test_the_officer_longest_here_gets_it_else_the_administrator_else_nobody(house: House) -> None:
    second = add_staff(
        email="o2@example.jp", name="次の 人", role="officer", entity_id=house.entity_id,
        by=Ref("command", house.entity_id),
    )  # fmt: skip
    owners = []
    for leaving in (house.staff["officer"], second, house.staff["admin"], None):
        owners.append(stands(opened(house)).owner_id)
        if leaving is not None:
            disable_staff(staff=leaving, by=house.viewer.ref)

    assert owners == [house.staff["officer"].id, second.id, house.staff["admin"].id, None]


# -- handling -----------------------------------------------------------------------------------------


def test_owner_and_day_change_and_each_change_is_told(house: House, officer: Viewer) -> None:
    inquiry, later = opened(house), clock.today() + timedelta(days=30)
    handle.change_owner(viewer=officer, inquiry_id=inquiry, to=house.staff["admin"].id)
    handle.change_due(viewer=officer, inquiry_id=inquiry, on=later, reason="asking-others")

    found = stands(inquiry)
    assert (found.owner_id, found.due_on) == (house.staff["admin"].id, later)
    assert codes() == ["complaint.opened", "complaint.owner", "complaint.due"]


def test_whoever_owns_it_may_handle_it(house: House, officer: Viewer) -> None:
    inquiry, admin = opened(house), viewer_of(house.staff["admin"])
    with pytest.raises(HandlersOnly):
        handle.close_complaint(viewer=admin, inquiry_id=inquiry, outcome="answered", said=SAID)
    handle.change_owner(viewer=officer, inquiry_id=inquiry, to=admin.ref.id)
    handle.close_complaint(viewer=admin, inquiry_id=inquiry, outcome="answered", said=SAID)

    assert stands(inquiry).closed_by == admin.ref.id


def test_a_clerk_owns_none_and_handles_none(house: House, officer: Viewer) -> None:
    inquiry, clerk = opened(house), house.viewer
    with pytest.raises(UnfitOwner):
        handle.change_owner(viewer=officer, inquiry_id=inquiry, to=clerk.ref.id)
    verbs: list[Callable[[], None]] = [
        lambda: handle.change_owner(viewer=clerk, inquiry_id=inquiry, to=officer.ref.id),
        lambda: handle.change_due(viewer=clerk, inquiry_id=inquiry, on=clock.today(), reason="sooner"),
        lambda: handle.close_complaint(viewer=clerk, inquiry_id=inquiry, outcome="answered", said=SAID),
        lambda: handle.take_back(viewer=clerk, inquiry_id=inquiry, reason="pressed"),
    ]
    for verb in verbs:
        with pytest.raises(HandlersOnly):
            verb()
    assert stands(inquiry).closed_at is None


@pytest.mark.parametrize(
    ("days", "reason", "refusal"),
    [
        (-1, "sooner", UnfitDay),
        (366, "sooner", UnfitDay),
        (5, "", UnknownReason),
        (5, "pressed", UnknownReason),
    ],
)
def test_a_day_in_the_past_or_without_a_reason_is_refused(
    house: House, officer: Viewer, days: int, reason: str, refusal: type[Refusal]
) -> None:
    inquiry = opened(house)
    before = stands(inquiry).due_on
    with pytest.raises(refusal):
        handle.change_due(
            viewer=officer, inquiry_id=inquiry, on=clock.today() + timedelta(days=days), reason=reason
        )
    assert stands(inquiry).due_on == before


def test_closing_seals_what_was_done_and_may_settle_the_inquiry(house: House, officer: Viewer) -> None:
    inquiry = opened(house)
    handle.close_complaint(viewer=officer, inquiry_id=inquiry, outcome="mended", said=SAID, inquiry_too=True)

    found = stands(inquiry)
    assert (found.outcome, Inquiry.objects.get(id=inquiry).status) == ("mended", "done")
    assert (queries.said_of(inquiry), SAID.encode() in bytes(found.said)) == (SAID, False)
    with pytest.raises(ClosedAlready):
        handle.close_complaint(viewer=officer, inquiry_id=inquiry, outcome="answered", said=SAID)
    with pytest.raises(ClosedAlready):
        hand_over(viewer=house.viewer, inquiry_id=inquiry, kind="complaint")


@pytest.mark.parametrize("outcome", ["", "closed", "taken back"])
def test_it_never_ends_without_an_outcome(house: House, officer: Viewer, outcome: str) -> None:
    inquiry = opened(house)
    with pytest.raises(NoOutcome):
        handle.close_complaint(viewer=officer, inquiry_id=inquiry, outcome=outcome, said=SAID)
    with pytest.raises(EmptyOutcome):
        handle.close_complaint(viewer=officer, inquiry_id=inquiry, outcome="answered", said=" \n")
    assert stands(inquiry).closed_at is None


def test_the_database_itself_refuses_one_without_an_outcome(house: House) -> None:
    found = stands(opened(house))
    with pytest.raises((IntegrityError, DatabaseError)):
        Complaint.objects.filter(id=found.id).update(closed_at=clock.now(), closed_by=found.owner_id)


def test_a_mistake_is_taken_back_by_whoever_made_it_and_stands_on_record(house: House) -> None:
    inquiry = house.submit().id
    hand_over(viewer=house.viewer, inquiry_id=inquiry, kind="complaint")
    with pytest.raises(UnknownReason):
        handle.take_back(viewer=house.viewer, inquiry_id=inquiry, reason="")
    handle.take_back(viewer=house.viewer, inquiry_id=inquiry, reason="other-matter")

    assert (stands(inquiry).outcome, queries.among([inquiry])) == ("taken-back", set())
    hand_over(viewer=house.viewer, inquiry_id=inquiry, kind="question")
    found = stands(inquiry)
    assert (found.kind, found.closed_at, found.outcome) == ("question", None, "")


def test_another_companys_complaint_does_not_exist(house: House, officer: Viewer) -> None:
    from dataclasses import replace

    from madoguchi.rooms.inquiries.errors import NoSuchInquiry

    inquiry, stranger = opened(house), replace(officer, entity_id=UUID(int=9))
    with pytest.raises(NoSuchInquiry):
        handle.close_complaint(viewer=stranger, inquiry_id=inquiry, outcome="answered", said=SAID)
    assert (queries.open_ones(stranger), len(queries.open_ones(officer))) == ([], 1)


def test_the_register_puts_the_most_urgent_first_and_names_who_is_gone(house: House, officer: Viewer) -> None:
    late, soon, far = (opened(house) for _ in range(3))
    for inquiry, days in ((late, -2), (soon, 2), (far, 9)):
        Complaint.objects.filter(inquiry_id=inquiry).update(due_on=clock.today() + timedelta(days=days))
    assert [each.inquiry_id for each in queries.open_ones(officer)] == [late, soon, far]
    assert [each.late for each in queries.open_ones(officer)] == [True, False, False]
    assert [each.inquiry_id for each in queries.pressing(officer)] == [late, soon]

    disable_staff(staff=house.staff["officer"], by=house.viewer.ref)
    assert [each.owner for each in queries.open_ones(officer)] == ["", "", ""]
    assert [each.inquiry_id for each in queries.pressing(officer)] == [late, soon, far]


# -- erasure (the declarations alone do it) -----------------------------------------------------------


def end(inquiry: Inquiry, by: Staff) -> None:
    everything = files_of(inquiry.person_id)
    erase(
        person=inquiry.person_id,
        files=everything,
        expected=everything,
        ground="asked",
        by=Ref("staff", by.id),
    )


def test_what_was_done_is_found_disclosed_and_erased_with_the_inquiry(house: House, officer: Viewer) -> None:
    inquiry = Inquiry.objects.get(id=opened(house))
    handle.close_complaint(viewer=officer, inquiry_id=inquiry.id, outcome="mended", said=SAID)
    (matter,) = locate(inquiry.file_id).certain
    assert [(each.label, each.value) for each in matter.found if each.table == "rights.Complaint"] == [
        ("お申し出の結果", SAID)
    ]

    end(inquiry, house.staff["officer"])
    house.work()
    found = stands(inquiry.id)
    assert queries.said_of(inquiry.id) == ""
    assert (found.outcome, found.closed_by) == ("mended", officer.ref.id)  # what was on record stays


def test_an_open_one_ends_when_its_person_is_erased(house: House, officer: Viewer) -> None:
    inquiry = Inquiry.objects.get(id=opened(house))
    end(inquiry, house.staff["officer"])
    house.work()

    assert stands(inquiry.id).outcome == "ended"
    assert queries.open_ones(officer) == []
    assert counted("rights.closed-with-outcome").broken == 0
    with pytest.raises(FileErased):
        open_complaint(inquiry_id=inquiry.id, kind="complaint", by=VISITOR)


# -- rules --------------------------------------------------------------------------------------------


def test_a_visitor_chooses_by_words_and_anything_else_is_other() -> None:
    assert [rules.kind_said(words) for words in (*rules.KINDS.values(), "", "complaint")] == [
        *rules.KINDS, "other", "other",
    ]  # fmt: skip
    assert rules.due_on(date(2026, 12, 25)) == date(2027, 1, 8)
