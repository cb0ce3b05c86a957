"""Attempts to erase what nobody confirmed, and to leave something behind unnoticed."""

from datetime import timedelta

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import files_of
from tests.house import House
from tests.keys import destroy_file
from tests.promises.planting import counted
from tests.rooms.inventory.erasing import ADDRESS, CANARIES, erase_all, officer, someone

CONFIRMED, EVERYWHERE = "inventory.only-what-was-confirmed", "inventory.erased-everywhere"


def outcome(act: object) -> object:
    """The kind of refusal, or what came of it: what a proof looks at."""
    try:
        return act()  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.code


@pytest.mark.promise("inventory.only-what-was-confirmed")
def test_what_came_after_the_look_is_not_erased(house: House) -> None:
    inquiry = someone(house)
    seen = files_of(inquiry.person_id)
    later = Inquiry.objects.get(id=house.submit(**CANARIES).id)

    assert outcome(lambda: erase_all(house, inquiry, seen=seen)) == "arrived-meanwhile"
    assert later.file_id in files_of(inquiry.person_id)
    assert DeletionRecord.objects.count() == 0


@pytest.mark.promise("inventory.only-what-was-confirmed")
def test_more_than_was_looked_at_is_not_erased(house: House) -> None:
    """A colleague's matter at the same address, slipped into the list that is sent."""
    inquiry = someone(house)
    other = Inquiry.objects.get(id=house.submit(email=ADDRESS, name="五百旗頭 真").id)
    living = files_of(inquiry.person_id)
    seen = [file for file in living if file != other.file_id]

    for expected in (seen, []):
        assert outcome(
            lambda: erase(
                person=inquiry.person_id, files=living, expected=expected, ground="asked", by=officer(house)  # noqa: B023
            )
        ) == "arrived-meanwhile"  # fmt: skip
    assert files_of(inquiry.person_id) == living


@pytest.mark.promise("inventory.only-what-was-confirmed")
def test_what_is_gone_already_is_not_erased_a_second_time(house: House) -> None:
    inquiry = someone(house)
    seen = files_of(inquiry.person_id)
    erase_all(house, inquiry)
    house.work()

    again = outcome(
        lambda: erase(person=inquiry.person_id, files=seen, expected=seen, ground="asked", by=officer(house))
    )
    assert again == "ended-meanwhile"
    assert DeletionRecord.objects.count() == 1
    assert (counted(CONFIRMED).kept, counted(CONFIRMED).broken) == (2, 0)


@pytest.mark.promise("inventory.only-what-was-confirmed")
def test_a_key_that_went_without_a_confirmation_is_noticed(house: House) -> None:
    inquiry, other = someone(house), someone(house, email="else@example.jp")
    erase_all(house, inquiry)
    house.work()
    destroy_file(file=other.file_id, reason="erasure")
    assert counted(CONFIRMED).broken == 1

    record = DeletionRecord.objects.get()
    (notes,) = files_of(other.person_id)
    File.objects.filter(id=notes).update(ending=record.id, destroyed_at=clock.now(), destroyed_for="erasure")
    assert counted(CONFIRMED).broken == 2


@pytest.mark.promise("inventory.erased-everywhere")
def test_an_erasure_leaves_nothing(house: House) -> None:
    erase_all(house, someone(house))
    house.work()

    assert (counted(EVERYWHERE).kept, counted(EVERYWHERE).broken) == (1, 0)


@pytest.mark.promise("inventory.erased-everywhere")
@pytest.mark.parametrize("left", ["key", "number", "mail", "detail"])
def test_whatever_is_left_is_noticed(house: House, left: str) -> None:
    inquiry = someone(house)
    erase_all(house, inquiry)
    house.work()
    mail = Mail.objects.filter(file_id=inquiry.file_id).first()
    assert mail is not None
    if left == "key":
        File.objects.filter(id=inquiry.file_id).update(destroyed_at=None, destroyed_for="")
    elif left == "number":
        Inquiry.objects.filter(id=inquiry.id).update(phone_index=b"x" * 32)
    elif left == "mail":
        Mail.objects.filter(id=mail.id).update(state=State.QUEUED)
    else:
        from madoguchi.rooms.inventory.models import Detail

        Detail.objects.create(
            person_id=inquiry.person_id,
            item="portrait",
            file_id=inquiry.file_id,
            by_kind="staff",
            by_id=uuid7(),
        )

    assert (counted(EVERYWHERE).kept, counted(EVERYWHERE).broken) == (0, 1)


@pytest.mark.promise("inventory.erased-everywhere")
def test_one_that_nobody_finished_is_noticed_after_an_hour(house: House) -> None:
    erase_all(house, someone(house))
    assert (counted(EVERYWHERE).kept, counted(EVERYWHERE).broken) == (0, 0)
    DeletionRecord.objects.update(begun_at=clock.now() - timedelta(hours=2))

    assert counted(EVERYWHERE).broken == 1
