"""What a request waits for next: one answer for the list, the side panel and its own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from madoguchi.rooms.rights.queries.requests import Standing
from madoguchi.rooms.rights.queries.waiting import Facts
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.requests import Outcome, State


@dataclass(frozen=True, slots=True)
class Next:
    """`says` is the line of the list, `verb` the one strong button."""

    code: str
    says: str
    verb: str


IDENTIFY, TELL_FEE, FEE = "identify", "tell-fee", "fee"
COLLECT, DECIDE, APPROVE = "collect", "decide", "approve"
HAND_OVER, CARRY_OUT, TELL, CLOSE, NOTHING = "hand-over", "carry-out", "tell", "close", ""
_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        IDENTIFY: ("ご本人かどうかを確かめる", "確かめたことを記す"),
        TELL_FEE: ("手数料 {fee:,}円をご案内する", "手数料のご案内を書く"),
        FEE: ("手数料 {fee:,}円の入金を待つ", "入金を確かめる"),
        COLLECT: ("対象のお問い合わせを確かめる", "対象を確かめる"),
        DECIDE: ("どう応じるかを決める", "内容を確かめて決める"),
        APPROVE: ("もう一人の確認を待つ", "内容を確かめる"),
        HAND_OVER: ("お渡しするファイルを用意する", "お渡しを用意する"),
        CARRY_OUT: ("決めたとおりに行う", "内容を確かめて行う"),
        TELL: ("結果をお知らせする", "お知らせを書く"),
        CLOSE: ("終わりを記す", "確かめて終える"),
        NOTHING: ("終わりました", ""),
    }
)


def next_of(standing: Standing, facts: Facts) -> Next:
    return _next(_code(standing, facts), facts)


def collect_again(facts: Facts) -> Next:
    """Before it is decided, what it is about may be looked through once more."""
    return _next(COLLECT, facts)


def _next(code: str, facts: Facts) -> Next:
    says, verb = _SAID[code]
    return Next(code, says.format(fee=facts.fee), verb)


def _code(standing: Standing, facts: Facts) -> str:
    state = State(standing.state)
    if state in (State.RECEIVED, State.VERIFYING):
        return IDENTIFY
    if state == State.INVESTIGATING:
        return _before_deciding(standing.kind, facts)
    if state == State.DECIDED:
        return _after_deciding(standing, facts)
    return {State.EXECUTED: TELL, State.NOTIFIED: CLOSE}.get(state, NOTHING)


def _before_deciding(kind: str, facts: Facts) -> str:
    if facts.fee and not facts.fee_how:
        return FEE if facts.fee_shown else TELL_FEE
    if kind in rules.COLLECTED and not facts.collected:
        return COLLECT
    return DECIDE


def _after_deciding(standing: Standing, facts: Facts) -> str:
    if facts.unconfirmed:
        return APPROVE
    if Outcome(standing.outcome) in rules.UNEXECUTED:
        return TELL
    handed = standing.kind == "disclosure" and standing.outcome != Outcome.ALTERNATIVE
    return HAND_OVER if handed else CARRY_OUT
