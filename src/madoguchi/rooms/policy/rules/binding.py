"""What each clause is bound to, proposed from its words: promises of the house and the figures it names."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.marks import MARK
from madoguchi.rooms.policy.rules.topics import Topic, topic_of

_PROMISES: dict[Topic, tuple[str, ...]] = {
    Topic.COLLECTION: (
        "inquiries.same-draft-same-receipt", "inquiries.only-what-is-asked", "inventory.only-what-is-collected",
        "people.linked-as-agreed", "outreach.location-after-consent",
    ),
    Topic.PURPOSES: (
        "consent.only-as-shown-and-agreed", "inquiries.received-is-told", "gate.stops-hold",
        "delivery.no-mail-bombing", "delivery.arrives-or-alarms", "inquiries.automatic-mail-unanswered",
        "outreach.measured-as-announced",
    ),
    Topic.CHOICE: ("gate.stops-hold", "outreach.location-after-consent"),
    Topic.PROVISION: (
        "organisation.own-entity-only", "third_parties.consent-or-ground", "third_parties.provision-recorded",
        "third_parties.entrusted-to-listed",
    ),
    Topic.SAFEGUARDS: (
        "organisation.own-entity-only", "inquiries.delicate-stays-covered", "inquiries.drafter-never-sends",
        "audit.no-values",
        "audit.nothing-removed", "vault.sealed-at-rest", "inventory.never-before-its-time",
        "inventory.kept-no-longer-than-said", "public.pages-untampered", "safeguards.basic-policy",
        "safeguards.handling-rules", "safeguards.responsible-officer", "safeguards.regular-review",
        "safeguards.breach-in-time", "safeguards.secrecy-and-training", "safeguards.premises",
        "safeguards.carrying-out", "safeguards.bulk-noticed", "audit.verified-outside",
    ),
    Topic.JOINT_USE: (
        "organisation.own-entity-only", "third_parties.shared-within-range", "third_parties.objection-hides",
        "third_parties.sharing-made-known",
    ),
    Topic.DISCLOSURE: (
        "rights.identity-first", "rights.fee-shown-first", "rights.all-of-theirs", "rights.nothing-held-is-told",
        "rights.refused-with-reason", "rights.answered-in-time",
    ),
    Topic.CORRECTION: (
        "inventory.only-what-was-confirmed", "inventory.erased-everywhere", "vault.erased-stays-erased",
        "vault.old-keys-destroyed", "rights.identity-first", "rights.result-is-told", "rights.refused-with-reason",
        "rights.answered-in-time", "rights.carried-through",
    ),
    Topic.CONTACT: (
        "rights.complaints-in-hand", "rights.closed-with-outcome", "inquiries.same-draft-same-receipt",
        "inquiries.received-is-told", "delivery.arrives-or-alarms", "delivery.arrived-is-understood",
    ),
    Topic.CHANGE: (
        "policy.never-before-publication", "policy.two-people", "policy.kept-word-for-word",
        "policy.served-as-published", "consent.only-as-shown-and-agreed", "consent.bound-as-shown",
        "consent.shown-with-each",
    ),
    Topic.RETENTION: ("inventory.never-before-its-time", "inventory.kept-no-longer-than-said"),
}  # fmt: skip
_FEE = re.compile(r"手数料.{0,60}?([0-9][0-9,]{0,9})\s*円|([0-9][0-9,]{0,9})\s*円.{0,40}?手数料", re.DOTALL)
_RANGE = re.compile(r"(?:利用する者|利用者)の範囲\s*[:：]?\s*(?:\n\s*)?([^\n]{2,120})")
# The rows of clause 2 that an item of a list announces, by the words it is told in.
_ROWS = (
    ("2-1a", r"氏名|生年月日|性別|職業|プロフィール"),
    ("2-1b", r"メールアドレス|電話番号|住所|連絡先"),
    ("2-1c", r"クレジット|銀行口座|電子マネー|決済"),
    ("2-1d", r"肖像|静止画|写真"),
    ("2-1e", r"入力フォーム|フォーム.{0,20}(?:入力|送信)|(?:入力|送信)し"),
    ("2-2a", r"外部サービス.{0,30}ID|ID.{0,12}外部サービス"),
    ("2-2b", r"外部サービス.{0,60}(?:開示|提供)を認め|(?:開示|提供)を認めた|認めになった"),
    ("2-3a", r"リファラ|参照元"),
    ("2-3b", r"IPアドレス"),
    ("2-3c", r"アクセス(?:の)?ログ"),
    ("2-3d", r"Cookie|クッキー|ADID|IDFA"),
    ("2-4a", r"位置情報|いまいる場所|所在地の情報"),
)  # fmt: skip
# The purposes of use (gate.rules.Purpose) that an item announces, by the words it is told in.
_USES = (
    ("service", r"提供し|維持し|改善する|登録の受付|認証"),
    ("measure", r"測定|測る|行動(?:履歴)?の?(?:分析|解析)|アクセス(?:解析|状況)"),
    ("advertise", r"広告"),
    ("answer", r"問い?合わせ.{0,12}(?:答え|回答|返事|対応)|ご?連絡(?:する|のため|、)"),
    ("breach-of-terms", r"(?:規約|ポリシー|定め).{0,24}(?:反する|違反)"),
    ("changes", r"変更.{0,12}(?:知らせ|通知|案内|連絡)"),
    ("event-mail", r"セミナー|イベント|キャンペーン"),
)
_DAY = r"(?P<year>[0-9]{4}|(?:令和|平成)\s*(?:元|[0-9]{1,2}))\s*年\s*(?P<month>[0-9]{1,2})\s*月\s*(?P<day>[0-9]{1,2})\s*日"
_WORD = r"(?P<word>制定|改定|改訂|施行)"
_DAY_FIRST = re.compile(rf"{_DAY}.{{0,6}}?{_WORD}")
_WORD_FIRST = re.compile(rf"{_WORD}日?\s*:?\s*{_DAY}")
_ERAS = {"令和": 2018, "平成": 1988}  # the year before its first


def propose(document: Document) -> Document:
    """The document with bindings on every clause whose topic is told by its words."""
    return replace(document, clauses=tuple(_bound(clause) for clause in document.clauses))


def enacted_on(document: Document) -> tuple[int, int, int] | None:
    """Year, month, day of 制定 as the closing says it, the first that is named; else of any other date there."""
    dates: dict[str, tuple[int, int, int]] = {}
    for line in unicodedata.normalize("NFKC", document.closing).splitlines():
        found = list(_DAY_FIRST.finditer(line)) or list(_WORD_FIRST.finditer(line))
        for each in found:
            day = _year(each["year"]), int(each["month"]), int(each["day"])
            dates.setdefault(each["word"], day)
    return dates.get("制定") or next(iter(dates.values()), None)


def _year(said: str) -> int:
    """2022, 令和4 and 令和元 (2019)."""
    era, number = said[:2], said[2:].strip()
    return _ERAS[era] + (1 if number == "元" else int(number)) if era in _ERAS else int(said)


def _bound(clause: Clause) -> Clause:
    topic = topic_of(clause)
    if topic is None:
        return clause
    # What somebody set stands.
    told = _parameters(topic, clause.text) | dict(clause.parameters)
    announced = _announced(clause.text) if topic is Topic.COLLECTION else {}
    return replace(
        clause,
        promises=clause.promises or _PROMISES.get(topic, ()),
        parameters=told,
        announces=clause.announces or announced,
    )


def _parameters(topic: Topic, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {"topic": topic.value}
    plain = unicodedata.normalize("NFKC", text)
    if topic is Topic.DISCLOSURE and (fee := _FEE.search(plain)):
        found["fee_yen"] = int((fee[1] or fee[2]).replace(",", ""))
    if topic is Topic.PURPOSES:
        found["purposes"] = items(text)
        found["uses"] = _told(items(text), _USES)
    if topic is Topic.JOINT_USE and (told := _RANGE.search(text)):
        found["range"] = told[1].strip()
    return found


def uses_told(text: str) -> dict[str, str]:
    """Code of each purpose that a running text tells of → its sentence, for what is no list."""
    sentences = [part.strip() for part in re.split(r"[。\n]", text) if part.strip()]
    return _told(sentences, _USES)


def items(text: str) -> list[str]:
    """The items of a clause without their marks, in order, nested ones included."""
    lines = (line.strip() for line in text.splitlines())
    found = ((line, MARK.match(line)) for line in lines)
    return [line[mark.end() :].strip() for line, mark in found if mark]


def _announced(text: str) -> dict[str, str]:
    """Row of clause 2 → the words that announce it: of the innermost items, the first that fits."""
    return _told(items(text), _ROWS)


def _told(told_as: Iterable[str], signs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code → the first item that tells of it."""
    told: dict[str, str] = {}
    for item in told_as:
        for code, words in signs:
            if code not in told and re.search(words, item):
                told[code] = item
    return told
