"""改善のご提案: what a policy could say better. It never blocks and never scolds (LAW 5).

Each rule looks at the document and, where it matters, at what stands around it: the notice beside the
form, what the form asks, how many versions there were. What is unknown is not judged.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.advice import ADVICE
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.policy.rules.topics import Topic, topics_of


@dataclass(frozen=True, slots=True)
class Around:
    """What the policy stands beside. `collected`: rows of clause 2 that are really asked or recorded."""

    notice: str = ""
    collected: frozenset[str] = frozenset({"2-1a", "2-1b", "2-1e"})
    versions: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """`clause` is None when it is about the whole, or about what is missing."""

    code: str
    clause: int | None
    severity: str
    message: str
    why: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class _Read:
    """The document with its clauses by topic."""

    document: Document
    around: Around
    by_topic: dict[Topic, Clause] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        clauses = "\n".join(f"{clause.title}\n{clause.text}" for clause in self.document.clauses)
        return f"{self.document.preamble}\n{clauses}\n{self.document.closing}"

    def text(self, topic: Topic) -> str:
        clause = self.by_topic.get(topic)
        return f"{clause.title}\n{clause.text}" if clause else ""

    def number(self, topic: Topic) -> int | None:
        clause = self.by_topic.get(topic)
        return clause.number if clause else None


_Rule = Callable[[_Read], Iterator[int | None]]


def lint(document: Document, around: Around | None = None) -> list[Finding]:
    """Every finding, in the order of the list; a rule speaks once for each clause it is about."""
    proposed = propose(document)
    read = _Read(proposed, around or Around(), _by_topic(proposed))
    return [_finding(code, clause) for code, rule in RULES.items() for clause in rule(read)]


def _finding(code: str, clause: int | None) -> Finding:
    advice = ADVICE[code]
    return Finding(code, clause, advice.severity, advice.message, advice.why, advice.suggestion)


def _by_topic(document: Document) -> dict[Topic, Clause]:
    topics = topics_of(document)
    found: dict[Topic, Clause] = {}
    for clause in document.clauses:
        if (topic := topics.get(clause.number)) is not None:
            found.setdefault(topic, clause)
    return found


def _says(text: str, *words: str) -> bool:
    return any(re.search(each, text) for each in words)


def _group_speaks(read: _Read) -> Iterator[int | None]:
    if _says(
        read.whole,
        r"(?:グループ|子会社|関連会社|関係会社)[^。\n]{0,24}以下[、,]?(?:総称して|併せて|あわせて)?[、,]?\s*[「『]?(?:当社|弊社|当グループ|私たち)",
    ):
        yield None


_EVENTS = (r"セミナー", r"イベント", r"商品.{0,8}(?:案内|連絡|情報)", r"サービス.{0,8}(?:ご案内|情報)")


def _notice_beyond_purposes(read: _Read) -> Iterator[int | None]:
    purposes = read.text(Topic.PURPOSES)
    if purposes and any(_says(read.around.notice, w) and not _says(purposes, w) for w in _EVENTS[:2]):
        yield read.number(Topic.PURPOSES)


def _sender_unnamed(read: _Read) -> Iterator[int | None]:
    notice = read.around.notice
    if _says(notice, *_EVENTS) and not _says(
        notice, r"株式会社|有限会社|合同会社|(?:一般|公益)(?:社団|財団)法人"
    ):
        yield None


def _old_grounds(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.CORRECTION)
    if _says(text, r"利用(?:の)?停止") and not _says(
        text, r"必要がなくな|漏えい|正当な利益|不適正|害されるおそれ"
    ):
        yield read.number(Topic.CORRECTION)


def _disclosure_silent(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.DISCLOSURE)
    wanted = (r"電磁的|電子|書面", r"利用目的の通知", r"第三者提供(?:の)?記録|提供の記録")
    if text and not all(_says(text, each) for each in wanted):
        yield read.number(Topic.DISCLOSURE)


def _flat_fee(read: _Read) -> Iterator[int | None]:
    clause = read.by_topic.get(Topic.DISCLOSURE)
    if clause and "fee_yen" in clause.parameters and not _says(clause.text, r"実費|免除|減額|いただかない"):
        yield clause.number


def _joint_items_all(read: _Read) -> Iterator[int | None]:
    if _says(read.text(Topic.JOINT_USE), r"(?:すべて|全て|一切)の(?:個人データ|個人情報)"):
        yield read.number(Topic.JOINT_USE)


def _joint_range_open(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.JOINT_USE)
    if _says(text, r"子会社|関連会社|グループ(?:会社|各社)|関係会社") and not _says(text, r"一覧|https?://"):
        yield read.number(Topic.JOINT_USE)


def _measures_vague(read: _Read) -> Iterator[int | None]:
    if read.text(Topic.SAFEGUARDS) and not _says(read.text(Topic.SAFEGUARDS), r"外的環境|外国"):
        yield read.number(Topic.SAFEGUARDS)


def _no_retention(read: _Read) -> Iterator[int | None]:
    if not _says(read.whole, r"(?:保存|保管|保有)(?:する)?期間", r"[年月日]間[^。\n]{0,8}(?:保存|保管)"):
        yield None


def _post_only(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.CONTACT)
    if text and not _says(text, r"@|メール|電話|TEL|フォーム|https?://"):
        yield read.number(Topic.CONTACT)


_OPTIONAL = ("2-1c", "2-1d", "2-2a", "2-2b", "2-4a")


def _announced_not_collected(read: _Read) -> Iterator[int | None]:
    clause = read.by_topic.get(Topic.COLLECTION)
    if clause and any(row in clause.announces and row not in read.around.collected for row in _OPTIONAL):
        yield clause.number


def _transmission_unlisted(read: _Read) -> Iterator[int | None]:
    if _says(read.text(Topic.COLLECTION), r"Cookie|クッキー|ADID|IDFA|広告識別子") and not _says(
        read.whole, r"外部送信|情報送信|送信先"
    ):
        yield read.number(Topic.COLLECTION)


def _exceptions_missing(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.PROVISION)
    if text and not (_says(text, r"生命|身体") and _says(text, r"公衆衛生|児童")):
        yield read.number(Topic.PROVISION)


def _no_history(read: _Read) -> Iterator[int | None]:
    dates = re.findall(r"[0-9０-９]{4}\s*年", read.document.closing)
    if (
        read.around.versions <= 1
        and len(dates) <= 1
        and not _says(read.whole, r"改[定訂]履歴|過去の(?:版|ポリシー)")
    ):
        yield None


def _joint_not_named(read: _Read) -> Iterator[int | None]:
    text = read.text(Topic.PROVISION)
    if Topic.JOINT_USE in read.by_topic and text and not _says(text, r"共同"):
        yield read.number(Topic.PROVISION)


def _erasure_by_judgement(read: _Read) -> Iterator[int | None]:
    for clause in read.document.clauses:
        if any("消去" in sentence and _says(sentence, r"必要がある?と(?:当社が)?判断|当社が[^。]{0,30}判断")
               for sentence in clause.text.split("。")):  # fmt: skip
            yield clause.number


def _bundled_consent(read: _Read) -> Iterator[int | None]:
    if _says(
        read.around.notice,
        r"(?:申込み?|送信|お問い合わせ)(?:を|の送信を)?(?:以て|もって|もちまして)[^。]{0,30}同意|同意(?:した|いただいた)もの",
    ):
        yield None


RULES: dict[str, _Rule] = {
    "L1": _group_speaks, "L2": _notice_beyond_purposes, "L3": _sender_unnamed, "L4": _old_grounds,
    "L5": _disclosure_silent, "L6": _flat_fee, "L7": _joint_items_all, "L8": _joint_range_open,
    "L9": _measures_vague, "L10": _no_retention, "L11": _post_only, "L12": _announced_not_collected,
    "L13": _transmission_unlisted, "L14": _exceptions_missing, "L15": _no_history, "L16": _joint_not_named,
    "L17": _erasure_by_judgement, "L18": _bundled_consent,
}  # fmt: skip
