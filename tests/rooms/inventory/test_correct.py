"""Correct: one value changed everywhere it is held as such; the value before lies in the correction only."""

import json
from collections import Counter

import pytest
from django.db import DatabaseError

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.lists import list_page
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inventory.actions.correct import Place, correct
from madoguchi.rooms.inventory.errors import (
    AddressTaken,
    NothingChosen,
    NothingToCorrect,
    OfficersOnly,
    UnknownGround,
)
from madoguchi.rooms.inventory.models import Correction
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.people.queries import person_by_address
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import blind, file_key, files_of
from tests.house import House
from tests.promises.planting import counted
from tests.rooms.inventory.erasing import ADDRESS, CANARIES, erase_all, officer, someone

NEW_NUMBER = "0197-00-1234"


def put_right(house: House, *inquiries: Inquiry, key: str = "phone", value: str = NEW_NUMBER) -> list[Place]:
    files = [file for each in inquiries for file in files_of(each.person_id)]
    return correct(files=files, key=key, value=value, ground="not-factual", by=officer(house))


def places(house: House, inquiry: Inquiry, words: str) -> list[tuple[str, str]]:
    """Where these words are found, by table and column."""
    return sorted(
        {
            (each.table, each.column)
            for matter in locate(inquiry.file_id).certain
            for each in matter.found
            if words in each.value
        }
    )


@pytest.mark.law("T-C9-1")
def test_a_number_is_new_everywhere_it_was_held(house: House) -> None:
    inquiry = someone(house)
    second = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    done = put_right(house, inquiry)

    for each in (inquiry, second):
        each.refresh_from_db()
        assert answers_of(each).values == {
            **CANARIES,
            "website": "https://aoba.example.jp",
            "phone": NEW_NUMBER,
        }
        assert bytes(each.phone_index or b"") == blind("phone", "+81197001234")
    assert Counter({each.label: each.count for each in done}) == {
        "ご記入の内容": 2, "一覧に出す見出し": 2, "電話番号を探すための符号": 2,
    }  # fmt: skip
    assert places(house, inquiry, CANARIES["phone"]) == [("inventory.Correction", "before")]


@pytest.mark.law("T-C9-1")
def test_the_old_number_leads_nowhere_any_more(house: House) -> None:
    inquiry = someone(house)
    other = Inquiry.objects.get(
        id=house.submit(**(CANARIES | {"email": "else@example.jp", "name": "別人"})).id
    )
    assert [each.why for each in locate(inquiry.file_id).perhaps] == ["phone"]
    put_right(house, inquiry)

    assert locate(inquiry.file_id).perhaps == ()
    assert locate(other.file_id).perhaps == ()


def test_a_name_is_new_in_the_list_too(house: House) -> None:
    inquiry = someone(house)
    put_right(house, inquiry, key="name", value="左近允 曜子")

    (row,) = list_page(house.viewer, "inbox").rows
    assert (row.name, row.line) == ("左近允 曜子", CANARIES["body"])
    assert locate(inquiry.file_id).certain[0].names == {"左近允曜子"}


def test_what_we_wrote_and_sent_keeps_what_it_said(house: House) -> None:
    inquiry = someone(house)
    before = [(mail.content, mail.state) for mail in Mail.objects.order_by("id")]
    put_right(house, inquiry, key="name", value="左近允 曜子")

    assert [(mail.content, mail.state) for mail in Mail.objects.order_by("id")] == before
    assert places(house, inquiry, CANARIES["name"]) == [
        ("delivery.Mail", "content"), ("inventory.Correction", "before"),
    ]  # fmt: skip


def test_before_and_after_are_kept_under_the_key_of_the_file(house: House) -> None:
    inquiry = someone(house)
    put_right(house, inquiry)

    (row,) = Correction.objects.all()
    key = file_key(inquiry.file_id)
    assert (row.opened(key, "before"), row.opened(key, "after")) == (CANARIES["phone"], NEW_NUMBER)
    assert (row.table, row.row, row.key) == ("inquiries.Inquiry", inquiry.id, "phone")
    (event,) = Event.objects.filter(kind="inventory.corrected")
    assert json.loads(event.details) == {"key": "phone", "ground": "not-factual", "count": 1}
    assert json.loads(event.refs) == [f"inquiry:{inquiry.id}"]
    assert not any(word in str(vars(event)) for word in (CANARIES["phone"], NEW_NUMBER))

    erase_all(house, inquiry)
    house.work()
    with pytest.raises(FileErased):
        file_key(inquiry.file_id)


def test_only_what_was_chosen_is_corrected(house: House) -> None:
    inquiry = someone(house)
    other = Inquiry.objects.get(
        id=house.submit(email=ADDRESS, name="五百旗頭 真", phone=CANARIES["phone"]).id
    )
    correct(files=[inquiry.file_id], key="phone", value=NEW_NUMBER, ground="changed", by=officer(house))

    assert answers_of(Inquiry.objects.get(id=other.id)).values["phone"] == CANARIES["phone"]


# ---- an address


def test_a_new_address_is_how_they_are_known_from_now_on(house: House) -> None:
    inquiry = someone(house)
    done = put_right(house, inquiry, key="email", value="yoko.new@nubatama.example")

    assert {each.label: each.count for each in done}["アドレスを探すための符号"] == 1
    assert person_by_address("yoko.new@nubatama.example") == inquiry.person_id
    assert person_by_address(ADDRESS) is None
    assert Inquiry.objects.get(id=house.submit(**CANARIES).id).person_id != inquiry.person_id


def test_a_mail_that_waits_for_the_old_address_is_stopped_and_told(house: House) -> None:
    inquiry = someone(house)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="ご用意しました。", seen_until=None)
    before = len(house.mails())
    done = put_right(house, inquiry, key="email", value="yoko.new@nubatama.example")
    house.work()

    assert Place("送信を取りやめたメール", 1) in done
    assert len(house.mails()) == before
    assert Mail.objects.get(state=State.STOPPED).code == "corrected"
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="ご用意しました。", seen_until=None)
    house.work()
    assert len(house.mails(to="yoko.new@nubatama.example")) == 1


def test_a_shared_mailbox_stays_who_it_is(house: House) -> None:
    """Only one of two names had the address wrong: the other still has it."""
    inquiry = someone(house)
    other = Inquiry.objects.get(id=house.submit(email=ADDRESS, name="五百旗頭 真").id)
    correct(
        files=[inquiry.file_id], key="email", value="yoko.new@nubatama.example", ground="changed",
        by=officer(house),
    )  # fmt: skip

    assert person_by_address(ADDRESS) == other.person_id
    assert person_by_address("yoko.new@nubatama.example") is None


def test_an_address_of_somebody_else_is_refused_with_what_to_do(house: House) -> None:
    inquiry = someone(house)
    house.submit(email="else@example.jp", name="別人")
    before = bytes(Inquiry.objects.get(id=inquiry.id).answers)

    with pytest.raises(AddressTaken) as refused:
        put_right(house, inquiry, key="email", value="else@example.jp")
    assert "ご案内ください" in refused.value.message
    assert bytes(Inquiry.objects.get(id=inquiry.id).answers) == before
    assert (Correction.objects.count(), person_by_address(ADDRESS)) == (0, inquiry.person_id)


def test_two_addresses_of_one_person_become_one(house: House) -> None:
    first, second = someone(house), someone(house, email="y.private@example.jp")
    put_right(house, first, second, key="email", value="yoko.new@nubatama.example")

    assert person_by_address("yoko.new@nubatama.example") == min(first.person_id, second.person_id)
    assert person_by_address(ADDRESS) is person_by_address("y.private@example.jp") is None


# ---- what is refused


def test_the_same_value_and_an_unknown_part_change_nothing(house: House) -> None:
    inquiry = someone(house)
    for key, value in (("phone", CANARIES["phone"]), ("birthday", "1980-01-01")):
        with pytest.raises(NothingToCorrect):
            put_right(house, inquiry, key=key, value=value)
    assert Correction.objects.count() == 0


def test_grounds_and_officers(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    with pytest.raises(UnknownGround):
        correct(files=files, key="phone", value=NEW_NUMBER, ground="asked", by=officer(house))
    with pytest.raises(NothingChosen):
        correct(files=[], key="phone", value=NEW_NUMBER, ground="typo", by=officer(house))
    with pytest.raises(OfficersOnly):
        correct(
            files=files,
            key="phone",
            value=NEW_NUMBER,
            ground="typo",
            by=Ref("staff", house.staff["clerk"].id),
        )


def test_what_was_erased_is_not_corrected(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    erase_all(house, inquiry)
    with pytest.raises(FileErased):
        correct(files=files, key="phone", value=NEW_NUMBER, ground="typo", by=officer(house))


# ---- the database keeps what was sent


def test_without_a_correction_the_database_lets_nothing_replace_what_was_sent(house: House) -> None:
    """Also not with an older document of the same row, which a correction took out of use."""
    inquiry = someone(house)
    original = bytes(Inquiry.objects.get(id=inquiry.id).answers)
    forged = file_key(inquiry.file_id).seal(Inquiry, "answers", inquiry.id, json.dumps({"body": "別の文"}))
    for _ in range(2):
        with pytest.raises(DatabaseError):
            Inquiry.objects.filter(id=inquiry.id).update(answers=forged)
        put_right(house, inquiry, value=f"0197-00-12{_}4")
    with pytest.raises(DatabaseError):
        Inquiry.objects.filter(id=inquiry.id).update(answers=original)


def test_the_other_promises_still_hold_afterwards(house: House) -> None:
    inquiry = someone(house)
    put_right(house, inquiry)

    assert counted("inquiries.only-what-is-asked").broken == 0
    assert counted("audit.no-values").broken == 0
