"""What was found about a sender, for a person: how it stands, in words, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "wrong", "advice", "unknown"]


@dataclass(frozen=True, slots=True)
class Record:
    """To be entered at the name server as it stands here."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`topic` is spf, dkim, dmarc, alignment or reverse; `found` is what stands there today, as it was read."""

    topic: str
    code: str
    level: Level
    says: str
    mend: str = ""
    found: str = ""
    record: Record | None = None


UNANSWERED = {
    "timeout": "ネームサーバーが時間内に答えませんでした。",
    "servfail": "ネームサーバーが、調べられないと答えました。",
    "malformed": "ネームサーバーの答えを読み取れませんでした。",
    "nobody-to-ask": "問い合わせ先のネームサーバーにつながりませんでした。",
}


def unanswered(topic: str, code: str) -> Finding:
    mend = "少し待って、もう一度確かめてください。続くときは、サーバーの DNS の設定（/etc/resolv.conf）を見直してください。"
    return Finding(topic, code, "unknown", UNANSWERED[code], mend)
