"""Attached files, read back: the same bytes, and a name for each age of reader."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

import pytest

from madoguchi.rooms.delivery import errors, rules
from madoguchi.rooms.delivery.enclosing import LARGEST
from madoguchi.rooms.delivery.rules import Enclosed

WHEN = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3


def a_mail(*enclosed: Enclosed) -> rules.RenderedMail:
    return rules.compose(
        kind="reply", sender_name="株式会社見本", sender_address="desk@example.co.jp", recipient_name="",
        recipient="taro@example.com", subject="お見積り", text="添付をご覧ください。", date=WHEN, auto=False,
        message_id="<0123456789abcdef@example.co.jp>", enclosed=enclosed,
    )  # fmt: skip


def parts_of(mail: rules.RenderedMail) -> list[Message]:
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.get_content_type() == "multipart/mixed"
    assert message.defects == []
    return list(message.iter_parts())


def test_text_and_files_come_back_as_they_were() -> None:
    mail = a_mail(
        Enclosed("見積書.pdf", "application/pdf", PDF), Enclosed("plain.csv", "text/csv", b"a,b\r\n\x00")
    )
    text, first, second = parts_of(mail)

    assert text.get_payload(decode=True) == "添付をご覧ください。\r\n".encode()
    assert (first.get_filename(), first.get_content_type()) == ("見積書.pdf", "application/pdf")
    assert first.get_payload(decode=True) == PDF
    assert (second.get_filename(), second.get_content_type()) == ("plain.csv", "text/csv")
    assert second.get_payload(decode=True) == b"a,b\r\n\x00"
    assert [part["Content-Transfer-Encoding"] for part in (text, first, second)] == ["base64"] * 3


def test_the_same_mail_is_the_same_bytes() -> None:
    file = Enclosed("見積書.pdf", "application/pdf", PDF)

    assert a_mail(file).content == a_mail(file).content
    assert rules.unsendable(a_mail(file)) == ""


def test_an_old_reader_gets_a_plain_name_with_the_ending() -> None:
    (_, part) = parts_of(a_mail(Enclosed("見積書.pdf", "application/pdf", PDF)))

    raw = a_mail(Enclosed("見積書.pdf", "application/pdf", PDF)).content.decode()
    assert 'Content-Type: application/pdf;\r\n name="file-1.pdf"' in raw
    assert "filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8.pdf;\r\n filename=\"file-1.pdf\"" in raw
    assert part.get_param("name") == "file-1.pdf"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/etc/passwd", "passwd"),
        ("..\\..\\窓口\\見積.pdf", "見積.pdf"),
        ("a/b/", "添付ファイル"),
        ("...", "添付ファイル"),
        ("", "添付ファイル"),
        ("か\u3099そ.txt", "がそ.txt"),
        ("ハ\u309a.txt", "パ.txt"),
        ("神\ufa19.txt", "神\ufa19.txt"),
        ("見積\u202egpj.exe", "見積gpj.exe"),
        ("a\r\nBcc: x@example.com.txt", "a Bcc_ x@example.com.txt"),
        ('a"; filename="b.exe', "a_; filename=_b.exe"),
        ("a\ud800.txt", "a.txt"),
        ("ｶﾞﾝ.txt", "ガン.txt"),
        ("𠮷野\U000e0100.pdf", "𠮷野\U000e0100.pdf"),
        ("長" * 300 + ".xlsx", "長" * 114 + "….xlsx"),
    ],
)
def test_names(given: str, sent: str) -> None:
    mail = a_mail(Enclosed(given, "application/pdf", b"x"))
    (_, part) = parts_of(mail)

    assert part.get_filename() == sent
    assert part.get_payload(decode=True) == b"x"
    assert {len(line) for line in mail.content.split(b"\r\n")} <= set(range(78))
    assert b"Bcc:" not in mail.content


def test_every_piece_of_a_long_name_ends_between_characters() -> None:
    raw = a_mail(Enclosed("見" * 60 + ".pdf", "application/pdf", b"x")).content.decode()

    pieces = re.findall(r"filename\*(\d+)\*=(?:UTF-8'')?([^;\r]*)", raw)
    assert [int(number) for number, _ in pieces] == list(range(len(pieces)))
    assert all(re.fullmatch(r"(?:%[0-9A-F]{2}|[^%])+", piece) for _, piece in pieces)


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822", "x\r\ny", "", "日本/語"])
def test_what_cannot_be_said_of_base64_is_bytes(kind: str) -> None:
    (_, part) = parts_of(a_mail(Enclosed("a.bin", kind, b"x")))

    assert part.get_content_type() == "application/octet-stream"


def test_all_files_together_have_a_limit() -> None:
    half = Enclosed("a.bin", "application/zip", bytes(LARGEST // 2))
    a_mail(half, half)
    with pytest.raises(errors.MailTooLarge, match="15 MB"):
        a_mail(half, half, Enclosed("b.bin", "application/zip", b"xx"))


def test_a_thousand_files() -> None:
    parts = parts_of(a_mail(*[Enclosed(f"{n}.txt", "text/plain", b"%d" % n) for n in range(1000)]))

    assert [part.get_payload(decode=True) for part in parts[1:]] == [b"%d" % n for n in range(1000)]
