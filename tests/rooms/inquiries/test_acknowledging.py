"""Who gets no acknowledgement, whichever way they came: addresses that nobody reads, and our own (DESK §4.3)."""

import pytest

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.models import Mail, Mailbox
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.house import House


@pytest.mark.parametrize(
    "address",
    ["no-reply@example.jp", "noreply@example.jp", "MAILER-DAEMON@example.jp", "postmaster@example.jp"],
)
def test_nobody_reads_there(house: House, address: str) -> None:
    receipt = house.submit(email=address)
    house.work()

    assert Inquiry.objects.get(id=receipt.id).acknowledgement_id is None
    assert not Mail.objects.filter(kind="acknowledgement").exists()


def test_our_own_addresses(house: House) -> None:
    facts = entity_facts(house.entity_id)
    local, _, domain = facts["sender_address"].partition("@")
    with action:
        file = open_file(kind="mailbox", holder=uuid7())
        Mailbox.objects.create(
            entity_id=house.entity_id, name="窓口", address=f"box@{domain}", way="pipe", file_id=file.id
        )
    for address in (facts["sender_address"], f"{local}+x@{domain}", f"box@{domain}", f"BOX+y@{domain}"):
        house.submit(email=address)
    house.work()

    assert not Mail.objects.filter(kind="acknowledgement").exists()


def test_everybody_else(house: House) -> None:
    receipt = house.submit(email="reply-to-me@example.jp")
    house.work()

    assert Inquiry.objects.get(id=receipt.id).acknowledgement_id is not None


def test_one_that_did_not_arrive_is_said_on_the_inquiry(house: House) -> None:
    receipt = house.submit()
    house.work()
    Mail.objects.filter(kind="acknowledgement").update(state="refused", code="rcpt-550")
    page = house.sign_in("clerk").get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()

    assert "自動返信未達" in page
    assert "宛先のアドレスが見つからないと言われました。" in page
