"""What a request under the Act or the policy may become: its kinds, states, deadlines, grounds (LAW 6.1, 6.2)."""

from collections.abc import Callable, Collection, Mapping, Sized
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.promises.registry import keeps
from madoguchi.rooms.rights import errors

LINE = timedelta(days=14)  # Art 39(1): a suit may follow two weeks after the arrival
LONGEST_TARGET = 30
BULK = 20  # matters from which on a decision needs a second person
WAIT = timedelta(hours=24)  # after which one person may approve their own, with a reason
SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of request. `articles` are what stands behind it, in words; `fee`: Art 38 lets one be charged;
    `suit`: Art 39 sets the two-week line; `at_once`: a signed link to the address is identity enough and it takes
    effect with it (LAW 6.2)."""

    code: str
    label: str
    plain: str  # as the person would say it
    articles: tuple[str, ...]
    fee: bool = False
    suit: bool = False
    at_once: bool = False

    @property
    def statutory(self) -> bool:
        return self.code in STATUTORY


_KINDS = (
    Kind("disclosure", "開示", "どのような情報を持っているか、見せてほしい", ("法 第33条第1項", "ポリシー 第8条"), fee=True, suit=True),
    Kind("correction", "訂正・追加・削除", "事実と違うところを、直してほしい", ("法 第34条", "ポリシー 第9条"), suit=True),
    Kind("use_cessation", "利用停止", "使うのを、やめてほしい", ("法 第35条第1項・第5項", "ポリシー 第9条"), suit=True),
    Kind("erasure", "消去", "消してほしい", ("法 第35条第1項・第5項", "ポリシー 第9条"), suit=True),
    Kind("provision_cessation", "第三者提供の停止", "ほかの会社に渡すのを、やめてほしい", ("法 第35条第3項・第5項",), suit=True),
    Kind("purpose_notice", "利用目的の通知", "何のために使っているか、知らせてほしい", ("法 第32条第2項",), fee=True),
    Kind(
        "provision_record_disclosure", "第三者提供記録の開示", "どこに渡したかの記録を、見せてほしい",
        ("法 第33条第5項",), fee=True, suit=True,
    ),
    Kind("collection_stop", "取得・利用の停止", "一部の情報の取得や利用を、止めたい", ("ポリシー 第4条",), at_once=True),
    Kind("joint_use_exclusion", "共同利用からの除外", "グループ会社との共同利用から、外してほしい", ("ポリシー 第7条",), at_once=True),
    Kind("consent_withdrawal", "同意の撤回", "前にした同意を、取り消したい", ("法 第18条",), at_once=True),
    Kind("mail_opt_out", "ご案内メールの停止", "ご案内のメールを、止めたい", ("特定電子メール法 第3条第3項",), at_once=True),
)  # fmt: skip
KINDS: Mapping[str, Kind] = MappingProxyType({each.code: each for each in _KINDS})
AT_ONCE = frozenset(each.code for each in _KINDS if each.at_once)
STATUTORY = frozenset(
    {
        "purpose_notice", "disclosure", "provision_record_disclosure", "correction", "use_cessation", "erasure",
        "provision_cessation",
    }
)  # fmt: skip
COLLECTED = frozenset({"disclosure", "correction", "use_cessation", "erasure", "provision_cessation"})
PACKAGED = frozenset(
    {"disclosure", "purpose_notice", "provision_record_disclosure"}
)  # answered by handing over


class State(StrEnum):
    RECEIVED = "received"
    VERIFYING = "verifying"
    INVESTIGATING = "investigating"
    DECIDED = "decided"
    EXECUTED = "executed"
    NOTIFIED = "notified"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATES: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: "到達",
        State.VERIFYING: "本人確認中",
        State.INVESTIGATING: "調査中",
        State.DECIDED: "決定",
        State.EXECUTED: "実施",
        State.NOTIFIED: "通知",
        State.CLOSED: "完了",
        State.WITHDRAWN: "取下げ",
    }
)
# The one machine: docs draw their picture from it. A refusal and a not-found have nothing to carry out.
MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.RECEIVED: frozenset({State.VERIFYING, State.WITHDRAWN}),
        State.VERIFYING: frozenset({State.INVESTIGATING, State.DECIDED, State.WITHDRAWN}),
        State.INVESTIGATING: frozenset({State.DECIDED, State.WITHDRAWN}),
        State.DECIDED: frozenset(
            {State.VERIFYING, State.INVESTIGATING, State.EXECUTED, State.NOTIFIED, State.WITHDRAWN}
        ),
        State.EXECUTED: frozenset({State.NOTIFIED}),
        State.NOTIFIED: frozenset({State.CLOSED}),
        State.CLOSED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
)
OPEN = frozenset(State) - {State.CLOSED, State.WITHDRAWN}


class Outcome(StrEnum):
    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    ALTERNATIVE = "alternative"


OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.GRANTED: "応じる",
        Outcome.PARTIAL: "一部に応じる",
        Outcome.REFUSED: "応じない",
        Outcome.NOT_FOUND: "該当する情報がない",
        Outcome.ALTERNATIVE: "代わりの措置をとる",
    }
)
UNEXECUTED = frozenset({Outcome.REFUSED, Outcome.NOT_FOUND})
REASONED = frozenset({Outcome.REFUSED, Outcome.PARTIAL, Outcome.ALTERNATIVE})  # Art 36


@dataclass(frozen=True, slots=True)
class Ground:
    """A listed ground for not doing all that was asked; `article` is told with it, `kinds` are those it fits."""

    code: str
    label: str
    article: str
    kinds: frozenset[str]


_DISCLOSING = frozenset({"disclosure", "provision_record_disclosure"})
_CEASING = frozenset({"use_cessation", "erasure", "provision_cessation"})
_GROUNDS = (
    Ground("identity-not-confirmed", "ご本人または代理の方であることを確かめられない", "法 第37条第1項", STATUTORY),
    Ground("purpose-clear", "利用目的が、公表などにより明らかである", "法 第32条第2項第1号", frozenset({"purpose_notice"})),
    Ground("purpose-harms-rights", "知らせると、本人や第三者の権利利益を害するおそれがある", "法 第21条第4項第1号", frozenset({"purpose_notice"})),
    Ground("purpose-harms-operator", "知らせると、会社の権利や正当な利益を害するおそれがある", "法 第21条第4項第2号", frozenset({"purpose_notice"})),
    Ground("purpose-public-duty", "国の機関などの事務に支障を及ぼすおそれがある", "法 第21条第4項第3号", frozenset({"purpose_notice"})),
    Ground("harms-rights", "本人や第三者の生命、身体、財産その他の権利利益を害するおそれがある", "法 第33条第2項第1号", _DISCLOSING),
    Ground("serious-hindrance", "業務の適正な実施に著しい支障を及ぼすおそれがある", "法 第33条第2項第2号", _DISCLOSING),
    Ground("other-law", "ほかの法令に違反することになる", "法 第33条第2項第3号", _DISCLOSING),
    Ground("other-procedure", "ほかの法令に、同じような開示の手続がある", "法 第33条第4項", frozenset({"disclosure"})),
    Ground("excluded-data", "政令で、保有個人データや記録から除かれている", "施行令 第5条・第11条", _DISCLOSING | _CEASING),
    Ground("not-a-fact", "評価や意見であって、事実ではない", "法 第34条第2項", frozenset({"correction"})),
    Ground("not-shown-wrong", "調べた結果、事実と違うとはいえない", "法 第34条第2項", frozenset({"correction"})),
    Ground("not-needed-for-purpose", "利用目的の達成に、訂正が必要とはいえない", "法 第34条第2項", frozenset({"correction"})),
    Ground("other-law-procedure", "ほかの法令に、訂正の手続がある", "法 第34条第2項", frozenset({"correction"})),
    Ground("breach-not-found", "お申し出の違反は、認められない", "法 第35条第2項・第4項", _CEASING),
    Ground("still-needed", "利用する必要が、まだある", "法 第35条第6項", _CEASING),
    Ground("no-risk-shown", "権利や正当な利益が害されるおそれは、認められない", "法 第35条第6項", _CEASING),
    Ground("protects-life", "人の生命や権利を守るために必要である", "法 第35条第6項", _CEASING),
    Ground("law-requires", "法令により、持っておく必要がある", "法 第35条第6項", _CEASING),
    Ground("contract", "契約を果たすために必要である", "法 第35条第6項", _CEASING),
    Ground("prevents-wrong", "違法な行為を防ぐために必要である", "法 第35条第6項", _CEASING),
    Ground("legal-claims", "裁判などの権利の行使に必要である", "法 第35条第6項", _CEASING),
    Ground("difficult", "多額の費用がかかるなど困難であり、代わりの措置をとる", "法 第35条第2項ただし書・第6項ただし書", _CEASING),
    Ground("not-ours", "当社が開示や訂正の権限を持つ情報ではない", "法 第16条第4項", STATUTORY),
)  # fmt: skip
UNSEEN = "identity-not-confirmed"
GROUNDS: Mapping[str, Ground] = MappingProxyType({each.code: each for each in _GROUNDS})


def grounds_for(kind: str) -> list[Ground]:
    """Whatever the policy lists, every ground of the Act for this kind of request, and no other."""
    return [each for each in _GROUNDS if kind in each.kinds]


# -- when -------------------------------------------------------------------------------------------


def line_on(kind: str, arrived: date) -> date | None:
    """The last day before a suit may follow: arrival + 14 days (Art 39; GL 3-8-9)."""
    return arrived + LINE if KINDS[kind].suit else None


def due_on(arrived: date, target_days: int) -> date:
    return arrived + timedelta(days=target_days)


def check_target(days: int) -> None:
    if not 1 <= days <= LONGEST_TARGET:
        raise errors.UnfitTarget


# -- may it -----------------------------------------------------------------------------------------


def check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise errors.UnknownRequestKind


def check_move(state: str, to: State) -> None:
    """The one gate of the machine; who lost a race meets it."""
    if to not in MOVES[State(state)]:
        raise _moved(state)


def check_stands(state: str, *allowed: State) -> None:
    """For a verb that moves nothing."""
    if state not in allowed:
        raise _moved(state)


def _moved(state: str) -> errors.MovedMeanwhile:
    return errors.MovedMeanwhile(
        f"このご請求は、いま「{STATES[State(state)]}」です。画面を開き直してください。"
    )


def check_arrival(at: datetime, now: datetime) -> None:
    """A letter came before it is typed in; its clock starts there (T-C10-2)."""
    if at > now:
        raise errors.UnfitArrival


def may_move(state: str, to: State) -> bool:
    return to in MOVES[State(state)]


@keeps("rights.identity-first")
def check_identified(enough: bool) -> None:
    """Nothing is shown, changed or handed over before it is known who asks (LAW 6.2)."""
    if not enough:
        raise errors.NotYetIdentified


@keeps("rights.fee-shown-first")
def check_fee(kind: str, *, yen: int, shown: bool, settled: bool) -> None:
    """Only for three kinds, shown before, settled before the work (Art 38; LAW 6.2)."""
    if yen and not KINDS[kind].fee:
        raise errors.NoFeeForThis
    if yen and not shown:
        raise errors.FeeNotShown
    if yen and not settled:
        raise errors.FeeNotSettled


def needs_nobody(outcome: str, ground: str, *, held: Collection[str], shown: bool) -> bool:
    """The two answers that tell an unverified person nothing: that we cannot see who they are; and that nothing is
    held of them, to whoever at least holds the address they gave (T-C8-2)."""
    unseen = outcome == Outcome.REFUSED and ground == UNSEEN
    return unseen or (outcome == Outcome.NOT_FOUND and shown and not held)


def check_collected(kind: str, outcome: str, collected: bool) -> None:
    """What is done, or handed over, is done to what somebody confirmed as theirs."""
    if kind in COLLECTED and outcome not in UNEXECUTED and not collected:
        raise errors.NotYetCollected


def check_nothing_chosen(outcome: str, chosen: Sized) -> None:
    """Nothing was found, or something was."""
    if outcome == Outcome.NOT_FOUND and chosen:
        raise errors.SomethingFound


@keeps("rights.refused-with-reason")
def check_decision(kind: str, outcome: str, ground: str, reason: str, instead: str = "") -> None:
    """A listed ground that fits the kind, and the reason in words (Art 36); a word alone is no ground."""
    if outcome not in list(Outcome):
        raise errors.UnknownDecision
    if Outcome(outcome) not in REASONED:
        return
    if ground not in GROUNDS or kind not in GROUNDS[ground].kinds:
        raise errors.NoGround
    if not reason.strip():
        raise errors.NoReason
    if outcome == Outcome.ALTERNATIVE and not instead.strip():
        raise errors.NothingInstead


@keeps("rights.nothing-held-is-told")
def check_closable(state: str, told: bool) -> None:
    """Nothing ends before the person was told, whatever was decided (Art 32(3), 33(3), 34(3), 35(7))."""
    if not told:
        raise errors.NotYetTold
    check_move(state, State.CLOSED)


@keeps("rights.result-is-told")
def check_told(outcome: str, letters: Collection[str]) -> None:
    """The letter that tells a result is the one of that result."""
    if LETTER_OF[Outcome(outcome)] not in letters:
        raise errors.NotYetTold


# The letter that tells each outcome.
LETTER_OF: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.GRANTED: "granted",
        Outcome.PARTIAL: "partial",
        Outcome.REFUSED: "refused",
        Outcome.NOT_FOUND: "not_found",
        Outcome.ALTERNATIVE: "alternative",
    }
)


def needs_two_people(kind: str, matters: int) -> bool:
    """Much at once is confirmed by somebody else: one slip would reach many."""
    return kind in ("disclosure", "erasure", "use_cessation", "correction") and matters >= BULK


def check_executable(outcome: str) -> None:
    """A refusal, and an answer of nothing, have nothing to carry out: they are told."""
    if outcome in UNEXECUTED:
        raise errors.NothingToExecute


class Decided(Protocol):
    @property
    def decided_by(self) -> UUID: ...
    @property
    def decided_at(self) -> datetime: ...
    @property
    def two_people(self) -> bool: ...
    @property
    def approved_by(self) -> UUID | None: ...


def check_approved(decision: Decided) -> None:
    if decision.two_people and decision.approved_by is None:
        raise errors.NotYetApproved


# Why one person confirms their own decision.
ALONE: Mapping[str, str] = MappingProxyType(
    {
        "nobody-else": "確かめられる者が、ほかにいない",
        "away": "ほかの者が不在で、期日までに確かめられない",
    }
)


def check_approver(decision: Decided, approver: UUID, alone_for: str, now: datetime) -> None:
    """Somebody else; or the same one after a day, with a reason that stays on record."""
    if decision.decided_by != approver:
        return
    if now - decision.decided_at < WAIT or alone_for not in ALONE:
        raise errors.SamePerson


def allows(check: Callable[[], None]) -> bool:
    """For the `may_` of a screen: button and enforcement share one sentence."""
    try:
        check()
    except Refusal:
        return False
    return True
