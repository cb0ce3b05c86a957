"""Names and messages stay as typed; only keys fold."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib import text

NAMES_KEPT = [
    "山田　太郎",
    "髙橋",
    "山﨑 一郎",
    "𠮷野家",
    "葛\U000e0100城",
    "辻\ufe00",
    "\ufa19谷",  # NFC would make it U+795E
    "\ufa10\ufa1e",
    "㈱山田①号店",
    "株式会社Ａ＆Ｂ",
    "１２３商店",
    "\ue000外字",
    "Ünal Łukasz",
    "e\u0301",  # a decomposed Latin letter is not ours to compose
    "〜～−－‐—ー",
    "㍻℡…",
    "👨\u200d👩\u200d👧\u200d👦",
    "❤\ufe0f\u200d🔥",
    "👩🏽\u200d🚀",
    "🏃\u200d➡\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "می\u200cخواهم",
    "縺ゅ＞縺�",  # cp932 mojibake
    "Robert'); DROP TABLE",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("name", NAMES_KEPT)
def test_a_name_is_never_altered(name: str) -> None:
    assert text.clean_line(name) == name
    assert text.clean_text(name) == name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  山田　太郎\u3000\n", "山田　太郎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("ﾊﾟｰﾃｨｰ｡｢･｣､", "パーティー。「・」、"),
        ("ｳﾞｧｲｵﾘﾝ", "ヴァイオリン"),
        ("ﾊ\u200bﾞ", "バ"),
        ("カﾞ", "ガ"),
        ("ハ\u3099ンス\u3099", "バンズ"),
        ("は\u309aん", "ぱん"),
        ("ゝ\u3099", "ゞ"),
        ("木ﾞ", "木゛"),
        ("ﾊ\u3099", "バ"),
        ("あ\u3099", "あ\u3099"),
        ("山\x00田\x07\x1b\x7f\x9f", "山田"),
        ("太郎\r\nBcc: x@y.z", "太郎 Bcc: x@y.z"),
        ("a\tb\u2028c\x0bd\x85e", "a b c d e"),
        ("\u202e太郎\u202c\u2066x\u2069\u200f\u061c", "太郎x"),
        ("山\u200b田\ufeff\u2060\u00ad", "山田"),
        ("x\u200dy\u200cz", "xyz"),
        ("👩\u200d", "👩"),
        ("a\U000e0061\U000e0062", "a"),
        ("\u3000 \t\u200b", ""),
    ],
)
def test_a_line_loses_only_what_nobody_sees(typed: str, stored: str) -> None:
    assert text.clean_line(typed) == stored


def test_a_message_keeps_everything_but_controls() -> None:
    typed = "  一行目\r\n\tﾊﾞ ハ\u3099 \u202e\u200b\r二行目\x00\x1b[31m\x0c\n "
    assert text.clean_text(typed) == "  一行目\n\tﾊﾞ ハ\u3099 \u202e\u200b\n二行目[31m\n "


@given(st.text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    assert text.clean_line(text.clean_line(typed)) == text.clean_line(typed)
    assert text.clean_text(text.clean_text(typed)) == text.clean_text(typed)


@pytest.mark.parametrize("bad", ["\x00", "a\ud800b", "\udfff", "\udc80\x00"])
def test_nul_and_lone_surrogates_are_refused(bad: str) -> None:
    assert text.unstorable(bad)
    assert text.without_unstorable(bad) in ("", "ab")


@pytest.mark.parametrize("good", ["", "𠮷", "\ufffe", "\ue000", "\x01", "👨\u200d👩"])
def test_whatever_a_database_takes_is_storable(good: str) -> None:
    assert not text.unstorable(good)


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("", 0),
        ("髙﨑𠮷", 3),
        ("葛\U000e0100城", 2),
        ("か\u3099ﾊﾞ", 2),
        ("👨\u200d👩\u200d👧\u200d👦", 1),
        ("❤\ufe0f\u200d🔥", 1),
        ("👍🏽👍", 2),
        ("🇯🇵🇫🇷", 2),
        ("🏴\U000e0067\U000e0062\U000e007f", 1),
        ("e\u0301", 1),
        ("一\r\n二\n", 4),
    ],
)
def test_length_is_counted_as_people_count(typed: str, length: int) -> None:
    assert text.grapheme_length(typed) == length


def test_shortening_cuts_between_letters() -> None:
    assert text.shorten("山田太郎", 4) == "山田太郎"
    assert text.shorten("山田太郎様", 4) == "山田太…"
    assert text.shorten("葛\U000e0100城葛\U000e0100城", 2) == "葛\U000e0100…"
    family = "👨\u200d👩\u200d👧\u200d👦"
    assert text.shorten(family * 3, 2) == family + "…"


@given(st.text(max_size=300), st.integers(1, 40))
def test_shortened_text_is_never_longer(typed: str, limit: int) -> None:
    assert text.grapheme_length(text.shorten(typed, limit)) <= limit


SAME = [
    ("髙橋", "高橋"),
    ("山﨑", "山崎"),
    ("𠮷野", "吉野"),
    ("渡邊", "渡辺"),
    ("渡邉", "渡辺"),
    ("齋藤", "斉藤"),
    ("\ufa19谷", "神谷"),
    ("葛\U000e0100城", "葛城"),
    ("㈱山田", "株式会社山田"),
    ("(株)山田", "株式会社山田"),
    ("（株）山田", "株式会社　山田"),
    ("10〜12時", "10～12時"),
    ("Ａ−１", "a-1"),
    ("Ａ－１", "A‐1"),
    ("サーバー", "ｻｰﾊﾞｰ"),
    ("さーばー", "サーバ－"),
    ("山田　太郎", "山田太郎"),
    ("ＹＡＭＡＤＡ", "yamada"),
    ("①", "1"),
    ("ハ\u3099", "バ"),
    ("‖", "∥"),
    ("山\u200b田", "山田"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_keys_join_what_people_mean_as_one(one: str, other: str) -> None:
    assert text.search_key(one) == text.search_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("高橋", "高端"), ("かき", "かぎ"), ("はは", "はば"), ("渡辺", "渡部"), ("ー", "一")]
)
def test_keys_keep_apart_what_is_different(one: str, other: str) -> None:
    assert text.search_key(one) != text.search_key(other)


@given(st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Zs", "Pd"))))
def test_a_key_is_its_own_key(typed: str) -> None:
    key = text.search_key(typed)
    assert text.search_key(key) == key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("山田 太郎", "山田 太郎\u00a0様"),
        ("John Smith", "John Smith\u00a0様"),
        ("山田様", "山田様"),
        ("山田さま", "山田さま"),
        ("山田殿", "山田殿"),
        ("総務部御中", "総務部御中"),
        ("山田先生", "山田先生"),
        ("", ""),
    ],
)
def test_sama_is_added_once(name: str, shown: str) -> None:
    assert text.shown_name(name) == shown


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("㈱髙﨑①", "㈱髙﨑①"),
        ("Dr.Smith", "Dr.Smith"),
        ("A.B. Yamada", "A.B. Yamada"),
        ("Yamada Co.,Ltd.", "Yamada Co.,Ltd."),
        ("価格.com", "価格.com"),
        ("山田http://evil.example/aへ", "山田"),
        ("当選 www.evil.example 山田", "当選 山田"),
        ("Win evil.com/x now", "Win now"),
        ("taro@evil.com", ""),
        ("ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ 山田", "山田"),
        ("山田\r\nBcc: a", "山田 Bcc: a"),
        ("山\x1b田\u202e", "山田"),
        ("あ" * 51, "あ" * 49 + "…"),
    ],
)
def test_a_name_in_mail_carries_no_link_and_no_control(typed: str, line: str) -> None:
    assert text.mail_line(typed) == line


@given(st.text(st.sampled_from("htps:/w.comjp@山田 \r\n\x00．：／")))
def test_no_address_survives_in_a_mail_line(typed: str) -> None:
    line = unicodedata.normalize("NFKC", text.mail_line(typed))
    assert "http://" not in line
    assert "https://" not in line
    assert line.isprintable()


PUMPS = [
    "a",
    "a.",
    "ﾊﾞ",
    "👩\u200d",
    "\u0301",
    "0-",
    "@",
    " ",
    "\U0001f3f4\U000e0061",
    "\u202e",
    "www.",
    "a@a.",
    "😀\r\n",
]


@pytest.mark.parametrize("pump", PUMPS)
def test_no_text_takes_long(pump: str) -> None:
    big = pump * (50_000 // len(pump))
    for read in (
        text.clean_line,
        text.clean_text,
        text.search_key,
        text.mail_line,
        text.grapheme_length,
        lambda typed: text.shorten(typed, 80),
        text.unstorable,
    ):
        started = time.process_time()
        read(big)
        assert time.process_time() - started < 1
