"""A kept decision in words: what lies sealed of it in, Japanese sentences out. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from madoguchi.rooms.screening import explaining
from madoguchi.rooms.screening.rules import Reason

Why = Mapping[str, Any]
Span = tuple[str, int, int]
MOST = explaining.MOST_LINES
KEPT = "そのため受信箱に残しました。"
NOTHING = "営業や迷惑のしるしは、見つかりませんでした。"
_CHANGE = {
    "spam": "日本語でご用件が書かれていれば、受信箱に残しました。",
    "repeat": "前に「営業」とした一件を取り消すか、「お客様でした」とすると、次から受信箱に残します。",
    "model": "当社へのご依頼やご質問がはっきり書かれていれば、受信箱に残しました。",
}


def told_from(why: Why) -> str:
    """Everything of one decision, as a disclosure tells it."""
    return "".join([*reasons(why), *counter(why)]) or NOTHING


def reasons(why: Why, text: str = "") -> list[str]:
    """At most three. With the text as it was judged, the words that were matched are quoted."""
    said = [_said(each, text) for each in why.get("reasons", ())]
    return list(dict.fromkeys(said))[:MOST]


def counter(why: Why, text: str = "") -> list[str]:
    """What speaks for the sender; if that kept it in the inbox, the first says so."""
    said = list(dict.fromkeys(_said(each, text) for each in why.get("against", ())))[:MOST]
    if said and why.get("guards") and why.get("reasons"):
        said[0] += KEPT
    return said


def spans(why: Why) -> list[Span]:
    """The words that the reasons rest on."""
    return _spans(why.get("reasons", ()))


def telling(why: Why) -> list[Span]:
    """The sentences that read most like a pitch: one, or two that are alike."""
    return _spans([{"spans": why.get("sentences", ())}])


def against(why: Why) -> list[Span]:
    """The words that speak for the sender."""
    return _spans(why.get("against", ()))


def change(why: Why) -> str:
    """What would have changed it."""
    if why.get("guards"):
        return "受信箱に残す理由がなければ、移すかバッジを付けていました。" if why.get("reasons") else ""
    return _CHANGE.get(str(why.get("stage", "")), "")


def _spans(parts: Any) -> list[Span]:
    return [(str(s[0]), int(s[1]), int(s[2])) for each in parts for s in each.get("spans", ())]


def _said(each: Mapping[str, Any], text: str) -> str:
    if each["code"] == "burst":
        return f"差出人の違う同じ文面が、{each.get('count', 2)}件届いています。"
    start, end = each.get("at", (0, 0))
    on = date.fromisoformat(each["on"]) if each.get("on") else None
    reason = Reason(str(each["code"]), start, end, str(each.get("number", "")), on)
    return f"{explaining.sentence(reason, text)}。"
