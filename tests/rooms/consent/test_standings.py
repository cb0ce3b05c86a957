"""Where people stand, from what really happened to them: notices, versions, answers, choices."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.consent.actions.answer_change import answer_change
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.errors import NotAsked, NotChosen, NotShown
from madoguchi.rooms.consent.models import Agreement
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.consent.queries.standings import replies_of, standing_of, standings_of, usable
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.policy.rules.publishing import ChangeClass
from tests.changing import change_policy
from tests.clockwork import stopped_clock
from tests.house import House

Counter = Callable[[], AbstractContextManager[CaptureQueriesContext]]


def person(house: House, email: str = "hanako@example.jp") -> UUID:
    return Inquiry.objects.get(id=house.submit(email=email).id).person_id


def refused(house: House, who: UUID, purpose: Purpose) -> str:
    return usable(house.entity_id, purpose, [who]).refused.get(who, "")


@pytest.mark.law("T-C3-1")
def test_T_C3_1_what_was_announced_may_be_done(house: House) -> None:
    mine = person(house)

    permit = permit_use(
        entity_id=house.entity_id, person=mine, purpose=Purpose.CHANGES, about=Ref("test", mine)
    )
    assert (permit.purpose, permit.basis, permit.recipient) == ("changes", "announced", Ref("person", mine))
    assert usable(house.entity_id, Purpose.ANSWER, [mine]).people == (mine,)


@pytest.mark.law("T-C3-2")
def test_T_C3_2_a_mailing_selects_only_who_was_shown_it_and_chose_it(house: House) -> None:
    chose, not_asked, left = (person(house, f"{name}@example.jp") for name in ("a", "b", "c"))
    for each in (chose, left):
        give(about=about(each), purpose="event-mail")
    withdraw(about=about(left), purpose="event-mail", mark=b"m" * 32)

    found = usable(house.entity_id, Purpose.EVENT_MAIL, [chose, not_asked, left])
    assert found.people == (chose,)
    assert found.refused == {not_asked: "not-chosen", left: "not-chosen"}


def about(who: UUID) -> Ref:
    return Ref("inquiry", Inquiry.objects.get(person_id=who).id)


@pytest.mark.law("T-C3-3")
@pytest.mark.parametrize("clazz", [ChangeClass.CONSENT, ChangeClass.WORDING, ChangeClass.NAME])
def test_T_C3_3_a_purpose_added_today_selects_nobody_of_yesterday(house: House, clazz: ChangeClass) -> None:
    yesterday = person(house)
    change_policy(house, clazz, uses={"staff": "採用の選考のため"})

    assert refused(house, yesterday, Purpose.STAFF) == "purpose-not-shown"
    assert refused(house, person(house, "today@example.jp"), Purpose.STAFF) == ""
    with pytest.raises(NotShown) as told:
        permit_use(entity_id=house.entity_id, person=yesterday, purpose=Purpose.STAFF, about=about(yesterday))
    assert "同意をお願い" in told.value.next_step


@pytest.mark.law("T-C3-3")
def test_T_C3_3_a_purpose_added_to_the_notice_selects_nobody_of_yesterday(house: House) -> None:
    yesterday, notice = person(house), notice_in_force(house.form.id)
    set_notice(
        entity_id=house.entity_id, form_id=house.form.id, template=notice.template,
        uses=[*notice.uses, "staff"], by=COMMAND,
    )  # fmt: skip

    assert refused(house, yesterday, Purpose.STAFF) == "purpose-not-shown"
    assert refused(house, person(house, "today@example.jp"), Purpose.STAFF) == ""


def test_a_change_that_is_made_known_binds_everybody_from_its_day(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    mine, begins = person(house), clock.now() + timedelta(days=30)
    change_policy(house, ChangeClass.NOTICE, uses={"staff": "採用の選考のため"}, effective_from=begins)

    assert refused(house, mine, Purpose.STAFF) == "purpose-not-shown"
    time.set(begins)
    assert standing_of(house.entity_id, mine).policy == 2
    assert refused(house, mine, Purpose.STAFF) == ""


@pytest.mark.law("T-C11-3")
def test_T_C11_3_only_who_agreed_is_bound_by_what_needs_consent(house: House) -> None:
    silent, agreed, declined, turned = (person(house, f"{n}@example.jp") for n in ("s", "a", "d", "t"))
    version = change_policy(house, uses={"staff": "採用の選考のため"})
    for who, yes in ((agreed, True), (declined, False), (turned, True), (turned, False)):
        answer_change(person=who, policy=version.id, agreed=yes)
    newcomer = person(house, "new@example.jp")

    standings = standings_of(house.entity_id, [silent, agreed, declined, turned, newcomer])
    assert [each.policy for each in standings.values()] == [1, 2, 1, 1, 2]
    found = usable(house.entity_id, Purpose.STAFF, list(standings))
    assert found.people == (agreed, newcomer)
    assert set(found.refused.values()) == {"purpose-not-shown"}
    assert usable(house.entity_id, Purpose.CHANGES, list(standings)).refused == {}


def test_a_no_outlives_a_form_sent_from_the_same_address(house: House) -> None:
    mine = person(house)
    version = change_policy(house, uses={"staff": "採用の選考のため"})
    answer_change(person=mine, policy=version.id, agreed=False)

    assert person(house) == mine
    assert standing_of(house.entity_id, mine).policy == 1
    answer_change(person=mine, policy=version.id, agreed=True)
    assert standing_of(house.entity_id, mine).policy == 2


def test_nobody_agrees_to_what_was_not_asked_and_the_same_answer_is_one(house: House) -> None:
    mine = person(house)
    told, asked = change_policy(house, ChangeClass.NOTICE), change_policy(house, new="\n8. 別の目的のため")

    with pytest.raises(NotAsked):
        answer_change(person=mine, policy=told.id, agreed=True)
    for yes in (True, True, False, False, True):
        answer_change(person=mine, policy=asked.id, agreed=yes)
    assert [each.agreed for each in replies_of(mine)] == [True, False, True]
    assert Agreement.objects.count() == 3


def test_a_yes_to_what_was_to_come_holds_when_the_facts_changed_meanwhile(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version announced for later is made anew with the new facts: it is the same change."""
    from tests.changing import change_facts

    time = stopped_clock(tmp_path, monkeypatch)
    mine, begins = person(house), clock.now() + timedelta(days=30)
    version = change_policy(house, uses={"staff": "採用の選考のため"}, effective_from=begins)
    answer_change(person=mine, policy=version.id, agreed=True)
    change_facts(house, representative="新田 薫")

    time.set(begins)
    assert standing_of(house.entity_id, mine).policy == 4
    assert refused(house, mine, Purpose.STAFF) == ""


def test_a_wording_that_binds_to_no_policy_shows_its_own_purposes_only(house: House) -> None:
    from madoguchi.rooms.consent.models import Presentation
    from tests.promises.planting import drop_trigger

    mine = person(house)
    drop_trigger("consent_presentation", "consent_presentation_no_update")
    Presentation.objects.update(deemed=False)

    assert standing_of(house.entity_id, mine) == type(standing_of(house.entity_id, mine))(
        None, frozenset({"answer", "event-mail"}), frozenset()
    )


def test_somebody_who_was_shown_nothing_may_be_used_for_nothing(house: House) -> None:
    from madoguchi.foundation.lib.ids import uuid7

    nobody = uuid7()
    assert standing_of(house.entity_id, nobody).policy is None
    for purpose in Purpose:
        with pytest.raises(NotShown):
            permit_use(entity_id=house.entity_id, person=nobody, purpose=purpose, about=Ref("test", nobody))


def test_a_mailing_nobody_asked_for_is_refused_by_name(house: House) -> None:
    mine = person(house)
    with pytest.raises(NotChosen) as told:
        permit_use(entity_id=house.entity_id, person=mine, purpose=Purpose.EVENT_MAIL, about=about(mine))
    assert told.value.code == "not-chosen"


def test_many_are_asked_in_as_few_questions_as_one(house: House, count_queries: Counter) -> None:
    people = [person(house, f"p{n}@example.jp") for n in range(7)]
    version = change_policy(house)
    for each in people[:4]:
        answer_change(person=each, policy=version.id, agreed=True)

    with count_queries() as one:
        standing_of(house.entity_id, people[0])
    with count_queries() as many:
        standings_of(house.entity_id, people)
    assert (len(one), len(many)) == (5, 5)
