"""Numbers that nobody needs to type are found; numbers that are something else are left alone."""

import time
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.foundation.lib import numbers
from madoguchi.foundation.lib.numbers import COVER, Kind, check_digits, find, mask, pieces

# Invented; each fits the check digit of its kind. None of 4111… and 3782… was ever issued.
MINE, LICENCE = "123456789018", "309012345620"
VISA, AMEX, DINERS, JCB = "4111111111111111", "378282246310005", "30569309025904", "3530111333300000"
CARD = f"{COVER}1111"

FOUND = [
    ("マイナンバーは123456789018です。", f"マイナンバーは{COVER}です。"),
    ("マイナンバー：1234-5678-9018", f"マイナンバー：{COVER}"),
    ("個人番号 1234 5678 9018 の通知カードをなくしました。", f"個人番号 {COVER} の通知カードをなくしました。"),
    ("個人番号は１２３４５６７８９０１８です", f"個人番号は{COVER}です"),
    ("マイナンバー（１２３４－５６７８－９０１８）", f"マイナンバー（{COVER}）"),
    ("ﾏｲﾅﾝﾊﾞｰ 123456789018", f"ﾏｲﾅﾝﾊﾞｰ {COVER}"),
    ("My Number: 1234・5678・9018", f"My Number: {COVER}"),
    ("マイナンバー\n1234　5678　9018", f"マイナンバー\n{COVER}"),
    ("マイナンバーカードの番号が1234 5678 9018なのですが", f"マイナンバーカードの番号が{COVER}なのですが"),
    ("マイナンバー123456789019（一桁の書き間違い）", f"マイナンバー{COVER}（一桁の書き間違い）"),
    ("マイナンバーを電話でお伝えします。1234-5678-9018", f"マイナンバーを電話でお伝えします。{COVER}"),
    ("123456789018 これが私のマイナンバーです", f"{COVER} これが私のマイナンバーです"),
    ("123456789018", COVER),
    ("1234-5678-9018です。よろしくお願いします。", f"{COVER}です。よろしくお願いします。"),
    ("123 456 789 018", COVER),
    ("私の番号は123456789018です。", f"私の番号は{COVER}です。"),
    ("注文番号が分からないので、マイナンバー1234-5678-9018で調べてください", f"注文番号が分からないので、マイナンバー{COVER}で調べてください"),
    ("注文番号は忘れました。\n123456789018", f"注文番号は忘れました。\n{COVER}"),
    ("妻のマイナンバーは1234-5678-9018、電話は03-0000-0000です", f"妻のマイナンバーは{COVER}、電話は03-0000-0000です"),
    ("123456789018と4111111111111111", f"{COVER}と{CARD}"),
    ("住民票コード 12345678901", f"住民票コード {COVER}"),
    ("クレジットカード 4111 1111 1111 1111 で払いました", f"クレジットカード {CARD} で払いました"),
    ("カード番号4111-1111-1111-1111", f"カード番号{CARD}"),
    ("カード番号は４１１１　１１１１　１１１１　１１１１です", f"カード番号は{CARD}です"),
    ("4111111111111111 が二重に引き落とされています。", f"{CARD} が二重に引き落とされています。"),
    ("AMEXの3782 822463 10005", f"AMEXの{COVER}0005"),
    ("378282246310005", f"{COVER}0005"),
    ("ダイナース 3056 930902 5904", f"ダイナース {COVER}5904"),
    ("JCB 3530-1113-3330-0000", f"JCB {COVER}0000"),
    ("3530111333300000", f"{COVER}0000"),
    ("VISA 4111111111111112（打ち間違い）", f"VISA {COVER}1112（打ち間違い）"),
    ("5555555555554444で決済できません", f"{COVER}4444で決済できません"),
    ("6011 1111 1111 1117", f"{COVER}1117"),
    ("クレカ4222222222222は使えますか", f"クレカ{COVER}2222は使えますか"),
    ("セキュリティコードは123です", f"セキュリティコードは{COVER}です"),
    ("CVV: 4567", f"CVV: {COVER}"),
    ("運転免許証番号 309012345620", f"運転免許証番号 {COVER}"),
    ("免許証の番号は第309012345620号です", f"免許証の番号は第{COVER}号です"),
    ("運転免許証をなくしました。番号は 3090 1234 5620 です。", f"運転免許証をなくしました。番号は {COVER} です。"),
    ("309012345620は私の免許証です", f"{COVER}は私の免許証です"),
    ("パスポート番号はTK1234567です", f"パスポート番号は{COVER}です"),
    ("旅券番号ＭＳ１２３４５６７", f"旅券番号{COVER}"),
    ("passport: ab1234567", f"passport: {COVER}"),
    ("TR7654321", COVER),
    ("ＴＺ１２３４５６７を確認してください", f"{COVER}を確認してください"),
    ("TK1234567（パスポート）", f"{COVER}（パスポート）"),
    ("在留カード番号 AB12345678CD", f"在留カード番号 {COVER}"),
    ("特別永住者証明書はAB12345678CDです", f"特別永住者証明書は{COVER}です"),
    ("保険者番号 06123459", f"保険者番号 {COVER}"),
    ("保険者番号は138057です", f"保険者番号は{COVER}です"),
    ("健康保険証の記号1234番号567", f"健康保険証の記号{COVER}番号{COVER}"),
    ("保険証 記号・番号 １２３４・５６７", f"保険証 記号・番号 {COVER}・{COVER}"),
    ("国民健康保険 記号 千代田 番号 12345678", f"国民健康保険 記号 千代田 番号 {COVER}"),
    ("後期高齢者医療の被保険者番号 01234567", f"後期高齢者医療の被保険者番号 {COVER}"),
    ("介護保険被保険者番号0000123456", f"介護保険被保険者番号{COVER}"),
    ("雇用保険被保険者番号 1234-567890-1", f"雇用保険被保険者番号 {COVER}"),
    ("雇用保険の番号は12345678901です", f"雇用保険の番号は{COVER}です"),
    ("基礎年金番号 1234-567890", f"基礎年金番号 {COVER}"),
    ("年金手帳に1234567890とあります", f"年金手帳に{COVER}とあります"),
    ("基礎年金番号：１２３４－５６７８９０", f"基礎年金番号：{COVER}"),
    ("口座番号 1234567", f"口座番号 {COVER}"),
    ("みずほ銀行 渋谷支店 普通 1234567", f"みずほ銀行 渋谷支店 普通 {COVER}"),
    ("普通預金1234567へお振り込みください", f"普通預金{COVER}へお振り込みください"),
    ("当座 7654321", f"当座 {COVER}"),
    ("ゆうちょ銀行 記号12340 番号12345671", f"ゆうちょ銀行 記号{COVER} 番号{COVER}"),
    ("返金先の口座番号は０１２３４５６です。", f"返金先の口座番号は{COVER}です。"),
    ("カード番号4111 1111 1111 1111、セキュリティコード123", f"カード番号{CARD}、セキュリティコード{COVER}"),
    ("マイナンバー 1234 5678 9018 2026年に取得", f"マイナンバー {COVER} 2026年に取得"),
]  # fmt: skip

LEFT_ALONE = [
    "注文番号は123456789018です。",
    "注文番号 1234-5678-9018 がまだ届きません。",
    "マイナンバーではなく、注文番号123456789018の件です。",
    "送り状番号：1234-5678-9018",
    "ヤマトの伝票番号1234-5678-9018で追跡できません",
    "お問い合わせ番号 123456789018 の荷物について",
    "追跡番号123456789018",
    "予約番号は123456789018です",
    "お客様番号 123456789018",
    "会員番号1234 5678 9018 の者です",
    "123456789018（注文番号）の状況を教えてください",
    "123456789018という管理番号が付いていました",
    "抽選番号 123456789018",
    "個体識別番号：123456789018",
    "製造番号123456789018の機械が動きません",
    "シリアル 123456789018",
    "請求書No.123456789018",
    "JANコード 4901234567894",
    "4901234567894",
    "法人番号 7000012050002",
    "法人番号は1180301018771です",
    "7000012050002",
    "T1180301018771（適格請求書発行事業者の登録番号）",
    "会社法人等番号 0100-01-012345",
    "会社法人等番号 123456789018",
    "ISBN 978-4-00-310101-8",
    "ID:123456789018X",
    "ORDER-123456789018",
    "SKU_123456789018",
    "https://example.jp/items/123456789018",
    "https://example.jp/?id=123456789018&from=mail",
    "https://example.jp/4111111111111111/",
    "123456789018@example.jp までお願いします",
    "taro.4111111111111111@example.jp",
    "受付番号 M-261124-K7QX の件です",
    "M-261124-7788",
    "電話は03-1234-5678です",
    "携帯 090-1234-5678",
    "０９０－１２３４－５６７８",
    "+81 90-1234-5678",
    "+819012345678",
    "819012345678にかけ直してください",
    "フリーダイヤル 0120-123-456",
    "TEL 0312345678 FAX 0312345679",
    "電話 03-1234-5678、携帯 090-8765-4321、FAX 03-1234-5679",
    "〒100-0001 東京都千代田区千代田1-1",
    "郵便番号1000001",
    "2026年11月24日 15時30分に伺います",
    "2026-11-24 15:30:45",
    "202611241530",
    "202611241530に作成されたファイル",
    "2026/11/24～2026/12/31",
    "合計 1,234,567,890,128円",
    "売上は123456789018円です",
    "総額123456789018 円",
    "¥123456789018",
    "アクセス数は123456789018件でした",
    "123456789018.50",
    "0.123456789018",
    "123,456,789,018",
    "000000000000",
    "111111111111",
    "99999999999999999999",
    "型番TX1234567の在庫はありますか",
    "MX1234567という製品について",
    "品番 TR-1234567",
    "見積番号TK1234567",
    "AB1234567",
    "AB12345678CD",
    "ポイントカード番号 4111111111111111",
    "会員カード番号1234 5678 9018",
    "診察券番号 123456",
    "IMEI 356938035643809",
    "356938035643809",
    "緯度35.681236、経度139.767125",
    "UUIDは0193a5c2-1234-5678-9018-123456789018です",
    "IPは192.168.100.200です",
    "証券番号 123456789018",
    "普通に使えて1234円でした",
    "普通は1週間かかります",
    "年金事務所の電話は0312345678です",
    "年金手帳のことで、電話03-1234-5678までお願いします",
    "口座を開きたいので、連絡先09012345678までお願いします",
    "雇用保険の手続きを2026年12月までにしたいです",
    "健康保険の加入者は12345人です",
    "保険証の記号と番号は、後日お伝えします",
    "運転免許は2010年に取りました",
    "宅建業免許番号 東京都知事(3)第12345号",
    "パスポートの申請に2週間かかりました",
    "クレジットカードは使えますか。支払いは12000円です",
    "カードの有効期限は2028年12月です",
    "カード番号の下4桁は1111です",
    "セキュリティコードの入力欄が表示されません",
    "ロット123456789018、数量5000",
    "供給地点特定番号 0312345678901234567890",
    "議事録20261124_15301530.docx",
    "求人番号 13010-12345678",
]  # fmt: skip


@pytest.mark.parametrize(("text", "covered"), FOUND)
def test_it_is_found_and_nothing_else_of_the_sentence_changes(text: str, covered: str) -> None:
    assert mask(text) == covered


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_something_else_is_left_alone(text: str) -> None:
    assert (find(text), mask(text)) == ([], text)


def test_there_are_enough_sentences_each_way() -> None:
    assert min(len(FOUND), len(LEFT_ALONE)) >= 60


def test_each_says_its_kind_and_its_place() -> None:
    text = f"番号は{MINE}、免許証は{LICENCE}、カードは{VISA}。"

    assert [(found.kind, text[found.start : found.end]) for found in find(text)] == [
        (Kind.MY_NUMBER, MINE),
        (Kind.LICENCE, LICENCE),
        (Kind.CARD, VISA),
    ]
    assert numbers.named(found.kind for found in find(text)) == "マイナンバー、運転免許証の番号、カードの番号"


def test_pieces_are_the_text_in_order() -> None:
    assert pieces(f"前{MINE}後") == [("前", None), (COVER, Kind.MY_NUMBER), ("後", None)]
    assert pieces("数字なし") == [("数字なし", None)]
    assert pieces("") == []


def test_every_kind_has_a_name() -> None:
    assert set(numbers.LABELS) == set(Kind)


# ---- Check digits


def _with_check(eleven: str) -> str:
    return next(eleven + str(last) for last in range(10) if check_digits.is_my_number(eleven + str(last)))


def _company(twelve: str) -> str:
    return next(
        str(first) + twelve for first in range(1, 10) if check_digits.is_company_number(str(first) + twelve)
    )


digits11 = st.text("0123456789", min_size=11, max_size=11)
digits12 = st.text("0123456789", min_size=12, max_size=12)


@given(digits11)
def test_every_my_number_is_found_however_it_is_grouped(eleven: str) -> None:
    number = _with_check(eleven)
    grouped = [
        number,
        "-".join((number[:4], number[4:8], number[8:])),
        " ".join((number[:4], number[4:8], number[8:])),
    ]
    for each in grouped:
        assert mask(f"マイナンバーは{each}です") == f"マイナンバーは{COVER}です"


@given(digits11, st.integers(0, 10))
def test_one_wrong_digit_of_an_unnamed_number_is_seen(eleven: str, place: int) -> None:
    """Single errors are what the check digit is for, but for those that its 0 hides."""
    number = _with_check(eleven)
    if number[-1] == "0" or len(set(number)) == 1:
        return
    wrong = str((int(number[place]) + 1) % 10)
    assert not check_digits.is_my_number(number[:place] + wrong + number[place + 1 :])


@given(digits12)
def test_a_company_number_is_public(twelve: str) -> None:
    number = _company(twelve)
    for text in (number, f"法人番号{number}", f"法人番号：{number}の者です", f"T{number}"):
        assert mask(text) == text


@given(st.sampled_from(("090", "080", "070", "050")), st.integers(0, 99_999_999))
def test_a_mobile_number_is_left_alone(head: str, rest: int) -> None:
    tail = f"{rest:08}"
    for number in (
        f"{head}-{tail[:4]}-{tail[4:]}",
        head + tail,
        f"+81{head[1:]}{tail}",
        f"81{head[1:]}{tail}",
    ):
        for text in (number, f"電話番号は{number}です", f"{number} {number}"):
            assert mask(text) == text


@given(st.integers(1, 99), st.integers(0, 9_999), st.integers(0, 9_999))
def test_a_telephone_is_left_alone(area: int, middle: int, last: int) -> None:
    for number in (
        f"0{area}-{middle:04}-{last:04}",
        f"0{area}{middle:04}{last:04}",
        f"(0{area}){middle:04}-{last:04}",
    ):
        for text in (
            number,
            f"TEL{number}",
            f"マイナンバーの件、電話は{number}です",
            f"口座の件 電話{number}",
        ):
            assert mask(text) == text


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001
def test_a_moment_is_left_alone(moment: datetime) -> None:
    for shape in (
        "%Y-%m-%d %H:%M:%S",
        "%Y年%m月%d日 %H時%M分",
        "%Y/%m/%d",
        "%Y%m%d%H%M",
        "%Y%m%d",
        "%Y.%m.%d",
    ):
        text = moment.strftime(shape)
        assert mask(text) == text


@given(st.integers(0, 10**15))
def test_an_amount_is_left_alone(amount: int) -> None:
    for text in (
        f"{amount:,}円",
        f"{amount}円",
        f"¥{amount:,}",
        f"合計{amount:,}",
        f"￥{amount}",
        f"{amount}個",
    ):
        assert mask(text) == text


@given(st.text("0123456789", min_size=7, max_size=7))
def test_a_postal_code_is_left_alone(code: str) -> None:
    for text in (f"〒{code[:3]}-{code[3:]}", f"{code[:3]}-{code[3:]} 東京都", f"郵便番号{code}"):
        assert mask(text) == text


@given(
    digits11,
    st.sampled_from(
        ("注文番号", "伝票番号：", "追跡番号 ", "管理番号は", "予約番号は、", "お問い合わせ番号 ")
    ),
)
def test_what_is_named_otherwise_is_left_alone(eleven: str, name: str) -> None:
    text = f"{name}{_with_check(eleven)}です"
    assert mask(text) == text


@given(
    st.sampled_from(("4", "51", "55", "2221", "3528", "62", "65")),
    st.text("0123456789", min_size=15, max_size=15),
)
def test_every_card_is_found_and_keeps_its_last_four(issuer: str, rest: str) -> None:
    fifteen = (issuer + rest)[:15]
    number = next(
        fifteen + str(last) for last in range(10) if check_digits.is_card_number(fifteen + str(last))
    )
    for each in (number, " ".join(number[at : at + 4] for at in range(0, 16, 4))):
        assert mask(f"カードは{each}です") == f"カードは{COVER}{number[-4:]}です"


# ---- Whatever is typed

_TYPED = st.text(
    st.sampled_from("0123456789０１９-－・ 　\n円TKマイナンバー番号注文口座記号保険証カード普通CVV。、()あ"),
    max_size=200,
)


@settings(max_examples=300)
@given(_TYPED)
def test_any_text_comes_out_in_pieces_that_fit(text: str) -> None:
    found = find(text)

    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[each.start].strip() and text[each.end - 1].strip() for each in found)
    assert "".join(piece.text for piece in pieces(text)) == mask(text)


@settings(max_examples=300)
@given(_TYPED)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert [found.kind for found in find(once)] in ([], [found.kind for found in find(once)])
    assert mask(mask(once)) == mask(once)


@pytest.mark.parametrize(
    "pump",
    [
        "1", "1 ", "12 ", "1234 ", "1234-", "123456789018 ", "123456789018", "マイナンバー", "注文", "番号", "抽選番号",
        "マイナンバー 123456789018", "注文" * 19 + "123456789018", "記号", "記号12", "記号一", "記号12番号34", "記号・番号",
        "CVV 123 ", "口座番号", "口座番号1", "普通1234567", "AB", "AB1", "TK1234567 ", "AB12345678 ", "4111 1111 1111 1111 ",
        "保険証", "保険証12345", "電話", "あ", "０", "－", "1" * 11 + " ",
    ],
)  # fmt: skip
def test_a_pump_of_50_kb_costs_time_in_proportion(pump: str) -> None:
    """At most 50 ms where nobody else works; twice that is allowed for where somebody does."""
    big = (pump * 50_000).encode()[:50_000].decode(errors="ignore")
    assert min(_spent(big) for _ in range(5)) < 0.1


def _spent(text: str) -> float:
    start = time.process_time()
    mask(text)
    return time.process_time() - start


def test_a_headline_costs_next_to_nothing() -> None:
    plain = "見積書の宛名を変更していただけますか。あわせて納期も教えてください。"
    assert min(_spent_often(plain) for _ in range(5)) < 5e-6


def _spent_often(text: str) -> float:
    start = time.process_time()
    for _ in range(2_000):
        mask(text)
    return (time.process_time() - start) / 2_000
