"""What may become of an opinion, a question or a complaint about personal data (clause 10; Art 40)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.promises.registry import keeps
from madoguchi.rooms.rights.errors import (
    ClosedAlready,
    DeskOnly,
    EmptyOutcome,
    HandlersOnly,
    NoOutcome,
    StaysInInbox,
    UnfitDay,
    UnfitOwner,
    UnknownKind,
    UnknownReason,
)

FORM = "privacy"  # the form whose every submission is one
HANDLERS = ("officer", "admin")  # roles that may own one
ANSWER_WITHIN = timedelta(days=14)  # LAW pitfall: 2 weeks, counted in calendar days from the arrival
SOON = timedelta(days=3)
LATEST = timedelta(days=365)

# As the form words them; the labels are what a visitor chooses from.
KINDS: Mapping[str, str] = MappingProxyType(
    {"complaint": "苦情", "question": "ご質問", "opinion": "ご意見", "other": "その他"}
)
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "answered": "ご説明し、お返事した",
        "mended": "改めた",
        "handed-on": "開示などのご請求として進めた",
        "nothing-to-do": "対応の必要がなかった",
    }
)
TAKEN_BACK = "taken-back"
ENDED = "ended"
# Outcomes that nobody chooses at closing: each comes about by itself.
OTHER_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {TAKEN_BACK: "お申し出ではなかった", ENDED: "内容を消去したため終えた"}
)
MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        "other-matter": "個人情報とは別のご用件だった",
        "duplicate": "同じお申し出を別に受けている",
        "pressed": "押し間違い",
    }
)
DUE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "looking-into": "事実を確かめるのに時間がかかる",
        "asking-others": "ほかの部署や委託先の返事を待つ",
        "asked": "ご本人とお話しして決めた",
        "sooner": "早める",
    }
)


def kind_said(words: str) -> str:
    """The kind a visitor chose, by its words; whatever else is `other`."""
    return next((code for code, label in KINDS.items() if label == words), "other")


def outcome_in_words(code: str) -> str:
    return OUTCOMES.get(code) or OTHER_OUTCOMES.get(code, "")


def due_on(arrived: date) -> date:
    return arrived + ANSWER_WITHIN


@keeps("rights.closed-with-outcome")
def check_closable(outcome: str) -> None:
    """Of the complaint when it is closed, and as it stands when its inquiry is."""
    if outcome not in OUTCOMES and outcome not in OTHER_OUTCOMES:
        raise NoOutcome


def may_close(outcome: str) -> bool:
    return _allows(lambda: check_closable(outcome))


def check_may_leave(outcome: str) -> None:
    if not outcome:
        raise StaysInInbox


def check_said(said: str) -> None:
    if not said.strip():
        raise EmptyOutcome


def check_open(outcome: str) -> None:
    if outcome:
        raise ClosedAlready


def check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise UnknownKind


def check_reason(reason: str, reasons: Mapping[str, str]) -> None:
    if reason not in reasons:
        raise UnknownReason


def check_reader(role: str) -> None:
    """Who reads the register; a clerk reads the inquiries themselves."""
    if role not in HANDLERS:
        raise DeskOnly


def check_handler(role: str, *, own: bool) -> None:
    """Officers, and whoever owns this one."""
    if role != "officer" and not own:
        raise HandlersOnly


def may_handle(role: str, *, own: bool) -> bool:
    return _allows(lambda: check_handler(role, own=own))


def check_owner(role: str) -> None:
    if role not in HANDLERS:
        raise UnfitOwner


def check_day(day: date, today: date) -> None:
    if not today <= day <= today + LATEST:
        raise UnfitDay


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True
