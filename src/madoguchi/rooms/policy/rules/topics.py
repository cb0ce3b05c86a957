"""What a clause is about, told from its words. A proposal: a person confirms it on one screen."""

import re
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.rooms.policy.rules import Clause, Document

_IN_TITLE, _IN_TEXT = 3, 1
_ENOUGH = 2  # two signs in the text, or one in the title


class Topic(StrEnum):
    DEFINITION = "definition"
    COLLECTION = "collection"
    PURPOSES = "purposes"
    CHOICE = "choice"  # consent before, stop after
    PROVISION = "provision"
    SAFEGUARDS = "safeguards"
    JOINT_USE = "joint-use"
    DISCLOSURE = "disclosure"
    CORRECTION = "correction"  # correction, cessation, erasure
    CONTACT = "contact"
    CHANGE = "change"
    RETENTION = "retention"


LABELS = {
    Topic.DEFINITION: "個人情報の定義",
    Topic.COLLECTION: "取得する情報",
    Topic.PURPOSES: "利用目的",
    Topic.CHOICE: "同意と利用の停止",
    Topic.PROVISION: "第三者提供",
    Topic.SAFEGUARDS: "安全管理措置",
    Topic.JOINT_USE: "共同利用",
    Topic.DISCLOSURE: "開示",
    Topic.CORRECTION: "訂正・利用停止・消去",
    Topic.CONTACT: "お問い合わせ窓口",
    Topic.CHANGE: "ポリシーの変更",
    Topic.RETENTION: "保存期間",
}


@dataclass(frozen=True, slots=True)
class _Signs:
    title: re.Pattern[str]
    text: tuple[re.Pattern[str], ...]


def _signs(title: str, *text: str) -> _Signs:
    return _Signs(re.compile(title), tuple(re.compile(each) for each in text))


_SIGNS = {
    Topic.DEFINITION: _signs(r"定義|とは|個人情報$", r"個人識別符号", r"容易に照合"),
    Topic.COLLECTION: _signs(
        r"(?:収集|取得)(?:する|します|の方法|方法)|(?:収集|取得).{0,8}情報", r"リファラ", r"IPアドレス", r"Cookie|クッキー"
    ),
    Topic.PURPOSES: _signs(r"利用(?:の|する)?目的|使いみち|使い道", r"(?m)ため(?:。|$)", r"利用目的は"),
    Topic.CHOICE: _signs(
        r"同意(?:の)?(?:取得|と)|(?:利用|取得)の?(?:中止|停止)の?(?:要請|方法)|中止要請",
        r"位置情報", r"所定の設定", r"(?:収集|取得)(?:又は|または|や)利用(?:の停止|を止め)",
    ),
    Topic.PROVISION: _signs(r"第三者(?:への|に対する)?(?:の)?提供", r"第三者[にへ]?提供しません|第三者に開示しません", r"事業の承継", r"委託"),
    Topic.SAFEGUARDS: _signs(r"安全管理|セキュリティ", r"漏(?:え|洩|泄)い?", r"アクセス制御|不正なアクセス|不正アクセス", r"研修"),
    Topic.JOINT_USE: _signs(r"共同利用|共同して利用", r"共同して利用する者の範囲|共同利用する者の範囲", r"管理について責任を有する者"),
    Topic.DISCLOSURE: _signs(r"開示(?!等?の?訂正)", r"手数料", r"開示を(?:求め|請求)", r"遅滞なく開示"),
    Topic.CORRECTION: _signs(r"訂正|利用停止|利用の停止等|消去|削除", r"真実でない|事実でない", r"訂正又は|訂正または", r"消去"),
    Topic.CONTACT: _signs(r"窓口|(?:お問い?合わせ|連絡|相談)先?|苦情", r"苦情", r"窓口までお願い|窓口で承"),
    Topic.CHANGE: _signs(r"(?:ポリシー|方針|本規程|内容).{0,6}(?:変更|改定|改訂)|変更手続|^変更", r"施行時期|効力", r"周知|掲載"),
    Topic.RETENTION: _signs(r"保存期間|保管期間|保有期間", r"(?:年|月|日)間(?:保存|保管)"),
}  # fmt: skip


def topic_of(clause: Clause) -> Topic | None:
    """The topic with the most signs; none when they are too few."""
    scores = {topic: _score(signs, clause) for topic, signs in _SIGNS.items()}
    best = max(scores, key=lambda topic: scores[topic])
    return best if scores[best] >= _ENOUGH else None


def topics_of(document: Document) -> dict[int, Topic]:
    """By clause number; clauses about nothing known are left out."""
    found = ((clause.number, topic_of(clause)) for clause in document.clauses)
    return {number: topic for number, topic in found if topic is not None}


def _score(signs: _Signs, clause: Clause) -> int:
    titled = _IN_TITLE if signs.title.search(clause.title) else 0
    return titled + sum(_IN_TEXT for sign in signs.text if sign.search(clause.text))
