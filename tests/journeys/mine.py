"""Into one's own page: a code for an address, read from the mail."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from tests.house import House
from tests.journeys.visitor import Screen, Visitor


def code_mails(house: House, address: str) -> list[Message]:
    """Those with a code, oldest first."""
    house.work()
    paths = sorted(house.mailbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    mails = [message_from_bytes(path.read_bytes()) for path in paths]
    mine = [mail for mail in mails if address.lower() in str(mail["Delivered-To"]).lower()]
    return [mail for mail in mine if "確認コード" in str(make_header(decode_header(mail["Subject"])))]


def text_of(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def code_in(mail: Message) -> str:
    found = re.search(r"^ *(\d{6})\r?$", text_of(mail), re.MULTILINE)
    assert found is not None
    return found[1]


def link_in(mail: Message) -> str:
    found = re.search(r"https?://[^/\s]+(/my/enter/\S+/)", text_of(mail))
    assert found is not None
    return found[1]


def sign_in(house: House, visitor: Visitor, address: str) -> Screen:
    """Their page, opened by the digits."""
    assert visitor.post("/my/", {"to": address}).status == 200
    entered = visitor.post("/my/code/", {"to": address, "code": code_in(code_mails(house, address)[-1])})
    assert entered.status == 303, entered.texts
    return visitor.open("/my/")


def name(visitor: Visitor, given: str, number: str = "") -> Screen:
    return visitor.post("/my/confirm/", {"name": given} | ({"number": number} if number else {}))
