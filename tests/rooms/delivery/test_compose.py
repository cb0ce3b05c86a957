"""A composed mail read back by two parsers: exactly what was meant, whatever was typed."""

import re
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rooms.delivery import errors, folding, rules

WHEN = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
ID = "<0123456789abcdef@example.co.jp>"

INJECTIONS = [
    "a\r\nBcc: evil@example.com", "a\nBcc: evil@example.com", "a\rBcc: evil@example.com",
    "a\r\n\r\nbody", "a\n\nbody", "a\r\n Bcc: evil@example.com", "a\x0bBcc: evil@example.com",
    "a\x0cBcc: evil@example.com", "a\x1cBcc: evil@example.com", "a\x1dBcc: evil@example.com",
    "a\x1eBcc: evil@example.com", "a\x85Bcc: evil@example.com", "a\u2028Bcc: evil@example.com",
    "a\u2029Bcc: evil@example.com", "a\0Bcc: evil@example.com", "a\x1b$BBcc: evil@example.com",
    "=?utf-8?Q?a=0D=0ABcc:_evil@example.com?=", "=?utf-8?B?YQ0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "a, evil@example.com", "evil@example.com, a", '"a" <evil@example.com>', "a <evil@example.com>,",
    'a" <evil@example.com>, "b', "a\\", '"', "(a", "a: b; evil@example.com", "<evil@example.com>",
    "a\u202egpj.exe", "a\ud800b", "あ\r\nBcc: evil@example.com", "a\x7f\x9bm", ";", "=?", "?=", "@",
]  # fmt: skip

WELL_FORMED_ID = re.compile(r"<(?!=\?)[A-Za-z0-9=?]+@[a-z.]+>")

anything = st.text(st.characters(exclude_categories=[]), max_size=120) | st.sampled_from(INJECTIONS)


def a_mail(**more: Any) -> rules.RenderedMail:
    given = {
        "kind": "acknowledgement",
        "sender_name": "株式会社見本",
        "sender_address": "desk@example.co.jp",
        "recipient_name": "",
        "recipient": "taro@example.com",
        "subject": "【見本】お問い合わせを受け付けました(受付番号 M-20261124-7K4P)",
        "text": "見本 太郎 様\n\nお問い合わせありがとうございます。\n",
        "message_id": ID,
        "date": WHEN,
        "auto": True,
    }
    return rules.compose(**{**given, **more})


def read(mail: rules.RenderedMail) -> EmailMessage:
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def read_old(mail: rules.RenderedMail) -> Message:
    return message_from_bytes(mail.content, policy=policy.compat32)


def decoded(message: Message, header: str) -> str:
    return str(make_header(decode_header(message[header])))


def text_of(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


class TestShape:
    def test_an_acknowledgement(self) -> None:
        mail = a_mail(reply_to="desk+1@example.co.jp", recipient_name="見本 太郎")
        message = read(mail)

        assert message.keys() == [
            "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted",
            "X-Auto-Response-Suppress", "X-Madoguchi-Loop", "MIME-Version", "Content-Type",
            "Content-Transfer-Encoding",
        ]  # fmt: skip
        assert message["Date"] == "Tue, 24 Nov 2026 10:02:03 +0900"
        assert str(message["From"]) == "株式会社見本 <desk@example.co.jp>"
        assert str(message["To"]) == "見本 太郎 <taro@example.com>"
        assert message["Message-ID"] == mail.message_id == ID
        assert message["Auto-Submitted"] == "auto-replied"
        assert message["X-Auto-Response-Suppress"] == "All"
        assert message["Content-Transfer-Encoding"] == "base64"
        assert message.get_content_type() == "text/plain"
        assert message.get_content_charset() == "utf-8"
        assert (mail.recipient, mail.envelope_from) == ("taro@example.com", "desk@example.co.jp")

    def test_a_notice_to_staff_was_asked_for_by_nobody(self) -> None:
        assert read(a_mail(kind="staff-notice"))["Auto-Submitted"] == "auto-generated"

    def test_a_reply_by_a_person_joins_its_thread(self) -> None:
        references = [f"<{n}@example.com>" for n in range(40)]
        message = read(
            a_mail(auto=False, in_reply_to="<39@example.com>", references=[*references, "broken", "<a b@c>"])
        )

        assert "Auto-Submitted" not in message
        assert "X-Auto-Response-Suppress" not in message
        assert message["In-Reply-To"] == "<39@example.com>"
        assert message["References"].split() == [references[0], *references[-19:]]

    def test_the_same_call_gives_the_same_bytes(self) -> None:
        assert a_mail().content == a_mail().content

    def test_a_bounce_goes_where_it_opens_no_inquiry(self) -> None:
        assert a_mail(envelope_from="bounce@example.co.jp").envelope_from == "bounce@example.co.jp"
        assert a_mail(envelope_from="").envelope_from == ""

    def test_a_date_without_zone_is_a_slip_of_ours(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            a_mail(date=datetime(2026, 11, 24))  # noqa: DTZ001

    def test_message_ids_are_random_and_ours(self) -> None:
        assert len({rules.new_message_id("example.co.jp") for _ in range(100)}) == 100
        assert rules.new_message_id("example.co.jp").endswith("@example.co.jp>")
        with pytest.raises(errors.UnsafeHeader):
            rules.new_message_id("example.co.jp>\r\nBcc: x")

    def test_further_headers(self) -> None:
        message = read(a_mail(headers=[("List-Unsubscribe", "<https://example.co.jp/unsubscribe/x/>")]))

        assert message["List-Unsubscribe"] == "<https://example.co.jp/unsubscribe/x/>"

    @pytest.mark.parametrize("address", ["taro..x@docomo.ne.jp", ".taro@ezweb.ne.jp", "taro.@au.com"])
    def test_a_legacy_address_is_quoted(self, address: str) -> None:
        mail = a_mail(recipient=address, recipient_name="見本 太郎")
        local, domain = address.split("@")

        assert mail.recipient == address
        assert f'<"{local}"@{domain}>'.encode() in mail.content
        (mailbox,) = read(mail)["To"].addresses
        assert (mailbox.username, mailbox.domain) == (local, domain)


class TestHeaders:
    @pytest.mark.parametrize(
        "subject",
        [
            "𠮷野家と髙島屋と﨑陽軒", "① ㈱ ～ 〜 − -", "絵文字 👨‍👩‍👧 🇯🇵 👍🏽 です", "葛\U000e0100城市",
            "あ" * 300, "𠮷" * 200, "a" * 300, "Plain subject", "=?utf-8?B?44GC?=", "a  b   c", "100% = ?=",
            "half ｶﾅ", "e\u0301", "",
        ],
    )  # fmt: skip
    def test_the_subject_is_read_as_it_was_written(self, subject: str) -> None:
        mail = a_mail(subject=subject)

        assert read(mail)["Subject"] == subject
        assert decoded(read_old(mail), "Subject") == subject

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"]), max_size=400))
    def test_any_subject(self, typed: str) -> None:
        mail = a_mail(subject=typed)

        assert read(mail)["Subject"] == typed.strip(" ")
        assert decoded(read_old(mail), "Subject") == typed.strip(" ")

    @given(st.text(max_size=400), st.text(max_size=200))
    def test_words_and_lines_keep_their_bounds(self, subject: str, name: str) -> None:
        head = a_mail(subject=subject, recipient_name=name).content.partition(b"\r\n\r\n")[0]

        for line in head.split(b"\r\n"):
            assert len(line) <= 76
            for word in re.findall(rb"=\?.*?\?B\?(.*?)\?=", line):
                assert len(word) + 12 <= 75
                b64decode(word, validate=True).decode()  # cut between characters

    def test_a_very_long_name_is_cut_and_a_very_long_subject_refused(self) -> None:
        # By the older parser: the newer one of Python 3.11 puts a space between the words of a name.
        assert (
            decoded(read_old(a_mail(recipient_name="あ" * 10_000)), "To")
            == "あ" * 100 + " <taro@example.com>"
        )
        with pytest.raises(errors.UnsafeHeader, match="Subject"):
            a_mail(subject="あ" * 10_000)

    @pytest.mark.parametrize("name", ["Eclore, Inc.", "O'Hara & Sons", "Taro Mihon", "A. B. C."])
    def test_plain_names_stay_readable(self, name: str) -> None:
        mail = a_mail(recipient_name=name)

        assert f'To: "{name}" <taro@example.com>'.encode() in mail.content
        assert read(mail)["To"].addresses[0].display_name == name


def intended(mail: rules.RenderedMail, headers: Sequence[str]) -> None:
    """Both parsers see these headers, this recipient, this sender and this text, and nothing else."""
    new, old = read(mail), read_old(mail)
    for message in (new, old):
        assert message.keys() == list(headers)
        assert not message.defects
        assert getaddresses(message.get_all("To", []))[0][1] == "taro@example.com"
        assert len(getaddresses([message["To"]])) == len(getaddresses([message["From"]])) == 1
        assert getaddresses([message["From"]])[0][1] == "desk@example.co.jp"
        assert text_of(message) == "本文\r\n"
    assert [each.addr_spec for each in new["To"].addresses] == ["taro@example.com"]
    assert [each.addr_spec for each in new["From"].addresses] == ["desk@example.co.jp"]
    assert mail.recipient == "taro@example.com"


class TestInjection:
    HEADERS = read(a_mail(text="本文")).keys()

    @given(anything, anything, anything)
    def test_what_people_type_stays_text(self, subject: str, name: str, sender: str) -> None:
        intended(a_mail(subject=subject, recipient_name=name, sender_name=sender, text="本文"), self.HEADERS)

    @pytest.mark.parametrize("typed", INJECTIONS)
    def test_the_corpus_in_each_field_of_text(self, typed: str) -> None:
        for field in ("subject", "recipient_name", "sender_name"):
            intended(a_mail(**{field: typed, "text": "本文"}), self.HEADERS)

    @pytest.mark.parametrize(
        "typed", [*INJECTIONS, "", "a", "a@", "@b", "a@b@c", "a b@c", "太郎@example.com"]
    )
    @pytest.mark.parametrize(
        "field", ["recipient", "sender_address", "reply_to", "message_id", "envelope_from"]
    )
    def test_addresses_and_ids_are_refused(self, field: str, typed: str) -> None:
        for value in (typed, f"{typed}@example.com", f"a@example.com{typed}", f"<{typed}@example.com>"):
            if rules.is_address(value) or (not value and field in ("reply_to", "envelope_from")):
                continue  # ";@example.com" is odd, and one address
            if field == "message_id" and WELL_FORMED_ID.fullmatch(value):
                continue
            with pytest.raises(errors.UnsafeHeader) as refused:
                a_mail(**{field: value})
            assert len(value) < 8 or value not in refused.value.message

    @pytest.mark.parametrize("typed", INJECTIONS)
    def test_foreign_ids_that_are_malformed_are_left_out(self, typed: str) -> None:
        ids = [f"<{typed}@x>", typed]
        kept = [each for each in ids if WELL_FORMED_ID.fullmatch(each)]
        mail = a_mail(in_reply_to=ids[0], references=ids, text="本文")

        assert (read(mail)["References"] or "").split() == kept
        thread = {"In-Reply-To", "References"}
        intended(mail, [each for each in read(mail) if each not in thread or kept])
        assert [each for each in read(mail) if each not in thread] == self.HEADERS

    @pytest.mark.parametrize(
        "name", ["Bcc", "cc", "TO", "Content-Type", "Resent-To", "a b", "a:", "", "X\r\nBcc"]
    )
    def test_further_headers_take_nobody_elses_place(self, name: str) -> None:
        with pytest.raises(errors.UnsafeHeader):
            a_mail(headers=[(name, "x")])

    @pytest.mark.parametrize("value", [each for each in INJECTIONS if not each.isprintable() or "=?" in each])
    def test_values_of_further_headers_are_refused(self, value: str) -> None:
        with pytest.raises(errors.UnsafeHeader):
            a_mail(headers=[("X-Note", value)])


# Letters outnumber marks as they do in writing, or every line would be one run of marks.
japanese = st.text(
    st.sampled_from(
        "あいうアァー漢字、。「」『』（）()！？…―㈱①𠮷👍🏽\u200d🇯🇵\U000e0100゛ｶﾞ１２，abc123.,/:-  　$¥\t"
    ),
    min_size=30,
    max_size=300,
)
lines = japanese | st.text(st.characters(exclude_characters="\n"), max_size=200)


class TestFolding:
    @given(lines)
    def test_the_pieces_are_the_line(self, line: str) -> None:
        assert "".join(folding.fold_line(line)) == line

    @given(lines)
    def test_width(self, line: str) -> None:
        for piece in folding.fold_line(line):
            longest = max((folding.width(word) for word in words(piece)), default=0)
            assert folding.width(piece.rstrip(" \t\u3000")) <= max(70, longest + 8)

    @given(japanese)
    def test_kinsoku_and_words(self, line: str) -> None:
        pieces = folding.fold_line(line)
        for before, after in pairwise(pieces):
            if not (after and before) or crowded(line):
                continue
            assert after[0] not in folding.NOT_AT_START
            assert before.rstrip(" \t\u3000")[-1:] not in folding.NOT_AT_END or not before.strip(" \t\u3000")
            assert not (before[-1] in WORD and after[0] in WORD), (before, after)

    @given(st.text(st.sampled_from("あ。\n "), max_size=300))
    def test_own_line_ends_stay(self, text: str) -> None:
        folded = folding.fold(text)

        assert folded.replace("\n", "") == text.replace("\n", "")
        assert folded.count("\n") >= text.count("\n")
        assert text.count("\n\n") <= folded.count("\n\n")

    def test_thirty_five_characters(self) -> None:
        assert folding.fold_line("あ" * 36) == ["あ" * 35, "あ"]
        assert folding.fold_line("あ" * 35 + "。") == ["あ" * 34, "あ。"]
        assert folding.fold_line("あ" * 34 + "「い」") == ["あ" * 34, "「い」"]
        assert folding.fold_line("あ" * 33 + "（「い") == ["あ" * 33, "（「い"]
        assert folding.fold_line("あ" * 34 + "ーっと") == ["あ" * 33, "あーっと"]

    def test_words_numbers_and_urls_are_whole(self) -> None:
        url = "https://www.example.co.jp/" + "a-b_c%20/?q=1&r=2#x," * 8
        assert folding.fold_line(f"くわしくは{url}をご覧ください。") == [
            "くわしくは",
            url,
            "をご覧ください。",
        ]
        assert folding.fold_line("あ" * 33 + "1,000円") == ["あ" * 33, "1,000円"]
        assert folding.fold_line("あ" * 33 + "１，０００円") == ["あ" * 33, "１，０００円"]
        assert folding.fold_line(f"「{url}」。") == [f"「{url}」。"]

    def test_composed_signs_are_whole(self) -> None:
        for sign in ("👨\u200d👩\u200d👧", "葛\U000e0100", "👍🏽", "🇯🇵", "か\u3099"):
            assert folding.fold_line("あ" * 34 + "い" + sign)[-1] == sign

    def test_time_grows_with_length_only(self) -> None:
        for text in ("「" * 200_000, "a" * 400_000, " " * 200_000, "👨\u200d" * 100_000, "あ。" * 200_000):
            assert "".join(folding.fold_line(text)) == text


WORD = frozenset("abc123")


def words(piece: str) -> list[str]:
    return re.findall("[!-\u02ff\u0300-\u036f]+|[０-９．，]+|\\S[^ -~\u3041-\u9fff]*", piece)


def crowded(line: str) -> bool:
    """A run of signs that may neither begin nor end a line, too long for any: given up piece by piece."""
    marks = "".join(map(re.escape, folding.NOT_AT_START | folding.NOT_AT_END))
    return any(
        folding.width(run) > 50 for run in re.findall(rf"\S?(?:[{marks}\s]+[^{marks}\s]?)+|[!-~]+", line)
    )


class TestBody:
    @given(st.text(max_size=500))
    def test_the_text_arrives(self, typed: str) -> None:
        body = text_of(read(a_mail(text=typed)))

        assert "\n" not in body.replace("\r\n", "")
        assert re.search("[\0\x07\x0b\x0c\x1b\x85\u2028]", body) is None
        kept = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]|\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", "", typed)
        assert body.replace("\r\n", "") == kept

    def test_base64_in_short_lines(self) -> None:
        content = a_mail(text="本文" * 1000).content

        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 78
        assert b"\n" not in content.replace(b"\r\n", b"")

    def test_a_dot_alone_and_a_lone_surrogate(self) -> None:
        assert text_of(read(a_mail(text=".\n\ud800"))) == ".\r\n\ufffd\r\n"
