"""Which numbers are looked for, and one that was found."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """個人識別符号 (Cabinet Order of the Act, Art 1; its Enforcement Rules, Arts 3–4) and means of payment."""

    MY_NUMBER = "my-number"
    RESIDENT = "resident-code"
    LICENCE = "licence"
    PASSPORT = "passport"
    RESIDENCE = "residence-card"
    INSURANCE = "insurance"
    PENSION = "pension"
    CARD = "card"
    ACCOUNT = "bank-account"


class Found(NamedTuple):
    """One number in a text: `text[start:end]`, its separators included."""

    kind: Kind
    start: int
    end: int


LABELS: dict[Kind, str] = {
    Kind.MY_NUMBER: "マイナンバー",
    Kind.RESIDENT: "住民票コード",
    Kind.LICENCE: "運転免許証の番号",
    Kind.PASSPORT: "パスポートの番号",
    Kind.RESIDENCE: "在留カードの番号",
    Kind.INSURANCE: "保険証の番号",
    Kind.PENSION: "基礎年金番号",
    Kind.CARD: "カードの番号",
    Kind.ACCOUNT: "口座番号",
}
