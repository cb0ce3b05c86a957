"""Which letter may leave when, and that nothing in it is left open (Art 32(3), 33(3), 34(3), 35(7), 36). Pure."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from madoguchi.foundation.lib.text import grapheme_length, unstorable
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.rules.requests import LETTER_OF, OPEN, Outcome, State

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "acknowledgement": "受付のお知らせ",
        "identity": "ご本人の確認のお願い",
        "fee": "手数料のお知らせ",
        "granted": "ご請求に応じたお知らせ",
        "partial": "ご請求の一部に応じたお知らせ",
        "refused": "ご請求に応じられないお知らせ",
        "not_found": "該当する情報がないお知らせ",
        "alternative": "代わりの措置のお知らせ",
        "withdrawn": "取下げのお知らせ",
    }
)
TELLING = frozenset(LETTER_OF.values())
CHANNELS: Mapping[str, str] = MappingProxyType({"mail": "メール", "post": "郵送", "hand": "手渡し"})
_UNTOLD: Mapping[str, frozenset[State]] = MappingProxyType(
    {
        "acknowledgement": OPEN,
        "identity": frozenset({State.RECEIVED, State.VERIFYING}),
        "fee": OPEN - {State.NOTIFIED},
        "granted": frozenset({State.EXECUTED}),
        "partial": frozenset({State.EXECUTED}),
        "alternative": frozenset({State.EXECUTED}),
        "refused": frozenset({State.DECIDED}),
        "not_found": frozenset({State.DECIDED}),
        "withdrawn": frozenset({State.WITHDRAWN}),
    }
)
LONGEST_SUBJECT, LONGEST = 200, 20_000
_OPEN = re.compile(r"｛[^｛｝]*｝|\{[^{}]*\}")


def check_sendable(kind: str, state: str, outcome: str) -> None:
    """The letter of the result leaves once it was carried out, and again as long as the request is not closed (a mail
    that came back)."""
    if kind not in LABELS:
        raise errors.UnknownLetter
    again = kind in TELLING and state == State.NOTIFIED
    if State(state) not in _UNTOLD[kind] and not again:
        raise errors.TooEarlyForLetter
    if kind in TELLING and (not outcome or LETTER_OF[Outcome(outcome)] != kind):
        raise errors.UnknownLetter


def check_unacknowledged(kind: str, *, acknowledged: bool) -> None:
    """The arrival is told once: the link that was mailed is the one that counts."""
    if kind == "acknowledgement" and acknowledged:
        raise errors.AcknowledgedAlready


def check_written(subject: str, body: str) -> None:
    """Everything is filled in."""
    if not subject.strip() or not body.strip():
        raise errors.UnfitLetter("件名と本文をお書きください。")
    for text, longest in ((subject, LONGEST_SUBJECT), (body, LONGEST)):
        if unstorable(text) or grapheme_length(text) > longest:
            raise errors.UnfitLetter(
                f"件名は{LONGEST_SUBJECT}文字、本文は{LONGEST:,}文字までで、ふつうの文字でお書きください。"
            )
    left = blanks(subject) + blanks(body)
    if left:
        raise errors.UnfitLetter(
            f"お手紙に、書き入れていないところがあります（{'、'.join(dict.fromkeys(left))}）。"
        )


def blanks(text: str) -> list[str]:
    return _OPEN.findall(text)


def check_channel(channel: str, sent_on: date | None, *, address: str, today: date) -> None:
    """A mail leaves by itself; what is posted or handed over has its day."""
    if channel not in CHANNELS:
        raise errors.UnknownLetterChannel
    if channel == "mail" and not address:
        raise errors.NoLetterAddress
    if channel != "mail" and (sent_on is None or sent_on > today):
        raise errors.UnknownLetterChannel("お送りした日は、今日までの日をお選びください。")
