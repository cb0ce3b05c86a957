"""Locate: all that is theirs, in matters, and what only might be, each with the reason."""

import pytest

from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.models import StopRow
from madoguchi.rooms.inquiries.jobs import look_after_index
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.inventory.queries.locate import Matter, locate
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import suppression_mark
from tests.house import House
from tests.rooms.inventory.erasing import (
    ADDRESS,
    ATTACHED,
    CANARIES,
    NOTE,
    REPLY,
    erase_all,
    officer,
    someone,
)


def values(matter: Matter) -> set[str]:
    return {each.value for each in matter.found}


def test_one_inquiry_is_one_matter_with_all_that_lies_in_its_files(house: House) -> None:
    inquiry = someone(house)
    result = locate(inquiry.file_id)

    (matter,) = result.certain
    notes = Entry.objects.get(inquiry_id=inquiry.id, kind="note").file_id
    assert (matter.id, matter.table, set(matter.files)) == (
        inquiry.id, "inquiries.Inquiry", {inquiry.file_id, notes},
    )  # fmt: skip
    assert values(matter) >= {*CANARIES.values(), NOTE, REPLY, ATTACHED}
    assert (result.person, result.anchor, result.perhaps) == (inquiry.person_id, inquiry.id, ())
    mails = [each for each in matter.found if (each.table, each.column) == ("delivery.Mail", "content")]
    assert len(mails) == 2
    assert any(REPLY in each.value and each.value.startswith("件名：") for each in mails)
    to = {each.value for each in matter.found if each.column == "envelope"}
    assert to == {ADDRESS}


def test_notices_to_staff_belong_to_nobody_else(house: House) -> None:
    inquiry = someone(house)
    result = locate(inquiry.file_id)

    shown = " ".join(each.value for matter in result.certain for each in matter.found)
    assert not any(staff.email in shown or staff.name in shown for staff in house.everybody)


def test_each_value_says_what_announces_it(house: House) -> None:
    (matter,) = locate(someone(house).file_id).certain
    told = {each.key: (each.label, each.announced, each.source) for each in matter.found if each.key}

    assert told["name"] == ("氏名", "2-1a", "person")
    assert told["phone"] == ("電話番号", "2-1b", "person")
    signs = {each.label for each in matter.found if each.sign}
    assert signs == {"本人を指す符号", "電話番号を探すための符号", "宛先を探すための符号"}


def test_the_same_name_is_certain_whatever_its_width_and_spaces(house: House) -> None:
    first = someone(house)
    house.submit(email=ADDRESS, name="左近允　燿子")
    house.submit(email=ADDRESS, name="左近允燿子")

    result = locate(first.file_id)
    assert (len(result.certain), result.perhaps) == (3, ())
    assert result.certain[0].at >= result.certain[-1].at


def test_another_name_at_the_same_address_is_only_perhaps(house: House) -> None:
    """A shared mailbox: a colleague's matter is theirs only when somebody says so (DESIGN §3)."""
    first = someone(house)
    other = house.submit(email=ADDRESS, name="五百旗頭 真", phone="0197-00-1111")

    result = locate(first.file_id)
    assert [each.id for each in result.certain] == [first.id]
    assert [(each.id, each.why) for each in result.perhaps] == [(other.id, "address")]


def test_the_same_number_at_another_address_is_only_perhaps(house: House) -> None:
    first = someone(house)
    other = house.submit(email="y.private@example.jp", phone="０１９７−００−４８２１", name="匿名")
    house.submit(email="else@example.jp", phone="0197-00-9999", name="別人")

    (matter,) = locate(first.file_id).perhaps
    assert (matter.id, matter.why) == (other.id, "phone")


def test_the_same_name_elsewhere_is_only_perhaps(house: House) -> None:
    first = someone(house)
    other = house.submit(email="y.private@example.jp", phone="03-1111-1111", name="左近允　燿子")
    house.submit(email="else@example.jp", phone="03-2222-2222", name="左近允 燿")
    look_after_index()
    house.work()

    assert [(each.id, each.why) for each in locate(first.file_id).perhaps] == [(other.id, "name")]


def test_a_stop_a_choice_and_a_suppression_are_told_as_kept(house: House) -> None:
    inquiry = someone(house)
    give(about=reference(inquiry), purpose="event-mail")
    StopRow.objects.create(person=inquiry.person_id, scope="mailings")
    suppress(mark=suppression_mark("email", ADDRESS), reason="opt-out", by=officer(house))
    suppress(mark=suppression_mark("email", "somebody@example.jp"), reason="opt-out", by=officer(house))

    kept = {each.table: (each.count, each.because) for each in locate(inquiry.file_id).kept}
    assert kept == {
        "consent.Choice": (1, "proof"),
        "consent.Presentation": (1, "proof"),
        "gate.PermitRow": (2, "proof"),
        "gate.StopRow": (1, "proof"),
        "gate.Suppression": (1, "suppression"),
    }


def test_what_was_erased_is_not_found(house: House) -> None:
    first, other = someone(house), someone(house, email="y.private@example.jp")
    erase_all(house, first)

    with pytest.raises(FileErased):
        locate(first.file_id)
    assert locate(other.file_id).perhaps == ()
    house.work()
    assert locate(other.file_id).perhaps == ()


def test_a_matter_whose_text_is_gone_keeps_what_still_lives(house: House) -> None:
    """Notes may end at another time than what the person wrote."""
    from madoguchi.rooms.inventory.actions.begin import begin

    first = someone(house)
    second = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    begin(cause="retention", code="inquiry", files=[first.file_id], by=officer(house))
    house.work()

    result = locate(second.file_id)
    assert {each.id for each in result.certain} == {first.id, second.id}
    (older,) = (each for each in result.certain if each.id == first.id)
    assert {each.value for each in older.found if not each.sign} == {NOTE}
