"""What somebody careful notices before a reply goes out, and says nothing of when nothing is odd."""

from datetime import datetime

import pytest

from madoguchi.rooms.inquiries import filling
from madoguchi.rooms.inquiries.oddities import Addressee, Writing, odd
from madoguchi.rooms.inquiries.quoting import quoted

TO = Addressee(
    name="山田 花子",
    company="有限会社青葉食堂",
    address="hanako@example.jp",
    number="M-20261122-7K4P",
    said="見積書の宛名を、株式会社ときわの井上様あてに変更していただけますか。",
)
GOOD = """有限会社青葉食堂
山田 花子 様

お問い合わせ（受付番号 M-20261122-7K4P）ありがとうございます。
仕様は同様です。ご担当者様、皆様、お客様にもよろしくお伝えください。
株式会社ときわの井上様の件、承知しました。弊社の株式会社みなと商会からお送りします。

> 添付のとおりです。鈴木 一郎 様 M-20200101-AAAA 絶対に
"""


def found(text: str, to: Addressee = TO, **more: object) -> dict[str, str]:
    writing = Writing(text=text, own_names=["株式会社みなと商会"], warning_words=["絶対", "御社"], **more)  # type: ignore[arg-type]
    return odd(to, writing)


def test_nothing_odd_is_said_of_an_honest_reply() -> None:
    assert found(GOOD) == {}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("鈴木 一郎 様\n\nお問い合わせありがとうございます。", ["name:鈴木一郎"]),
        ("山田様\n\nありがとうございます。", []),
        ("田中様\n\nありがとうございます。", ["name:田中"]),
        ("株式会社北星デザイン\n山田 花子 様\n承知しました。", ["company:北星デザイン"]),
        ("みどり商事株式会社の件、承知しました。", ["company:ミドリ商事"]),
        ("青葉食堂㈲ 様の件、承知しました。", []),
        ("受付番号 M-20261124-W3QF の件です。", ["number:M-20261124-W3QF"]),
        ("受付番号 ｍ-20261122-7k4p の件です。", []),
        ("見積書を添付いたします。", ["attachment"]),
        ("絶対に間に合います。御社のために。", ["word:絶対", "word:御社"]),
        ("○○の件、承知しました。", ["placeholder"]),
        ("はい。", ["short"]),
        ("> 引用だけ\n> です", ["short"]),
    ],
)
def test_each_oddity_is_named(text: str, codes: list[str]) -> None:
    assert list(found(text)) == codes


def test_a_file_answers_for_the_word() -> None:
    assert found("見積書を添付いたします。", files=1) == {}


def test_another_sender_and_a_new_address_are_told() -> None:
    other = Addressee(
        **{name: getattr(TO, name) for name in TO.__slots__} | {"wrote_from": "ichiro@other.example"}
    )
    moved = Addressee(**{name: getattr(TO, name) for name in TO.__slots__} | {"reached_before": False})

    assert found("承知しました。ありがとうございます。", other) == {
        "sender": "最後のメールは ichiro@other.example から届いています（ドメインも違います）。"
        "返信は hanako@example.jp に届きます。"
    }
    assert list(found("承知しました。ありがとうございます。", moved)) == ["recipient"]


def test_always_asks_once_and_only_when_nothing_else_does() -> None:
    assert list(found("承知しました。ありがとうございます。", always=True)) == ["always"]
    assert list(found("はい。", always=True)) == ["short"]


def test_nobody_without_a_name_is_the_wrong_one() -> None:
    nameless = Addressee(name="", company="", address="x@example.jp", number="M-20261122-7K4P")

    assert found("田中様\n\nありがとうございます。", nameless) == {}


def test_merge_fields_are_filled_and_what_has_no_value_stays() -> None:
    template = "{{#企業名}}\n{{企業名}}\n{{/企業名}}\n{{氏名}}\n{{ 日付 }} に伺います。{{回答期限}}"

    assert filling.fill(template, {"企業名": "", "氏名": "山田 花子 様"}) == (
        "山田 花子 様\n{{ 日付 }} に伺います。{{回答期限}}"
    )
    assert filling.fill(template, {"企業名": "青葉", "氏名": "山田 様", "回答期限": "明日"}) == (
        "青葉\n山田 様\n{{ 日付 }} に伺います。明日"
    )
    assert filling.unknown(template) == ["日付"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("承知しました。【重要】お知らせ", []),
        ("{{日付}}に、{{日付}}と{{ 時刻 }}に伺います。", ["日付", "時刻"]),
        ("お届け日：【　】です。", ["お届け日【　】"]),
        ("【】", ["【　】"]),
        ("{{#企業名}}", ["企業名"]),
        ("> お届け日：【　】\n> {{日付}}", []),
    ],
)
def test_what_waits_to_be_filled_in_is_named(text: str, names: list[str]) -> None:
    assert filling.blanks(text) == names


def test_a_quote_names_who_and_when_and_leaves_older_quotes_out() -> None:
    text = quoted(
        "一行目\n\n二行目\n> 前の引用\n",
        who="山田 花子 様",
        at=datetime.fromisoformat("2026-11-22T10:00:00+09:00"),
    )

    assert text == "2026年11月22日(日) 10:00 山田 花子 様:\n> 一行目\n>\n> 二行目"
