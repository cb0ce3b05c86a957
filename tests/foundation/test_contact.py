"""Lenient in, strict stored; real addresses that libraries refuse are accepted; refusals say what to type."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib import contact
from madoguchi.foundation.lib.contact import Unreadable, read_email, read_phone, read_url


@pytest.mark.parametrize(
    ("typed", "shown", "key"),
    [
        ("03-1234-5678", "03-1234-5678", "+81312345678"),
        ("０３ー１２３４ー５６７８", "03-1234-5678", "+81312345678"),
        ("03ｰ1234ｰ5678", "03-1234-5678", "+81312345678"),
        ("03−1234–5678", "03-1234-5678", "+81312345678"),
        ("03‐1234—5678", "03-1234-5678", "+81312345678"),
        ("０３（１２３４）５６７８", "03-1234-5678", "+81312345678"),
        ("(03) 1234 5678", "03-1234-5678", "+81312345678"),
        ("03.1234.5678", "03-1234-5678", "+81312345678"),
        (" 0312345678\u3000", "0312345678", "+81312345678"),
        ("0422-12-3456", "0422-12-3456", "+81422123456"),
        ("09012345678", "090-1234-5678", "+819012345678"),
        ("090 12345678", "090-1234-5678", "+819012345678"),
        ("０８０１２３４５６７８", "080-1234-5678", "+818012345678"),
        ("05012345678", "050-1234-5678", "+815012345678"),
        ("06012345678", "060-1234-5678", "+816012345678"),
        ("07012345678", "070-1234-5678", "+817012345678"),
        ("0120123456", "0120-123-456", "+81120123456"),
        ("0570123456", "0570-123-456", "+81570123456"),
        ("08001234567", "0800-123-4567", "+818001234567"),
        ("+81-3-1234-5678", "+81-3-1234-5678", "+81312345678"),
        ("+81(0)3-1234-5678", "+81-3-1234-5678", "+81312345678"),
        ("＋８１ ９０ １２３４ ５６７８", "+81-90-1234-5678", "+819012345678"),
        ("+1 415 555 0100", "+1-415-555-0100", "+14155550100"),
        ("TEL: 03-1234-5678（代表）", "03-1234-5678", "+81312345678"),
        ("電話 03-1234-5678", "03-1234-5678", "+81312345678"),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, shown: str, key: str) -> None:
    assert read_phone(typed) == (typed, shown, key, "", False)


@pytest.mark.parametrize(
    "typed",
    [
        "03-0000-0000 内線12",
        "03-0000-0000（内線１２）",
        "03-0000-0000内線：12",
        "03-0000-0000　内線番号 12番",
        "03-0000-0000 ext.12",
        "03-0000-0000 (EXT 12)",
        "03-0000-0000 x12",
        "03-0000-0000 #12",
        "03-0000-0000(代) 内線12",
    ],
)
def test_an_extension_is_kept(typed: str) -> None:
    assert read_phone(typed) == (typed, "03-0000-0000 内線12", "+81300000000", "12", False)


@pytest.mark.parametrize("typed", ["090-1234-567", "0801234567", "03-1234-56789", "0120-123-4567"])
def test_a_digit_too_few_or_many_is_a_question(typed: str) -> None:
    assert read_phone(typed).unusual


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1234-5678", "電話番号は、市外局番からお書きください。例：03-0000-0000"),
        ("3-1234-5678", "電話番号は、市外局番からお書きください。例：03-0000-0000"),
        (
            "03-1234",
            "電話番号は、市外局番から10桁または11桁でお書きください（いまは6桁です）。例：03-0000-0000",
        ),
        ("なし", "電話番号は、数字でお書きください。例：03-0000-0000"),
        ("", "電話番号は、数字でお書きください。例：03-0000-0000"),
        ("+", "電話番号は、数字でお書きください。例：03-0000-0000"),
        ("内線12", "電話番号は、数字でお書きください。例：03-0000-0000"),
        ("03-1234-567٣", "電話番号は、数字でお書きください。例：03-0000-0000"),
        ("+999 1234 5678", "電話番号は、+と国番号からお書きください。例：+81-3-0000-0000"),
        ("+44 12", "電話番号は、+と国番号からお書きください。例：+81-3-0000-0000"),
        ("0" * 101, "電話番号は、番号だけをお書きください。例：03-0000-0000"),
    ],
)
def test_a_refused_number_says_what_to_type(typed: str, sentence: str) -> None:
    with pytest.raises(contact.UnreadablePhone) as refused:
        read_phone(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("typed", "shown", "key"),
    [
        ("taro@example.co.jp", "taro@example.co.jp", "taro@example.co.jp"),
        (" Ｔａｒｏ＠Ｅｘａｍｐｌｅ．ｃｏ．ｊｐ\u3000", "Taro@example.co.jp", "taro@example.co.jp"),
        ("Taro.O'Neil+tag@EXAMPLE.com", "Taro.O'Neil+tag@example.com", "taro.o'neil+tag@example.com"),
        ("taro..yamada@docomo.ne.jp", "taro..yamada@docomo.ne.jp", "taro..yamada@docomo.ne.jp"),
        ("taro.@ezweb.ne.jp", "taro.@ezweb.ne.jp", "taro.@ezweb.ne.jp"),
        (".taro@au.com", ".taro@au.com", ".taro@au.com"),
        ('"taro..y"@docomo.ne.jp', "taro..y@docomo.ne.jp", "taro..y@docomo.ne.jp"),
        ("taro@例え.jp", "taro@xn--r8jz45g.jp", "taro@xn--r8jz45g.jp"),
        ("taro@example.jp。", "taro@example.jp", "taro@example.jp"),
        ("taro\u200b@example.jp", "taro@example.jp", "taro@example.jp"),
        ("a" * 64 + "@example.jp", "a" * 64 + "@example.jp", "a" * 64 + "@example.jp"),
    ],
)
def test_an_address_is_read_silently(typed: str, shown: str, key: str) -> None:
    assert read_email(typed) == (shown, key, False)


@pytest.mark.parametrize("typed", ["a..b@example.com", ".a@example.com", "a.@sub.docomo.ne.jp"])
def test_dots_elsewhere_are_a_question(typed: str) -> None:
    assert read_email(typed) == (typed, typed, True)


LOCAL = "メールアドレスの@より前は、64文字までの英数字と記号で、空白を入れずにお書きください。例：taro@example.co.jp"
DOMAIN = "メールアドレスの@より後ろは、gmail.com のように最後までお書きください。例：taro@example.co.jp"
SHAPE = "メールアドレスは、@を1つ含む形でお書きください。例：taro@example.co.jp"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", SHAPE),
        ("taro", SHAPE),
        ("a@b@example.jp", SHAPE),
        ("a@example.jp, b@example.jp", SHAPE),
        ("x" * 1001, SHAPE),
        ("@example.jp", LOCAL),
        ("ta ro@example.jp", LOCAL),
        ("a,b@example.jp", LOCAL),
        ("<a@example.jp", LOCAL),
        ("(a)@example.jp", LOCAL),
        ("a\r\nBcc:x@example.jp", LOCAL),
        ("a\\b@example.jp", LOCAL),
        ('"a"b"@example.jp', LOCAL),
        ("山田@example.jp", LOCAL),
        ("a" * 65 + "@example.jp", LOCAL),
        ("taro@", DOMAIN),
        ("taro@gmail", DOMAIN),
        ("taro@exam ple.jp", DOMAIN),
        ("taro@example.jp>", DOMAIN),
        ("taro@-example.jp", DOMAIN),
        ("taro@exa_mple.jp", DOMAIN),
        ("taro@example..jp", DOMAIN),
        ("taro@192.0.2.1", DOMAIN),
        ("taro@[192.0.2.1]", DOMAIN),
        ("taro@" + "a" * 64 + ".jp", DOMAIN),
        ("taro@" + "abcdefgh." * 28 + "jp", DOMAIN),
    ],
)
def test_a_refused_address_says_what_to_type(typed: str, sentence: str) -> None:
    with pytest.raises(contact.UnreadableEmail) as refused:
        read_email(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("taro@example.jp", "taro@example.jp"),
        ("a.b+c@example.jp", "a.b+c@example.jp"),
        ("a..b@docomo.ne.jp", '"a..b"@docomo.ne.jp'),
        ("a.@ezweb.ne.jp", '"a."@ezweb.ne.jp'),
        (".a@au.com", '".a"@au.com'),
        ('"a..b"@docomo.ne.jp', '"a..b"@docomo.ne.jp'),
        ('a"b@example.jp', '"a\\"b"@example.jp'),
    ],
)
def test_the_envelope_quotes_only_what_it_must(address: str, envelope: str) -> None:
    assert contact.envelope_form(address) == envelope


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("GNAIL.com", "gmail.com"),
        ("gmail.co.jp", "gmail.com"),
        ("yahooo.co.jp", "yahoo.co.jp"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("yahoo.ne.jp", "yahoo.co.jp"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("hotmal.com", "hotmail.com"),
        ("iclould.com", "icloud.com"),
        ("gmail.com", None),
        ("mail.com", None),
        ("ymail.com", None),
        ("odn.ne.jp", None),
        ("example.co.jp", None),
        ("yahoo.co.uk", None),
        ("", None),
        ("a" * 5000, None),
    ],
)
def test_a_slip_in_a_domain_is_noticed(typed: str, meant: str | None) -> None:
    assert contact.suggest_domain(typed) == meant


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://example.co.jp/a?b=c#d", "https://example.co.jp/a?b=c#d"),
        ("http://example.co.jp", "http://example.co.jp"),
        ("example.co.jp", "https://example.co.jp"),
        ("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏ．ｊｐ／", "https://example.co.jp/"),
        ("www.example.co.jp:8080/x", "https://www.example.co.jp:8080/x"),
        ("HTTPS://Example.co.jp/Path", "HTTPS://Example.co.jp/Path"),
        ("例え.jp/会社概要", "https://例え.jp/会社概要"),
        ("example.jp/?u=http://other.jp", "https://example.jp/?u=http://other.jp"),
        ("example.jp/@taro", "https://example.jp/@taro"),
    ],
)
def test_a_web_address_is_read_however_it_is_typed(typed: str, shown: str) -> None:
    assert read_url(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "なし",
        "javascript:alert(1)",
        "JavaScript://example.jp/%0aalert(1)",
        "data:text/html,x",
        "mailto:a@example.jp",
        "ftp://example.jp",
        "https://user:pass@example.jp/",
        "user@example.jp",
        "https://example.jp\\@evil.jp",
        "https://example.jp/ x",
        "https://example.jp/\r\nSet-Cookie:",
        "https://example.jp/<script>",
        "https://",
        "https:///x",
        "//example.jp",
        "localhost:8000",
        "example.jp:99999",
        "https://[::1",
        "https://" + "a" * 2000 + ".jp",
        "a.jp/" + "b" * 1995,  # fits only until https:// is added
    ],
)
def test_a_refused_web_address_says_what_to_type(typed: str) -> None:
    with pytest.raises(contact.UnreadableUrl) as refused:
        read_url(typed)
    assert str(refused.value) == (
        "ホームページURLは、https://www.example.co.jp のようにお書きください。"
        "お持ちでない場合は、空欄のままで結構です。"
    )


def test_refusals_speak_of_the_field_by_its_own_label() -> None:
    for read in (read_phone, read_email, read_url):
        with pytest.raises(Unreadable, match=r"^ご連絡先"):
            read("?", "ご連絡先")


ALPHABET = st.text(
    st.sampled_from("0123456789０９+＋-ー−()（）. 　内線ext#@＠abcA例.．。/／:：httpsw\"'\u200b\x00\r\n"),
    max_size=40,
)


def _read_or_none(read: Callable[[str], str], typed: str) -> str | None:
    try:
        return read(typed)
    except Unreadable:
        return None


@given(ALPHABET | st.text())
def test_what_was_read_is_read_the_same_again(typed: str) -> None:
    readers: tuple[Callable[[str], str], ...] = (
        lambda value: read_phone(value).shown,
        lambda value: read_email(value).shown,
        read_url,
    )
    for read in readers:
        shown = _read_or_none(read, typed)
        assert shown is None or _read_or_none(read, shown) == shown


@given(
    st.from_regex(r"0[1-9][0-9]{8,9}", fullmatch=True),
    st.sampled_from(["-", "ー", " ", "－", "−"]),
    st.integers(1, 8),
)
def test_every_number_from_zero_is_accepted_in_any_grouping(digits: str, hyphen: str, cut: int) -> None:
    phone = read_phone(digits[:cut] + hyphen + digits[cut:])
    assert phone.key == "+81" + digits[1:]
    assert phone.shown.replace("-", "") == digits


@pytest.mark.parametrize(
    "pump", ["0", "0-", "(", "内線", " ", "@", "a.", ".", "https://", "a@", "+", "ー", "ﷺ"]
)
@pytest.mark.parametrize("size", [90, 999, 1_990, 50_000, 1_000_000])
def test_no_address_takes_long(pump: str, size: int) -> None:
    big = pump * (size // len(pump))
    for read in (read_phone, read_email, read_url):
        started = time.process_time()
        with suppress(Unreadable):
            read(big)
        assert time.process_time() - started < 1
