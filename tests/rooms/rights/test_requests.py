"""Requests under the Act: how one is opened, who is known, what it costs, what is decided, how it ends."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import VISITOR, Ref, read_request_number
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.errors import ArrivedMeanwhile
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.actions import identify
from madoguchi.rooms.rights.actions.close import close, withdraw
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import approve, decide, reopen
from madoguchi.rooms.rights.actions.fee import refund_fee, settle_fee
from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox, note_named
from madoguchi.rooms.rights.actions.letters import send_letter
from madoguchi.rooms.rights.actions.manage import change_due, change_owner
from madoguchi.rooms.rights.actions.open_request import open_request, take_over
from madoguchi.rooms.rights.actions.set_desk import set_privacy_desk
from madoguchi.rooms.rights.jobs import finish_what_acts_at_once
from madoguchi.rooms.rights.models import Decision, FeeRecord, IdentityCheck, RightsRequest, Step
from madoguchi.rooms.rights.queries import requests as queries
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.queries.held import held
from madoguchi.rooms.rights.queries.one import whole
from madoguchi.rooms.rights.queries.register import register, statistics
from madoguchi.rooms.rights.rules import asking as reading
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.asking import Asking
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.rights.asked import (
    EMAIL,
    REASON,
    asking,
    collected,
    decided,
    ended,
    identified,
    officer_of,
    opened,
    row,
    settled,
)


def codes(id: UUID) -> list[str]:
    return list(Step.objects.filter(request_id=id).order_by("at", "id").values_list("code", flat=True))


# -- opening ------------------------------------------------------------------------------------------


def test_a_request_keeps_its_words_sealed_and_its_days(house: House) -> None:
    arrived = clock.now() - timedelta(days=3)
    request = row(opened(house, "correction", at=arrived).id)
    day = clock.local(arrived).date()

    assert request.number == read_request_number(request.number.lower().replace("-", ""))
    assert (request.state, request.arrived_at) == ("received", arrived)
    assert (request.line_on, request.due_on) == (day + timedelta(days=14), day + timedelta(days=10))
    assert request.owner_id == house.staff["officer"].id
    assert "花子".encode() not in bytes(request.asked)
    assert queries.asked_of(request) == {
        "name": "山田 花子", "email": EMAIL, "words": "お願いします。", "item": "phone", "value": "03-1111-2222",
    }  # fmt: skip


def test_the_same_draft_is_the_same_request(house: House) -> None:
    once = asking("erasure")
    first, second = (
        open_request(entity_id=house.entity_id, asking=once, channel="web", by=VISITOR) for _ in range(2)
    )
    other = opened(house, "erasure")

    assert (first.fresh, second.fresh) == (True, False)
    assert (first.id, first.number) == (second.id, second.number)
    assert other.id != first.id
    assert Person.objects.count() == 1


def test_known_and_unknown_addresses_are_claimed_alike(house: House) -> None:
    known = house.submit(email=EMAIL)
    person = Inquiry.objects.get(id=known.id).person_id
    theirs, others = opened(house, "disclosure"), opened(house, "disclosure", email="new@example.jp")

    assert row(theirs.id).person_id == person
    assert row(others.id).person_id not in (person, None)
    assert codes(theirs.id) == codes(others.id) == ["opened"]


def test_what_has_not_arrived_yet_is_refused(house: House) -> None:
    with pytest.raises(errors.UnfitArrival):
        opened(house, "erasure", at=clock.now() + timedelta(minutes=1))
    assert RightsRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        ("disclosure", {"name": ""}, ["name"]),
        ("disclosure", {"email": "花子"}, ["email"]),
        ("correction", {"item": "", "value": " "}, ["item", "value"]),
        ("correction", {"item": "heart"}, ["item"]),
        ("erasure", {"phone": "あ", "words": "\x00"}, ["phone", "words"]),
        ("erasure", {"words": "あ" * 10_001}, ["words"]),
        ("erasure", {"name": "あ" * 101}, ["name"]),
        ("collection_stop", {"item": "heart"}, ["item"]),
        ("collection_stop", {"item": "all"}, ["item"]),
    ],
)
def test_what_cannot_be_read_is_said_field_by_field(
    house: House, kind: str, values: dict[str, str], wrong: list[str]
) -> None:
    with pytest.raises(errors.UnfitRequest) as refused:
        opened(house, kind, **values)
    assert sorted(refused.value.fields) == wrong
    assert all("。" in sentence for sentence in refused.value.fields.values())
    assert RightsRequest.objects.count() == Person.objects.count() == 0


def test_a_letter_is_asked_less_and_an_agent_more() -> None:
    letter = Asking("disclosure", {"name": "山田 花子", "postal": "東京都みなと町1"})
    assert reading.check_asking(letter, typed_in=True).values == letter.values
    with pytest.raises(errors.UnfitRequest) as page:
        reading.check_asking(letter, typed_in=False)
    assert sorted(page.value.fields) == ["email", "wish"]
    with pytest.raises(errors.UnfitRequest) as nowhere:
        reading.check_asking(Asking("erasure", {"name": "山田 花子"}), typed_in=True)
    assert list(nowhere.value.fields) == ["email"]
    with pytest.raises(errors.UnfitRequest) as agent:
        reading.check_asking(
            Asking("erasure", {"name": "山田", "email": EMAIL}, agent="friend"), typed_in=False
        )
    assert sorted(agent.value.fields) == ["agent", "agent_name"]


@pytest.mark.parametrize("lane", ["inbox", "sales", "junk"])
def test_an_inquiry_taken_over_keeps_its_arrival_and_returns_to_the_inbox(house: House, lane: str) -> None:
    came = clock.now() - timedelta(days=20)
    typed = Typed(
        form=house.form, channel="letter", at=came, draft="a",
        answers={"body": "私の情報を見せてください。", "name": "山田 花子", "email": EMAIL},
    )  # fmt: skip
    inquiry = type_in(viewer=house.viewer, typed=typed).id
    if lane != "inbox":
        move_lane(viewer=house.viewer, inquiry_id=inquiry, lane=lane)
    first, again = (take_over(viewer=house.viewer, inquiry_id=inquiry, kind="disclosure") for _ in range(2))
    request, source = row(first.id), Inquiry.objects.get(id=inquiry)

    assert (first.fresh, again.fresh, again.id) == (True, False, first.id)
    assert (request.arrived_at, request.person_id, source.lane) == (came, source.person_id, "inbox")
    assert request.line_on == clock.local(came).date() + timedelta(days=14)
    assert queries.asked_of(request) == {"name": "山田 花子", "email": EMAIL}
    assert [each.number for each in queries.of_inquiry(inquiry)] == [first.number]


def test_another_companys_request_does_not_exist(house: House) -> None:
    from dataclasses import replace

    request = opened(house, "erasure")
    stranger = replace(officer_of(house), entity_id=UUID(int=7))
    with pytest.raises(errors.NoSuchRequest):
        queries.find(stranger, request.number)
    for verb in (
        lambda: note_check(viewer=stranger, request_id=request.id, way="call-back", passed=True),
        lambda: decide(viewer=stranger, request_id=request.id, outcome="granted"),
        lambda: close(viewer=stranger, request_id=request.id),
        lambda: collect(viewer=stranger, request_id=request.id, files=[], seen=[]),
    ):
        with pytest.raises(errors.NoSuchRequest):
            verb()
    assert queries.open_requests(stranger) == []


# -- who asks -----------------------------------------------------------------------------------------


def test_only_what_we_hold_is_compared_and_the_request_itself_is_not_held(house: House) -> None:
    nobody = opened(house, "erasure", email="nobody@example.jp", phone="03-9999-9999", name="だれか")
    assert held(row(nobody.id)) == set()
    with pytest.raises(errors.UnfitWay):
        note_check(viewer=officer_of(house), request_id=nobody.id, way="call-back", passed=True)
    assert whole(officer_of(house), row(nobody.id)).ways == ()

    house.submit(email=EMAIL, phone="03-0000-0000")
    known = opened(house, "erasure")
    assert held(row(known.id)) == {"email", "name", "phone"}
    with pytest.raises(errors.UnfitWay):
        note_check(viewer=officer_of(house), request_id=known.id, way="registered-post", passed=True)


def test_a_letter_is_compared_with_whoever_has_that_name(house: House) -> None:
    house.submit(name="山田 花子", phone="03-0000-0000")
    house.work()
    letter = open_request(
        entity_id=house.entity_id, channel="letter", by=officer_of(house).ref,
        asking=Asking("erasure", {"name": "山田 花子", "phone": "03-0000-0000"}),
    )  # fmt: skip
    assert held(row(letter.id)) == {"email", "name", "phone"}


def test_the_mailbox_alone_is_not_enough_to_show_or_end_something(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    by = person_ref(row(id).person_id)
    for _ in range(2):
        note_mailbox(request_id=id, by=by)
    assert (row(id).state, IdentityCheck.objects.count()) == ("verifying", 1)
    note_check(viewer=officer_of(house), request_id=id, way="call-back", passed=False)
    assert row(id).state == "verifying"
    note_check(viewer=officer_of(house), request_id=id, way="call-back", passed=True)
    assert row(id).state == "investigating"
    assert codes(id) == ["opened", "checked", "checked", "checked", "identified"]


def test_naming_ones_own_inquiry_counts_and_a_colleagues_does_not(house: House) -> None:
    mine, other = house.submit(email=EMAIL), house.submit()
    id = opened(house, "erasure").id
    by = person_ref(row(id).person_id)
    with pytest.raises(errors.NoSuchRequest):
        note_named(request_id=id, inquiry_ids=[mine.id, other.id], by=by)
    note_mailbox(request_id=id, by=by)
    note_named(request_id=id, inquiry_ids=[mine.id], by=by)
    assert row(id).state == "investigating"


def test_a_paper_is_named_and_never_kept(house: House) -> None:
    house.submit(email=EMAIL)
    id, today = opened(house, "erasure").id, clock.today()
    with pytest.raises(errors.UnfitDocument):
        note_check(viewer=officer_of(house), request_id=id, way="document", passed=True)
    with pytest.raises(errors.UnfitDocument):
        note_check(
            viewer=officer_of(house), request_id=id, way="document", passed=True, document="licence",
            destroyed_on=today + timedelta(days=1),
        )  # fmt: skip
    note_check(
        viewer=officer_of(house), request_id=id, way="document", passed=True, document="licence", destroyed_on=today
    )  # fmt: skip
    assert row(id).state == "investigating"


def test_an_agent_shows_that_they_may_besides(house: House) -> None:
    house.submit(email=EMAIL)
    opening = open_request(
        entity_id=house.entity_id, channel="web", by=VISITOR,
        asking=Asking("erasure", {"name": "山田 花子", "email": EMAIL, "agent_name": "佐藤 一"}, agent="mandated"),
    )  # fmt: skip
    identified(house, opening.id)
    assert row(opening.id).state == "verifying"
    note_check(
        viewer=officer_of(house), request_id=opening.id, way="document", passed=True, document="mandate"
    )
    assert row(opening.id).state == "investigating"


# -- the fee ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "yen"),
    [
        ("disclosure", 1000),
        ("purpose_notice", 1000),
        ("provision_record_disclosure", 1000),
        ("erasure", None),
    ],
)
def test_three_kinds_cost_what_the_policy_says(house: House, kind: str, yen: int | None) -> None:
    id = opened(house, kind).id
    assert FeeRecord.objects.filter(request_id=id).values_list("yen", flat=True).first() == yen
    if yen is None:
        with pytest.raises(errors.NoFeeForThis):
            settle_fee(viewer=officer_of(house), request_id=id, how="cash", paid_on=clock.today())


def test_no_work_before_the_fee_is_settled(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "disclosure").id
    identified(house, id)
    living = living_of(row(id).person_id)
    with pytest.raises(errors.FeeNotSettled):
        collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    with pytest.raises(errors.NoWaiver):
        settle_fee(viewer=officer_of(house), request_id=id, how="waived", waived_for="お得意様")
    settle_fee(viewer=officer_of(house), request_id=id, how="transfer", paid_on=clock.today())
    with pytest.raises(errors.MovedMeanwhile):
        settle_fee(viewer=officer_of(house), request_id=id, how="waived", waived_for="small")
    collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    refund_fee(viewer=officer_of(house), request_id=id, on=clock.today())
    with pytest.raises(errors.NothingToRefund):
        refund_fee(viewer=officer_of(house), request_id=id, on=clock.today())


def test_whoever_wrote_on_paper_was_not_shown_the_fee_and_does_not_pay_it_yet(house: House) -> None:
    letter = open_request(
        entity_id=house.entity_id, channel="letter", by=officer_of(house).ref,
        asking=Asking("disclosure", {"name": "山田 花子", "email": EMAIL}),
    )  # fmt: skip
    with pytest.raises(errors.FeeNotShown):
        settle_fee(viewer=officer_of(house), request_id=letter.id, how="cash", paid_on=clock.today())
    settle_fee(viewer=officer_of(house), request_id=letter.id, how="waived", waived_for="small")
    house.submit(email=EMAIL)
    identified(house, letter.id)
    living = living_of(row(letter.id).person_id)
    collect(viewer=officer_of(house), request_id=letter.id, files=living, seen=living)


# -- what it is about ---------------------------------------------------------------------------------


def test_nothing_is_collected_unseen_or_from_a_state_that_moved(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    living = living_of(row(id).person_id)
    with pytest.raises(errors.MovedMeanwhile):
        collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    identified(house, id)
    with pytest.raises(ArrivedMeanwhile):
        collect(viewer=officer_of(house), request_id=id, files=living, seen=[])
    house.submit(email=EMAIL)
    with pytest.raises(ArrivedMeanwhile):
        collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    assert row(id).collected_at is None


def test_the_request_itself_is_not_among_what_is_collected(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    assert row(id).file_id not in living_of(row(id).person_id)


# -- deciding -----------------------------------------------------------------------------------------


def test_nothing_is_decided_before_it_is_known_who_asks_but_what_tells_them_nothing(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    note_mailbox(request_id=id, by=person_ref(row(id).person_id))
    assert [each.value for each in whole(officer_of(house), row(id)).outcomes] == ["refused"]
    for outcome, ground in (("granted", ""), ("not_found", ""), ("refused", "law-requires")):
        with pytest.raises(errors.NotYetIdentified):
            decide(viewer=officer_of(house), request_id=id, outcome=outcome, ground=ground, reason=REASON)
    decide(
        viewer=officer_of(house), request_id=id, outcome="refused", ground="identity-not-confirmed", reason=REASON
    )  # fmt: skip
    assert row(id).state == "decided"
    reopen(viewer=officer_of(house), request_id=id)
    assert (row(id).state, Decision.objects.count()) == ("verifying", 0)


def test_nothing_held_is_told_to_whoever_holds_the_address_they_gave(house: House) -> None:
    id = opened(house, "erasure", email="nobody@example.jp", name="だれか").id
    with pytest.raises(errors.MovedMeanwhile):
        decided(house, id, "not_found")
    note_mailbox(request_id=id, by=person_ref(row(id).person_id))
    assert [each.value for each in whole(officer_of(house), row(id)).outcomes] == ["refused", "not_found"]
    decided(house, id, "not_found")
    assert row(id).state == "decided"


def test_what_was_confirmed_as_theirs_is_not_nothing(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    identified(house, id)
    with pytest.raises(errors.NotYetCollected):
        decided(house, id, "granted")
    living = living_of(row(id).person_id)
    collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    with pytest.raises(errors.SomethingFound):
        decided(house, id, "not_found")
    collect(viewer=officer_of(house), request_id=id, files=[], seen=living)
    decided(house, id, "not_found")


@pytest.mark.parametrize("outcome", ["refused", "partial", "alternative"])
def test_a_ground_of_the_list_that_fits_and_a_reason_in_words(house: House, outcome: str) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    collected(house, id)
    for ground, reason, refusal in (
        ("", REASON, errors.NoGround),
        ("面倒である", REASON, errors.NoGround),
        ("not-a-fact", REASON, errors.NoGround),  # of a correction
        ("law-requires", " \n", errors.NoReason),
    ):
        with pytest.raises(refusal):
            decided(house, id, outcome, ground=ground, reason=reason)
    if outcome == "alternative":
        with pytest.raises(errors.NothingInstead):
            decided(house, id, outcome, instead=" ")
    decided(house, id, outcome)
    decision = Decision.objects.get(request_id=id)
    assert (decision.outcome, decision.ground) == (outcome, "law-requires")
    assert REASON.encode() not in bytes(decision.reason)
    assert whole(officer_of(house), row(id)).decision.reason == REASON  # type: ignore[union-attr]


def test_a_clerk_decides_nothing_and_an_owner_does(house: House) -> None:
    house.submit(email=EMAIL)
    id, admin = opened(house, "erasure").id, viewer_of(house.staff["admin"])
    collected(house, id)
    for viewer in (house.viewer, admin):
        with pytest.raises(errors.HandlersOnly):
            decide(viewer=viewer, request_id=id, outcome="granted")
    change_owner(viewer=officer_of(house), request_id=id, to=admin.ref.id)
    decide(viewer=admin, request_id=id, outcome="granted")


# -- two people ---------------------------------------------------------------------------------------


@pytest.fixture
def bulk(house: House, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A decision about more than one person should answer for alone."""
    monkeypatch.setattr(rules, "BULK", 2)
    for _ in range(2):
        house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    collected(house, id)
    decided(house, id)
    return id


def test_much_at_once_is_confirmed_by_somebody_else(house: House, bulk: UUID) -> None:
    admin = viewer_of(house.staff["admin"])
    assert Decision.objects.get(request_id=bulk).two_people
    assert whole(officer_of(house), row(bulk)).moves.execute is False
    for alone_for in ("", "nobody-else"):
        with pytest.raises(errors.SamePerson):
            approve(viewer=officer_of(house), request_id=bulk, alone_for=alone_for)
    change_owner(viewer=officer_of(house), request_id=bulk, to=admin.ref.id)
    approve(viewer=admin, request_id=bulk)
    decision = Decision.objects.get(request_id=bulk)
    assert (decision.approved_by, decision.alone_for) == (admin.ref.id, "")
    with pytest.raises(errors.MovedMeanwhile):
        approve(viewer=admin, request_id=bulk)


def test_one_alone_waits_a_day_and_says_why(
    house: House, bulk: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_clock(tmp_path, monkeypatch).forward(timedelta(hours=25))
    with pytest.raises(errors.SamePerson):
        approve(viewer=officer_of(house), request_id=bulk, alone_for="急いでいる")
    approve(viewer=officer_of(house), request_id=bulk, alone_for="nobody-else")
    assert Decision.objects.get(request_id=bulk).alone_for == "nobody-else"
    assert Step.objects.get(code="approved").details == {"alone": "nobody-else"}


# -- the end ------------------------------------------------------------------------------------------


def test_nothing_ends_untold_and_what_is_withdrawn_stays_withdrawn(house: House) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    collected(house, id)
    decided(house, id, "refused")
    with pytest.raises(errors.NotYetTold):
        close(viewer=officer_of(house), request_id=id)
    withdraw(request_id=id, by=person_ref(row(id).person_id))
    assert (row(id).state, row(id).closed_at is not None) == ("withdrawn", True)
    for again in (
        lambda: withdraw(request_id=id, by=officer_of(house).ref),
        lambda: reopen(viewer=officer_of(house), request_id=id),
        lambda: change_due(viewer=officer_of(house), request_id=id, on=clock.today(), reason="asking-others"),
    ):
        with pytest.raises(errors.MovedMeanwhile):
            again()
    with pytest.raises(errors.HandlersOnly):
        withdraw(request_id=opened(house, "erasure").id, by=house.viewer.ref)
    with pytest.raises(errors.NoSuchRequest):
        withdraw(request_id=UUID(int=5), by=Ref("person", UUID(int=1)))


# -- lists, register, desk ----------------------------------------------------------------------------


def test_the_most_urgent_comes_first_and_what_presses_is_told(house: House) -> None:
    later = opened(house, "erasure")
    sooner = opened(house, "disclosure", at=clock.now() - timedelta(days=9))
    over = opened(house, "use_cessation", at=clock.now() - timedelta(days=20))
    found = queries.open_requests(officer_of(house))

    assert [each.number for each in found] == [over.number, sooner.number, later.number]
    assert [(each.late, each.over, each.name) for each in found[:2]] == [
        (True, True, "山田 花子"), (False, False, "山田 花子"),
    ]  # fmt: skip
    assert [each.number for each in queries.pressing(officer_of(house))] == [over.number, sooner.number]


def test_a_list_asks_the_same_few_questions_for_one_and_for_many(
    house: House, count_queries: Callable[[], object]
) -> None:
    opened(house, "erasure")
    with count_queries() as few:  # type: ignore[attr-defined]
        queries.open_requests(officer_of(house))
    for _ in range(3):
        opened(house, "disclosure")
    with count_queries() as many:  # type: ignore[attr-defined]
        assert len(queries.open_requests(officer_of(house))) == 4
    assert len(few) == len(many) == 2


def test_pages_go_on_where_the_last_one_ended(house: House) -> None:
    at = clock.now() - timedelta(days=1)
    numbers = [opened(house, "erasure", at=at + timedelta(minutes=i // 2)).number for i in range(5)]
    seen, after = list[str](), ""
    while True:
        page = queries.page(officer_of(house), standing=True, after=after, limit=2)
        seen += [each.number for each in page.rows]
        after = page.following
        if not after:
            break
    assert sorted(seen) == sorted(numbers)
    assert len(seen) == 5
    assert queries.page(officer_of(house), standing=False, after="", limit=2).rows == []


def test_the_register_tells_what_was_done_and_names_nobody(house: House) -> None:
    house.submit(email=EMAIL)
    refused, taken_back = opened(house, "erasure").id, opened(house, "disclosure").id
    collected(house, refused)
    decided(house, refused, "refused")
    settled(house, taken_back)
    withdraw(request_id=taken_back, by=officer_of(house).ref)
    opened(house, "use_cessation", at=clock.now() - timedelta(days=20))
    entries = register(officer_of(house))

    assert [each.kind for each in entries] == ["disclosure", "erasure", "use_cessation"]
    assert [(each.outcome, each.ground) for each in entries] == [
        ("", ""),
        ("refused", "law-requires"),
        ("", ""),
    ]
    assert [each.within_line for each in entries] == [None, None, False]
    assert entries[1].identified_by == (
        "登録のメールアドレスで受け取った",
        "登録の電話番号に、こちらからかけた",
    )
    assert all(value not in repr(entries) for value in ("花子", EMAIL))
    figures = statistics(officer_of(house))
    assert (figures.total, figures.open, figures.withdrawn, figures.over) == (3, 2, 1, 1)
    assert figures.by_outcome == {"refused": 1}
    assert (figures.refused, figures.with_ground, figures.days) == (1, 1, None)
    assert register(officer_of(house), since=clock.today() + timedelta(days=1)) == []
    assert [each.kind for each in register(officer_of(house), until=clock.today() - timedelta(days=1))] == [
        "use_cessation"
    ]
    with pytest.raises(errors.DeskOnly):
        register(house.viewer)


def test_the_desk_is_set_by_its_people_and_holds_for_what_arrives_then(house: House) -> None:
    before = opened(house, "erasure").id
    assert privacy_desk(house.entity_id).target_days == 10
    with pytest.raises(errors.DeskOnly):
        set_privacy_desk(viewer=house.viewer, target_days=5, pay_to="", refunds=True)
    for days in (0, 31):
        with pytest.raises(errors.UnfitTarget):
            set_privacy_desk(viewer=officer_of(house), target_days=days, pay_to="", refunds=True)
    for account in ("\x00", "あ" * 1001):
        with pytest.raises(errors.UnfitAccount):
            set_privacy_desk(viewer=officer_of(house), target_days=5, pay_to=account, refunds=True)
    for _ in range(2):
        set_privacy_desk(
            viewer=officer_of(house), target_days=5, pay_to="みなと銀行 普通 1234567", refunds=False
        )
    after = opened(house, "erasure").id
    desk = privacy_desk(house.entity_id)

    assert (desk.target_days, desk.pay_to, desk.refunds) == (5, "みなと銀行 普通 1234567", False)
    assert [(row(id).due_on - clock.today()).days for id in (before, after)] == [10, 5]


def test_owner_and_day_change_and_the_line_of_the_act_does_not(house: House) -> None:
    id = opened(house, "erasure").id
    line, admin, later = row(id).line_on, house.staff["admin"], clock.today() + timedelta(days=30)
    change_owner(viewer=officer_of(house), request_id=id, to=admin.id)
    change_due(viewer=officer_of(house), request_id=id, on=later, reason="asking-others")
    assert (row(id).owner_id, row(id).due_on, row(id).line_on) == (admin.id, later, line)
    for bad in (
        lambda: change_owner(viewer=officer_of(house), request_id=id, to=house.staff["clerk"].id),
        lambda: change_due(viewer=officer_of(house), request_id=id, on=later, reason="忙しい"),
        lambda: change_due(
            viewer=officer_of(house),
            request_id=id,
            on=clock.today() - timedelta(days=1),
            reason="asking-others",
        ),
    ):
        with pytest.raises(Refusal):
            bad()


@pytest.mark.parametrize("outcome", ["refused", "not_found"])
def test_told_and_then_closed(house: House, outcome: str) -> None:
    house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    identified(house, id)
    ended(house, id, outcome)
    assert (row(id).state, row(id).closed_at is not None) == ("closed", True)
    assert codes(id)[-3:] == ["decided", "letter", "closed"]
    with pytest.raises(errors.MovedMeanwhile):
        withdraw(request_id=id, by=person_ref(row(id).person_id))
    assert [each.ended for each in queries.closed_requests(officer_of(house))] == [
        {"refused": "応じない", "not_found": "該当する情報がない"}[outcome]
    ]


@pytest.mark.parametrize("kind", sorted(rules.AT_ONCE))
def test_what_only_stops_something_acts_with_the_mailbox_and_is_told(house: House, kind: str) -> None:
    house.submit(email=EMAIL)
    id = opened(house, kind).id
    for _ in range(2):
        note_mailbox(request_id=id, by=person_ref(row(id).person_id))
    assert row(id).state == "closed"
    assert codes(id) == ["opened", "checked", "identified", "decided", "executed", "letter", "closed"]


def test_what_was_cut_off_on_its_way_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.submit(email=EMAIL)
    stopped, cut, waiting = (
        stopped_clock(tmp_path, monkeypatch),
        opened(house, "mail_opt_out").id,
        opened(house, "erasure").id,
    )
    with monkeypatch.context() as killed:
        killed.setattr(identify, "run_through", lambda **_: None)
        note_mailbox(request_id=cut, by=person_ref(row(cut).person_id))
    identified(house, waiting)
    finish_what_acts_at_once()
    assert row(cut).state == "investigating"
    stopped.forward(timedelta(minutes=3))
    finish_what_acts_at_once()
    assert (row(cut).state, row(waiting).state) == ("closed", "investigating")


def test_what_nobody_can_be_answered_without_is_not_stopped_by_itself(house: House) -> None:
    with pytest.raises(errors.EssentialItem):
        opened(house, "collection_stop", item="item:name")
    assert RightsRequest.objects.count() == 0


def test_its_arrival_is_told_once(house: House) -> None:
    id = opened(house, "erasure").id
    house.work()
    with pytest.raises(errors.AcknowledgedAlready):
        send_letter(
            viewer=officer_of(house), request_id=id, kind="acknowledgement", subject="受付", body="承りました。",
            channel="mail",
        )  # fmt: skip
    assert codes(id) == ["opened", "letter"]
