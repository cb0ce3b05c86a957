"""The mails whose words the operator chooses: what each is for, and what may be put in where. Pure.

Nothing that a visitor typed but a name and a company is among the fields: no text is echoed (LAW T-F0-5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.hours import Hours, closure_on, is_open_at, spans_on

_OPERATOR: dict[str, str] = {
    "operator.name": "会社の名称", "operator.address": "住所", "operator.postal_code": "郵便番号",
    "operator.phone": "電話番号", "operator.email": "会社のメールアドレス", "operator.desk": "個人情報の窓口の名称",
    "operator.hours_text": "営業時間", "privacy_url": "個人情報についてのお申し出のページ",
}  # fmt: skip
_INQUIRY: dict[str, str] = {
    "company_line": "企業名（あるときだけ）", "name_line": "氏名 様", "receipt_number": "受付番号", "received_at": "受付日時",
}  # fmt: skip
_CLOSED: dict[str, str] = {"opens_at": "次に窓口が開く日時"}


@dataclass(frozen=True, slots=True)
class Kind:
    """`inserted`: no mail by itself but a passage of the acknowledgement."""

    label: str
    when: str
    fields: Mapping[str, str]
    subject: bool = True
    inserted: bool = False


KINDS: Mapping[str, Kind] = {
    "acknowledgement": Kind(
        "自動返信", "お問い合わせを受け付けたときに、送った方へお送りします。",
        _INQUIRY | {
            "answer_by": "お返事の目安の日時", "out_of_hours": "営業時間の外に届いたときの一文（下の3つから選ばれます）",
            "policy_version": "お見せしたポリシーの版", "receipt_url": "受付の控えのページ", "mailing_url": "ご案内メールのお申し込みのページ",
        } | _OPERATOR,
    ),
    "closed-hours": Kind("営業時間外に届いたとき", "営業日の、開く前と閉まったあとに届いたものの自動返信に入ります。", _CLOSED | _OPERATOR, subject=False, inserted=True),
    "closed-days": Kind("土日祝に届いたとき", "定休日と祝日に届いたものの自動返信に入ります。", _CLOSED | _OPERATOR, subject=False, inserted=True),
    "closed-closure": Kind("年末年始などの休業中に届いたとき", "「営業時間と回答の目安」に登録した休業の間に届いたものの自動返信に入ります。", _CLOSED | {"closure": "休業の名前"} | _OPERATOR, subject=False, inserted=True),
    "refusal": Kind("丁寧なお断り", "営業のご連絡へ、職員が「丁寧にお断りする」を押したときにお送りします。", _INQUIRY | _OPERATOR),
    "signature": Kind("署名", "お返事の終わりに付きます。", _OPERATOR, subject=False),
    "staff_notice": Kind(
        "職員へのお知らせ", "新しいお問い合わせが届いたことを、職員へお知らせします。お客様の情報は載せられません。",
        {"receipt_number": "受付番号", "received_at": "受付日時", "lane": "仕分け", "desk_url": "窓口の画面"} | _OPERATOR,
    ),
}  # fmt: skip
INSERTED = tuple(code for code, kind in KINDS.items() if kind.inserted)


def variant(at: datetime, hours: Hours) -> str:
    """Which passage an arrival gets: none while the desk is open."""
    if is_open_at(at, hours):
        return ""
    day = clock.local(at).date()
    if spans_on(day, hours):
        return "closed-hours"
    return "closed-closure" if closure_on(day, hours) else "closed-days"


def closure_name(at: datetime, hours: Hours) -> str:
    closure = closure_on(clock.local(at).date(), hours)
    return closure.name if closure else ""
