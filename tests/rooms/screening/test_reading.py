"""How a message is read: folded, without what somebody else wrote, each place traced back to the text."""

import pytest

from madoguchi.rooms.screening import reading


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ﾎｰﾑﾍﾟｰｼﾞ ＡＢＣ１２３", "ホームページ abc123"),
        ("か\u3099っこう", "がっこう"),
        ("営\u200b業\u200d電\ufeff話", "営業電話"),
        ("㈱みなと①", "(株)みなと1"),
        ("z\u0301a\u0323", "za"),
    ],
)
def test_width_case_and_what_nobody_sees_are_folded(text: str, plain: str) -> None:
    assert reading.read(text).plain == plain


def test_what_somebody_else_wrote_is_left_out() -> None:
    quoted = "「貴協会の集客を3倍にする無料診断のご案内です。今なら初期費用0円でご提供いたします。ぜひオンラインで15分。」"
    text = (
        f"この案内が届きました。{quoted}\n> 突然のご連絡失礼いたします。\n＞ ご提案です。\nやめてください。"
    )
    read = reading.read(text)
    assert read.plain == "この案内が届きました。\n\n\nやめてください。"
    assert read.quoted


def test_a_forwarded_message_is_not_the_senders_own() -> None:
    read = reading.read(
        "これは御社からですか。\n-----Original Message-----\n件名:無料診断\n貴社の検索順位を上げませんか"
    )
    assert read.plain == "これは御社からですか。\n"


def test_a_short_quotation_stays() -> None:
    assert reading.read("「霧の段」を6本ください").plain == "「霧の段」を6本ください"


def test_addresses_and_numbers_are_masked() -> None:
    text = "月12,800円→https://a.example.jp/x?y=1 か a.b@example.jp へ\n 03-0000-0000"
    assert reading.read(text).masked == " 月0円→ か へ 0 "


def test_a_denial_of_selling_says_nothing() -> None:
    assert reading.read("営業ではございません。").masked == reading.read("。").masked


def test_a_place_in_the_reading_is_found_in_the_text() -> None:
    text = "> 引用\nﾊﾞﾅﾅを、無料\u200bで。"
    read = reading.read(text)
    start = read.plain.index("無料で")
    first, last = read.span(start, start + 3)
    assert text[first:last] == "無料\u200bで"


def test_no_more_is_read_than_the_first_8000_characters() -> None:
    assert len(reading.read("あ" * 9_000).plain) == reading.LONGEST
