"""What decoding tells beside the text: bounces, loop marks, doubt, dates, limits; and the tables it rests on."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from madoguchi.rooms.delivery.decoding.jis import decode_jis
from madoguchi.rooms.delivery.rules import Bounce, DecodedMail, decode, safe_html
from tests.rooms.delivery.corpus import ALL
from tests.rooms.delivery.corpus.building import (
    FROM,
    UTF8,
    html_mail,
    joined,
    mail,
    multipart,
    part,
    text_mail,
    text_part,
)

CASES = {case.name: case for case in ALL}


def of(name: str) -> DecodedMail:
    return decode(CASES[name].raw)


def test_all_pairs_of_jis_read_as_the_standard_reads_them_plus_the_vendor_rows() -> None:
    same, other, vendor = 0, [], 0
    for j1 in range(0x21, 0x7F):
        for j2 in range(0x21, 0x7F):
            raw = b"\x1b$B" + bytes((j1, j2)) + b"\x1b(B"
            text, lost = decode_jis(raw)
            try:
                standard = raw.decode("iso2022_jp")
            except UnicodeDecodeError:
                vendor += not lost
                continue
            same += text == standard
            other += [standard + text] if text != standard else []

    assert (same + len(other), other, vendor) == (6879, ["〜～", "‖∥", "−－", "¢￠", "£￡", "¬￢"], 457)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("postfix", Bounce("gone@example.co.jp", "5.1.1", True, "<1f00@madoguchi.example>", "no-such-address")),
        ("postfix with headers only", Bounce("gone@example.co.jp", "5.1.1", True, "<1f00@madoguchi.example>", "no-such-address")),
        ("delayed", Bounce("gone@example.co.jp", "4.4.1", False, "<1f00@madoguchi.example>", "no-such-address")),
        ("qmail", Bounce("gone@example.co.jp", "5.1.1", True, "<1f00@madoguchi.example>", "no-such-address")),
        ("docomo bounce", Bounce("gone@docomo.ne.jp", "", True, "<1f00@madoguchi.example>", "no-such-address")),
        ("au bounce", Bounce("gone@ezweb.ne.jp", "", True, "", "no-such-address")),
        ("hosting firm", Bounce("gone@example.co.jp", "", True, "", "no-such-address")),
        ("failed recipients field", Bounce("gone@example.co.jp", "", True, "", "unknown")),
    ],
)  # fmt: skip
def test_a_bounce_says_who_why_and_about_what(name: str, expected: Bounce) -> None:
    assert of(name).bounce == expected


def test_what_is_no_bounce_has_none() -> None:
    assert [
        case.name for case in ALL if (decode(case.raw).bounce is not None) != (case.kind == "bounce")
    ] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("auto-replied", "auto-submitted"),
        ("precedence bulk", "precedence"),
        ("x-autoreply", "autoreply"),
        ("list", "list"),
        ("null path", "null-path"),
        ("read receipt", "report"),
        ("outlook away by its words", "vacation"),
        ("our mark", "loop-mark"),
        ("its own reference", "own-reference"),
        ("too many hops", "too-many-hops"),
        ("delivered to the same place again and again", "delivered-twice"),
        ("our own answer comes back", "own-answer"),
        ("answer by header", ""),
    ],
)
def test_the_reason_is_a_code(name: str, code: str) -> None:
    assert of(name).automatic == code


def test_everything_a_thread_is_found_by() -> None:
    raw = text_mail(
        "はい。",
        b"Reply-To: Sato <sato@example.co.jp>",
        b"Cc: =?utf-8?B?6Yi05pyo?= <suzuki@example.co.jp>, desk@madoguchi.example",
        b"Delivered-To: desk+k1@madoguchi.example",
        b"In-Reply-To: <b@madoguchi.example>",
        b"References: <a@madoguchi.example>\r\n <b@madoguchi.example>",
        b"X-Madoguchi-Loop: 77aa",
    )
    found = decode(raw)

    assert (
        found.reply_to,
        found.to,
        found.message_id,
        found.in_reply_to,
        found.references,
        found.loop_marks,
    ) == (
        "sato@example.co.jp",
        ("desk@madoguchi.example", "suzuki@example.co.jp", "desk+k1@madoguchi.example"),
        "<a1@example.co.jp>",
        "<b@madoguchi.example>",
        ("<a@madoguchi.example>", "<b@madoguchi.example>"),
        ("77aa",),
    )
    assert found.date == datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=9)))


def test_a_date_nobody_can_read_is_none_and_one_without_a_zone_is_utc() -> None:
    assert of("wrong date").date is None
    assert decode(b"From: a@example.jp\r\nDate: Sun, 22 Nov 2026 10:00:00 -0000\r\n\r\n").date == datetime(
        2026, 11, 22, 10, tzinfo=UTC
    )


def test_the_whole_text_stays_and_replaced_characters_are_told() -> None:
    assert of("answered below").whole_text == CASES["answered below"].raw.partition(b"\r\n\r\n")[
        2
    ].decode().replace("\r\n", "\n")
    assert [name for name in ("one lost character", "utf-8 cut inside a character") if of(name).doubtful] == [
        "one lost character"
    ]


def test_a_person_may_choose_the_charset() -> None:
    raw = mail(b"Content-Type: text/plain; charset=iso-8859-1", body="ｶﾅ".encode("cp932"))

    assert decode(raw).text == "¶Å"
    assert decode(raw, charset="shift_jis").text == "ｶﾅ"
    assert decode(raw, charset="no-such-charset").text == "¶Å"


def test_a_chosen_charset_leaves_a_subject_that_reads_well() -> None:
    raw = mail(b"Content-Type: text/plain; charset=iso-8859-1", body="ｶﾅ".encode("cp932"))

    assert decode(raw, charset="shift_jis").subject == "お問い合わせ"


def test_the_html_is_kept_beside_its_text() -> None:
    found = decode(html_mail("<p>本文</p>"))

    assert (found.text, found.html) == ("本文", "<p>本文</p>")


def test_an_inline_picture_is_told_from_a_file() -> None:
    assert [(each.media_type, each.inline) for each in of("picture in html").attachments] == [
        ("image/png", True)
    ]
    assert [each.inline for each in of("two files in order").attachments] == [False, False]


def test_a_subject_of_ten_megabytes_is_cut_and_the_mail_is_read() -> None:
    huge = "件".encode() * 3_500_000
    found = decode(mail(UTF8, body="本文です。", subject=b"Subject: " + huge))

    assert (found.fault, found.text, found.from_address) == (
        "header-too-long",
        "本文です。",
        "yamada@example.co.jp",
    )
    assert found.subject.rstrip("\ufffd").strip("件") == ""
    assert 1000 < len(found.subject) < 66_000


def test_a_folded_subject_of_ten_megabytes_is_cut_and_the_mail_is_read() -> None:
    found = decode(
        mail(
            UTF8,
            body="本文です。",
            subject=b"Subject: x" + b"\r\n " * 10 + (b"abc" * 20 + b"\r\n ") * 160_000 + b"z",
        )
    )

    assert (found.fault, found.text, found.from_address) == (
        "header-too-long",
        "本文です。",
        "yamada@example.co.jp",
    )


def test_parts_within_parts_beyond_the_limit_are_not_entered() -> None:
    inner = text_part("底")
    for at in range(60):
        boundary = b"b%d" % at
        inner = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + joined(boundary, inner)
    found = decode(FROM + b"\r\n" + inner)

    assert (found.fault, found.from_name, found.text) == ("too-deep", "山田 太郎", "")


def test_a_thousand_files_are_read_and_ten_thousand_parts_are_a_fault() -> None:
    file = part(
        b"Content-Type: application/pdf", b"Content-Disposition: attachment; filename=a.pdf", body=b"x"
    )
    thousand = decode(multipart(text_part("本文"), *([file] * 1000)))
    many = decode(multipart(text_part("本文"), *([file] * 10_000)))

    assert (thousand.fault, len(thousand.attachments), thousand.text) == ("", 1000, "本文")
    assert (many.fault, len(many.attachments), many.text) == ("too-many-parts", 1500, "本文")


def test_a_mail_that_is_too_large_keeps_its_head_and_its_beginning() -> None:
    found = decode(text_mail("本文\n" + "x" * 70_000_000))

    assert (found.fault, found.from_name, found.subject, found.text[:3]) == (
        "too-large",
        "山田 太郎",
        "お問い合わせ",
        "本文\n",
    )


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Bytes changed, dropped, doubled, cut, or joined with another mail."""
    out = bytearray(raw)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(6):
            case 0:
                out[at:at] = chance.randbytes(chance.randint(1, 4))
            case 1:
                del out[at : at + chance.randint(1, 40)]
            case 2:
                out[at:at] = chance.choice(
                    (
                        b"\x1b$B",
                        b"=?",
                        b"?=",
                        b'"',
                        b"\r\n",
                        b"--=_b1\r\n",
                        b"\x00",
                        b"<",
                        b"\xff",
                        b"=?utf-8?B?",
                    )
                )
            case 3:
                out[at : at + 1] = bytes((chance.randrange(256),))
            case 4:
                out[at:at] = out[at : at + chance.randint(1, 200)]
            case _:
                other = chance.choice(ALL).raw
                cut = chance.randrange(len(other) + 1)
                out[at:] = other[cut:]
    return bytes(out)


def check_mutations(count: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        raw = mutated(chance.choice(ALL).raw, chance)
        found = decode(raw)
        shown = (
            found.from_name,
            found.from_address,
            found.subject,
            *(each.name for each in found.attachments),
        )
        assert found.fault != "unreadable", (seed, raw)
        assert not any(sign in text for text in shown for sign in "\x00\r\n"), (seed, raw)
        "".join((*shown, found.text, found.whole_text, found.html)).encode()
        safe_html(found.html)


def test_no_mutation_of_the_corpus_is_too_much(random_seed: int) -> None:
    check_mutations(300, random_seed)


@pytest.mark.soak
def test_no_mutation_of_the_corpus_is_too_much_in_large_doses(random_seed: int) -> None:
    check_mutations(20_000, random_seed)


@pytest.fixture
def random_seed() -> int:
    """Printed by a failing assertion."""
    return random.randrange(2**32)


def test_random_bytes_are_mail_too() -> None:
    chance = random.Random(20261122)

    assert {decode(chance.randbytes(chance.randrange(3000))).fault for _ in range(200)} == {""}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>本文<script>alert(1)</script></p>", "<p>本文</p>"),
        ('<p onclick="x()" id="a" class="b" style="color:red">本文</p>', "<p>本文</p>"),
        ('<img src="https://example.com/a.gif"><img src="cid:a">本文', "本文"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<a href="https://example.jp/">x</a>', '<a href="https://example.jp/" rel="noopener noreferrer nofollow">x</a>'),
        ("<form action=x><input name=a>本文<button>送る</button></form>", "本文"),
        ("<style>p{background:url(//x)}</style><link rel=stylesheet href=x><meta http-equiv=refresh content=0>本文", "本文"),
        ("<svg><a xlink:href='javascript:x'>a</a></svg><math><mi>b</mi></math>本文", "本文"),
        ("<table background=x><tr><td colspan=2>1</td></tr></table>", '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'),
        ("<!-- x -->1 &lt; 2", "1 &lt; 2"),
        ("<div>" * 200 + "<script>x</script>深い", "<pre>深い</pre>"),
    ],
)  # fmt: skip
def test_html_for_display_has_nothing_that_acts_or_calls(html: str, expected: str) -> None:
    assert safe_html(html) == expected
