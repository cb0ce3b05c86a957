"""Words that say what a number is: one of ours, a telephone, or something else."""

from typing import NamedTuple

from madoguchi.foundation.lib.numbers.kinds import Kind

# One character for one, so that places in the folded text are places in the text.
FOLDS = str.maketrans(
    {chr(0xFF01 + n): chr(0x21 + n) for n in range(0x5E)}
    | {chr(0xFF41 + n): chr(0x41 + n) for n in range(26)}
    | {chr(0x61 + n): chr(0x41 + n) for n in range(26)}
    | dict.fromkeys("‐‑‒–—―−ー⁃﹣ｰ─・･·•", "-")
    | {"￥": "¥"}
    | dict.fromkeys("\t\u00a0\u2002\u2003\u2009\u200a\u200b\u202f\u2060\u3000", " ")
)
OTHER, PHONE = "other", "phone"
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Sign(NamedTuple):
    """A word at its place. `says`: the kind it announces, or OTHER, or PHONE."""

    start: int
    end: int
    says: Kind | str


_WORDS: dict[Kind | str, tuple[str, ...]] = {
    Kind.MY_NUMBER: (
        "マイナンバー", "個人番号", "ﾏｲﾅﾝﾊﾞｰ", "まいなんばー", "マイナ番号", "国民番号", "共通番号", "MY NUMBER",
        "MYNUMBER",
    ),
    Kind.RESIDENT: ("住民票コード",),
    Kind.LICENCE: ("運転免許", "運転免許証", "免許証", "免許番号", "運転経歴証明書"),
    Kind.PASSPORT: ("パスポート", "旅券", "ﾊﾟｽﾎﾟｰﾄ", "PASSPORT"),
    Kind.RESIDENCE: ("在留カード", "在留資格", "特別永住者証明書"),
    Kind.INSURANCE: (
        "保険者番号", "被保険者番号", "被保険者証", "保険証", "健康保険", "雇用保険", "介護保険", "国民健康保険",
        "後期高齢者医療",
    ),
    Kind.PENSION: ("基礎年金番号", "年金番号", "年金手帳"),
    Kind.CARD: (
        "クレジット", "クレカ", "ｸﾚｼﾞｯﾄ", "カード番号", "ｶｰﾄﾞ番号", "デビット", "VISA", "MASTERCARD", "マスターカード",
        "JCB", "AMEX", "アメックス", "ダイナース", "CREDIT CARD", "CARD NUMBER", "セキュリティコード", "CVV", "CVC",
    ),
    Kind.ACCOUNT: (
        "口座番号", "普通預金", "当座預金", "普通口座", "当座口座", "預金口座", "振込口座", "普通", "当座",
    ),
    OTHER: (
        "注文", "受注", "発注", "オーダー", "伝票", "送り状", "追跡", "トラッキング", "荷物", "配送", "発送", "予約",
        "会員証", "会員カード", "ポイントカード", "ギフトカード", "プリペイドカード", "診察券", "シリアル", "型番", "型式",
        "品番", "商品", "製品", "機種", "機番", "部品", "JAN", "ISBN", "バーコード", "請求書", "見積", "案件", "取引",
        "ロット", "車台", "IMEI", "供給地点", "検針", "出願", "特許", "商標", "金額", "合計", "売上", "納品",
        "番号", "コード",
    ),
    PHONE: (
        "電話", "TEL", "FAX", "ファックス", "ファクス", "携帯", "ケータイ", "連絡先", "郵便", "〒", "内線", "ダイヤル",
    ),
}  # fmt: skip
_FOLDED = [(word.translate(FOLDS), says) for says, words in _WORDS.items() for word in words]
SECURITY_CODES = frozenset({"セキュリティコード".translate(FOLDS), "CVV", "CVC"})
# These say something only after a word of their own (抽選番号, 個体識別コード), not as in 私の番号; and after one
# of ours (免許証番号) nothing new.
_NEED_A_NAME = frozenset({"番号", "コード".translate(FOLDS)})
_WITH_CARE = _NEED_A_NAME | {word for word, _ in _FOLDED if word[0] in LETTERS}
_NO_NAME = frozenset("のはがをにとも、。 -:(),./「」『』【】\n")


def signs(folded: str) -> list[Sign]:
    """In order, none overlapping: a word inside a longer one says nothing by itself."""
    spotted = [
        (at, -len(word), word, says)
        for word, says in _FOLDED
        if word in folded
        for at in _places(folded, word)
    ]
    spotted.sort()
    told, end = list[Sign](), 0
    for at, length, word, says in spotted:
        if at >= end and (
            word not in _WITH_CARE or _says_something(folded, word, at, named=bool(told) and at - end <= 1)
        ):
            end = at - length
            told.append(Sign(at, end, says))
    return told


def _places(folded: str, word: str) -> list[int]:
    places, at = list[int](), folded.find(word)
    while at >= 0:
        places.append(at)
        at = folded.find(word, at + len(word))
    return places


def _says_something(folded: str, word: str, at: int, *, named: bool) -> bool:
    """`named`: another of the words ends where this one begins, or one character before (健康保険・証番号)."""
    before, after = folded[at - 1 : at], folded[at + len(word) : at + len(word) + 1]
    if word in _NEED_A_NAME:
        return before != "" and before not in _NO_NAME and not named
    return before not in LETTERS and after not in LETTERS
