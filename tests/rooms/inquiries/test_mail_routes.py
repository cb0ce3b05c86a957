"""Where mails about an inquiry come from, where their answers go, and what they answer."""

from email.message import Message
from typing import Any

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.marks import is_own_mark
from madoguchi.rooms.delivery.models import ArrivedMail, Mailbox
from madoguchi.rooms.delivery.rules import Enclosed
from madoguchi.rooms.inquiries import mails
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.reply import reply, sent_before
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.threading import number_in
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from tests.house import House

THEIRS = "<their-own-id@example.jp>"


def mailbox(house: House, address: str = "", **more: Any) -> Mailbox:
    domain = entity_facts(house.entity_id)["sender_address"].rpartition("@")[2]
    with action:
        file = open_file(kind="mailbox", holder=uuid7())
        return Mailbox.objects.create(
            entity_id=house.entity_id, name="総合窓口", address=address or f"desk@{domain}", way="pipe",
            file_id=file.id, **more,
        )  # fmt: skip


def an_inquiry(house: House, **columns: Any) -> Inquiry:
    receipt = house.submit(email="hanako@example.jp")
    Inquiry.objects.filter(id=receipt.id).update(**columns)
    return Inquiry.objects.get(id=receipt.id)


def answered(house: House, inquiry: Inquiry) -> Message:
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="承知しました。", seen_until=clock.now())
    house.work()
    (mail,) = [mail for mail in house.mails(to="hanako") if "Re:" in mails_subject(mail)]
    return mail


def mails_subject(mail: Message) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(mail["Subject"])))


def writes(house: House, inquiry: Inquiry, raw: bytes) -> None:
    with action:
        file = open_file(kind="message", holder=inquiry.person_id)
        content = store_attachment(key=file, name="mail.eml", media_type="message/rfc822", content=[raw])
        arrived = ArrivedMail.objects.create(
            entity_id=house.entity_id,
            digest=uuid7().bytes * 2,
            file_id=file.id,
            raw_id=content,
            size=len(raw),
        )
        hear(inquiry_id=inquiry.id, heard=Heard("追伸です。", file, clock.now(), arrived=arrived.id))


def test_without_a_mailbox_the_company_writes(house: House) -> None:
    facts = entity_facts(house.entity_id)
    mail = answered(house, inquiry := an_inquiry(house))

    assert facts["sender_address"] in mail["From"]
    assert mail["Reply-To"] == (facts["email"] or None)
    assert mail["Return-Path"] == f"<{facts['sender_address']}>"
    assert number_in(mail["Message-ID"]) == inquiry.receipt_number
    assert mail["Message-ID"].endswith(f"@{facts['sender_address'].rpartition('@')[2]}>")


def test_every_mail_carries_our_mark(house: House) -> None:
    answered(house, an_inquiry(house))

    everything = house.mails()
    assert len(everything) > 2  # the acknowledgement, the answer, the notices to staff
    assert [mail for mail in everything if not is_own_mark(mail["X-Madoguchi-Loop"] or "")] == []


def test_an_answer_comes_back_by_a_signed_address(house: House) -> None:
    box = mailbox(house, plus=True)
    mail = answered(house, inquiry := an_inquiry(house))
    local, _, domain = box.address.partition("@")

    assert mail["Reply-To"].startswith(f"{local}+m")
    assert mail["Reply-To"].endswith(f"@{domain}")
    assert number_in(mail["Reply-To"]) == inquiry.receipt_number
    assert mail["Return-Path"] == f"<{mail['Reply-To']}>"
    assert entity_facts(house.entity_id)["sender_address"] in mail["From"]


def test_a_mailbox_without_plus_takes_the_answer_itself(house: House) -> None:
    box = mailbox(house)
    mail = answered(house, an_inquiry(house))

    assert mail["Reply-To"] == box.address
    assert mail["Return-Path"] == f"<{entity_facts(house.entity_id)['sender_address']}>"


def test_the_mailbox_it_came_to_answers_under_its_own_name(house: House) -> None:
    first, second = mailbox(house), mailbox(house, "support@" + _domain(house))
    Mailbox.objects.filter(id=second.id).update(name="サポート窓口")
    mail = answered(house, an_inquiry(house, mailbox=second.id))

    assert mails_from(mail) == ("サポート窓口", second.address)
    assert mail["Reply-To"] == second.address != first.address


def test_a_foreign_domain_is_not_written_from(house: House) -> None:
    box = mailbox(house, "shop@elsewhere.example", plus=True)
    mail = answered(house, an_inquiry(house, mailbox=box.id))
    own = entity_facts(house.entity_id)["sender_address"]

    assert mails_from(mail)[1] == own
    assert mail["Reply-To"].endswith("@elsewhere.example")
    assert mail["Return-Path"] == f"<{own}>"


def test_a_mailbox_that_is_switched_off_is_not_written_to(house: House) -> None:
    mailbox(house, plus=True, active=False)

    assert answered(house, an_inquiry(house))["Reply-To"] == (entity_facts(house.entity_id)["email"] or None)


def test_the_form_of_an_inquiry_has_its_own_mailbox(house: House) -> None:
    mailbox(house)
    own = mailbox(house, "form@" + _domain(house), form=house.form.id)

    assert answered(house, an_inquiry(house))["Reply-To"] == own.address


def test_an_answer_answers_the_persons_own_mail(house: House) -> None:
    inquiry = an_inquiry(house)
    house.work()
    raw = b"From: hanako@example.jp\r\nSubject: Re\r\nMessage-ID: " + THEIRS.encode() + b"\r\n\r\nx\r\n"
    writes(house, inquiry, raw)
    mail = answered(house, inquiry)

    (acknowledgement,) = [each["Message-ID"] for each in house.mails(to="hanako") if each["Auto-Submitted"]]
    assert mail["In-Reply-To"] == THEIRS
    assert mail["References"].split() == [acknowledgement, THEIRS]


@pytest.mark.parametrize("id", [b"", b"Message-ID: <a\r\n b@c>\r\n", b"Message-ID: no\r\n"])
def test_an_unfit_id_of_theirs_is_left_out(house: House, id: bytes) -> None:
    inquiry = an_inquiry(house)
    house.work()
    writes(house, inquiry, b"From: hanako@example.jp\r\n" + id + b"\r\nx\r\n")
    mail = answered(house, inquiry)

    assert THEIRS not in str(mail["References"])
    assert number_in(mail["In-Reply-To"]) == inquiry.receipt_number


def test_files_go_along(house: House) -> None:
    inquiry = an_inquiry(house)
    file = Enclosed("見積書.pdf", "application/pdf", b"%PDF-1.7")
    mail = mails.reply(inquiry, answers_of(inquiry), "添付をご覧ください。", sent_before(inquiry), [file])

    assert b"multipart/mixed" in mail.content


def mails_from(mail: Message) -> tuple[str, str]:
    from email.header import decode_header, make_header
    from email.utils import parseaddr

    name, address = parseaddr(mail["From"])
    return str(make_header(decode_header(name))), address


def _domain(house: House) -> str:
    return entity_facts(house.entity_id)["sender_address"].rpartition("@")[2]
