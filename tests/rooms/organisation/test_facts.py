"""Facts of the operator, accounts and tokens."""

import threading

import pytest
from django.db import connections

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.actions.remember import remember_once
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.errors import AccountExists, AnotherOperator, NotYours
from madoguchi.rooms.organisation.models import LegalEntity, Staff, Token
from madoguchi.rooms.organisation.queries import entity_facts, viewer_by_token, viewer_of
from madoguchi.rooms.organisation.rules import check_own
from tests.house import House


def test_setting_the_same_facts_writes_nothing(house: House) -> None:
    before = len(list(of_kind("organisation.facts-set")))
    assert set_facts(facts=entity_facts(house.entity_id), by=COMMAND) == house.entity_id
    assert len(list(of_kind("organisation.facts-set"))) == before

    set_facts(facts={"phone": "03-1111-1111"}, by=COMMAND)

    assert entity_facts(house.entity_id)["phone"] == "03-1111-1111"
    assert len(list(of_kind("organisation.facts-set"))) == before + 1
    assert LegalEntity.objects.count() == 1


def test_another_operators_facts_are_refused_unless_renamed(house: House) -> None:
    before = entity_facts(house.entity_id)
    with pytest.raises(AnotherOperator) as refused:
        set_facts(facts=before | {"name": "青葉商店", "phone": "03-2222-2222"}, by=COMMAND)
    assert before["name"] in refused.value.message
    assert "青葉商店" in refused.value.message
    assert "--rename" in refused.value.next_step
    assert entity_facts(house.entity_id) == before

    set_facts(facts=before | {"name": "青葉商店"}, by=COMMAND, rename=True)

    assert entity_facts(house.entity_id)["name"] == "青葉商店"
    assert LegalEntity.objects.count() == 1


def test_one_address_is_one_account_in_any_case(house: House) -> None:
    with pytest.raises(AccountExists):
        add_staff(
            email=house.staff["clerk"].email.upper(),
            name="別人",
            role="admin",
            entity_id=house.entity_id,
            by=COMMAND,
        )


def test_a_setup_link_works_once_even_at_once(house: House) -> None:
    staff = add_staff(
        email="new@example.jp", name="新人", role="clerk", entity_id=house.entity_id, by=COMMAND
    )
    done: list[bool] = []

    def choose(number: int) -> None:
        try:
            mine = Staff.objects.get(id=staff.id)
            mine.setup_issue = staff.setup_issue
            done.append(finish_setup(staff=mine, password=f"correct horse {number}"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=choose, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False] * 5 + [True]


def test_a_token_opens_for_its_owner_until_it_ends(house: House) -> None:
    staff = house.staff["clerk"]
    secret = make_token(staff=staff, scopes=["inquiries:read"], by=COMMAND)

    found = viewer_by_token(secret)
    assert found is not None
    assert (found[0], found[1]) == (viewer_of(staff), frozenset({"inquiries:read"}))
    assert secret not in str(Token.objects.values_list())
    for wrong in ("", secret[:-1], secret + "x"):
        assert viewer_by_token(wrong) is None
    Staff.objects.filter(id=staff.id).update(is_active=False)
    assert viewer_by_token(secret) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["inquiries:read", "admin"]])
def test_a_token_without_a_known_scope_is_refused(house: House, scopes: list[str]) -> None:
    with pytest.raises(Refusal):
        make_token(staff=house.staff["clerk"], scopes=scopes, by=COMMAND)
    assert Token.objects.count() == 0


def test_another_company_is_refused_like_nothing(house: House) -> None:
    other = LegalEntity.objects.create(
        name="隣",
        address="",
        representative_title="",
        representative="",
        desk="",
        sender_name="",
        sender_address="",
    )
    thing = house.form

    check_own(house.viewer, thing)
    with pytest.raises(NotYours) as refused:
        check_own(type(house.viewer)(house.viewer.ref, other.id, "admin", "隣"), thing)
    assert refused.value.status == 404


def test_of_many_who_remember_once_one_does(house: House) -> None:
    done: list[bool] = []

    def remember() -> None:
        try:
            done.append(remember_once(key="k", value=1, seconds=60))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remember) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False] * 7 + [True]
