"""One request, several people at once: exactly one wins, the others are told. On real connections, on both engines."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.close import close, withdraw
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import approve, decide, reopen
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.fee import settle_fee
from madoguchi.rooms.rights.actions.identify import note_mailbox
from madoguchi.rooms.rights.actions.open_request import open_request, take_over
from madoguchi.rooms.rights.errors import MovedMeanwhile
from madoguchi.rooms.rights.models import Decision, IdentityCheck, Letter, RightsRequest, Step
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.rules import requests as rules
from tests.house import House
from tests.rooms.policy.test_at_once import at_once
from tests.rooms.rights.asked import EMAIL, REASON, asking, collected, decided, officer_of, opened, row, told


@pytest.fixture
def second(house: House) -> Viewer:
    """Another officer."""
    return viewer_of(
        add_staff(
            email="second@example.jp", name="次の 人", role="officer", entity_id=house.entity_id,
            by=Ref("command", house.entity_id),
        )
    )  # fmt: skip


@pytest.fixture
def request_id(house: House) -> UUID:
    """An erasure of two inquiries, searched through."""
    for _ in range(2):
        house.submit(email=EMAIL)
    id = opened(house, "erasure").id
    collected(house, id)
    return id


def one_won(results: list[Any]) -> int:
    """Which; every other one was told that it moved meanwhile."""
    won = [place for place, result in enumerate(results) if not isinstance(result, Exception)]
    lost = [result for result in results if isinstance(result, Exception)]
    assert [type(each) for each in lost] == [MovedMeanwhile] * (len(results) - 1), results
    assert all("このご請求は" in each.message for each in lost)
    return won[0]


@pytest.mark.parametrize("round", range(3))
def test_grant_refuse_and_withdraw(house: House, second: Viewer, request_id: UUID, round: int) -> None:
    first, person = officer_of(house), person_ref(row(request_id).person_id)
    won = one_won(
        at_once(
            lambda: decide(viewer=first, request_id=request_id, outcome="granted"),
            lambda: decide(
                viewer=second, request_id=request_id, outcome="refused", ground="law-requires", reason=REASON
            ),
            lambda: withdraw(request_id=request_id, by=person, seen="investigating"),
        )
    )
    outcomes = list(Decision.objects.values_list("outcome", flat=True))

    assert (row(request_id).state, outcomes) == [
        ("decided", ["granted"]), ("decided", ["refused"]), ("withdrawn", []),
    ][won]  # fmt: skip


@pytest.mark.parametrize("round", range(3))
def test_erase_twice_withdraw_and_take_up_again(
    house: House, second: Viewer, request_id: UUID, round: int
) -> None:
    decided(house, request_id)
    person, first = row(request_id).person_id, officer_of(house)
    won = one_won(
        at_once(
            lambda: execute(viewer=first, request_id=request_id),
            lambda: execute(viewer=second, request_id=request_id),
            lambda: withdraw(request_id=request_id, by=person_ref(person), seen="decided"),
            lambda: reopen(viewer=second, request_id=request_id),
        )
    )
    erased, state = living_of(person) == set(), row(request_id).state

    assert (state, erased) == [
        ("executed", True), ("executed", True), ("withdrawn", False), ("investigating", False),
    ][won]  # fmt: skip
    assert Step.objects.filter(code="executed").count() == int(erased)


def test_two_confirm_while_it_is_taken_up_again(
    house: House, second: Viewer, request_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BULK", 2)
    decided(house, request_id)
    read = Decision.objects.get(request_id=request_id).id
    results = at_once(
        lambda: approve(viewer=second, request_id=request_id, seen=read),
        lambda: approve(viewer=second, request_id=request_id, seen=read),
    )
    one_won(results)
    assert Step.objects.filter(code="approved").count() == 1

    reopen(viewer=officer_of(house), request_id=request_id)
    decided(house, request_id, "partial")
    with pytest.raises(MovedMeanwhile):
        approve(viewer=second, request_id=request_id, seen=read)  # it was another one that they read


def test_confirm_collect_pay_and_end_once(house: House, second: Viewer) -> None:
    inquiry = house.submit(email=EMAIL).id
    taken = at_once(
        *(lambda: take_over(viewer=house.viewer, inquiry_id=inquiry, kind="disclosure") for _ in range(3))
    )
    assert len({each.id for each in taken}) == RightsRequest.objects.count() == 1

    draft = asking("erasure", email="new@example.jp")
    drawn = at_once(
        *(
            lambda: open_request(entity_id=house.entity_id, asking=draft, channel="web", by=VISITOR)
            for _ in range(3)
        )
    )
    assert sorted(each.fresh for each in drawn) == [False, False, True]
    assert len({each.number for each in drawn}) == 1
    assert Person.objects.count() == 2

    id = opened(house, "disclosure").id
    by = person_ref(row(id).person_id)
    at_once(*(lambda: note_mailbox(request_id=id, by=by) for _ in range(3)))
    assert IdentityCheck.objects.filter(request_id=id).count() == 1
    pay: Callable[[], None] = lambda: settle_fee(  # noqa: E731
        viewer=second, request_id=id, how="cash", paid_on=clock.today()
    )
    results = at_once(pay, pay)
    assert sorted(type(each).__name__ for each in results) == ["MovedMeanwhile", "NoneType"]


def test_told_and_ended_once(house: House, request_id: UUID) -> None:
    decided(house, request_id, "refused")
    told(house, request_id, "refused")
    first = officer_of(house)
    one_won(
        at_once(
            lambda: close(viewer=first, request_id=request_id),
            lambda: close(viewer=first, request_id=request_id),
            lambda: withdraw(request_id=request_id, by=first.ref),
        )
    )
    assert (row(request_id).state, Letter.objects.count()) == ("closed", 1)


def test_somebody_writes_while_it_is_looked_through(house: House, request_id: UUID) -> None:
    person = row(request_id).person_id
    seen = living_of(person)
    first = officer_of(house)
    results = at_once(
        lambda: collect(viewer=first, request_id=request_id, files=seen, seen=seen),
        lambda: house.submit(email=EMAIL),
    )
    assert not isinstance(results[1], Exception)
    told_of_it = type(results[0]).__name__ == "ArrivedMeanwhile"
    assert told_of_it or set(row(request_id).seen) == {str(each) for each in seen}
