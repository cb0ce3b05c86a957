"""From draft to version: what each changed clause means for people, who approves, from when it holds.

Law: changes that need consent bind only those who agree (clause 11; Art 17, 18, 20(2), 27, 28); others are
made known before they hold. Which of them a change is, a person says with a reason (LAW pitfall 13).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.policy.errors import (
    AloneTooSoon,
    AskedBefore,
    BindingsUnconfirmed,
    ChangedMeanwhile,
    DraftClosed,
    FactsHoldAtOnce,
    NameNeeded,
    NotAsked,
    NotClassed,
    NotYetPublic,
    PublishedHereSince,
    ReasonMissing,
    SecondPersonNeeded,
    TooEarly,
)
from madoguchi.rooms.policy.rules.comparing import named
from madoguchi.rooms.promises.registry import keeps

ALONE_AFTER = timedelta(hours=24)

# Facts by which people know and reach the operator. Another one of these is the same operator; another range
# of joint use, or another group behind 「当社」, may be a change that needs consent (Art 27(6)).
NAMES = frozenset(
    {
        "name", "postal_code", "address", "representative_title", "representative", "desk", "phone", "email",
        "sender_name", "sender_address",
    }
)  # fmt: skip
NAMES_REASON = "会社の名称、住所、代表者、連絡先を改めるもので、情報の取り扱いは変わりません。"


class ChangeClass(StrEnum):
    WORDING = "wording"
    NAME = "name"
    NOTICE = "notice"
    CONSENT = "consent"


CLASSES = {
    ChangeClass.CONSENT: "同意をいただく変更",
    ChangeClass.NOTICE: "お知らせする変更",
    ChangeClass.NAME: "名称・住所・代表者の変更",
    ChangeClass.WORDING: "言い回しの修正",
}


@dataclass(frozen=True, slots=True)
class Classed:
    """What somebody said of one changed clause. Nothing said means consent."""

    clazz: ChangeClass
    reason: str


class Timed(Protocol):
    @property
    def effective_from(self) -> datetime | None: ...


class Drafted(Protocol):
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def edited_at(self) -> datetime: ...
    @property
    def asked_at(self) -> datetime | None: ...


def check_open(draft: Drafted) -> None:
    if draft.closed_at is not None:
        raise DraftClosed


def check_seen(draft: Drafted, seen: datetime) -> None:
    """Nobody approves, or overwrites, what they have not seen."""
    if draft.edited_at != seen:
        raise ChangedMeanwhile


def check_confirmed(draft: Drafted) -> None:
    if draft.confirmed_at is None:
        raise BindingsUnconfirmed


def check_as_asked(asked_at: datetime | None, newest: datetime | None) -> None:
    """`newest`: when a version was last published or came into force, or facts changed. What was asked for then says less now."""
    if asked_at is not None and newest is not None and newest > asked_at:
        raise AskedBefore


def check_at_once(draft: Timed) -> None:
    """Facts are true from one moment on, for policy, notices and mails alike."""
    if draft.effective_from is not None:
        raise FactsHoldAtOnce


def check_was_public(published_on: date, today: date) -> None:
    """Only what was public already is taken over (T-C11-0)."""
    if published_on > today:
        raise NotYetPublic


def check_before_ours(began: datetime, first_here: datetime | None) -> None:
    """What is taken over never replaces what two people published here: that would be a way round them."""
    if first_here is not None and began >= first_here:
        raise PublishedHereSince


def check_classed(changed: Iterable[int], said: Mapping[int, Classed]) -> None:
    """Every changed clause has a class; whatever is less than consent has a reason."""
    for number in changed:
        classed = said.get(number)
        if classed is None:
            raise NotClassed(f"{named(number)}の変更について、お客様への影響を選んでください。")
        if classed.clazz is not ChangeClass.CONSENT and not classed.reason.strip():
            raise NotClassed(f"{named(number)}の変更で同意をいただかない理由を書いてください。")


@keeps("policy.never-before-publication")
def check_effective(effective_from: datetime | None, public_from: datetime) -> None:
    """In force at the earliest when it is public (clause 11; T-C11-4)."""
    if effective_from is not None and effective_from < public_from:
        raise TooEarly


@dataclass(frozen=True, slots=True)
class Approving:
    """Who approves what whom made. `others`: speakers besides this one who could have; for the command line,
    which is nobody's name, those who have finished their set-up."""

    by: Ref
    role: str
    authors: Collection[Ref]
    asked_at: datetime | None
    others: int
    reason: str


def check_nameless(others: int) -> None:
    """Whoever sets the house up, by command, speaks for it until somebody can answer for it by name."""
    if others:
        raise NameNeeded


@keeps("policy.two-people")
def check_approved(approving: Approving, now: datetime) -> None:
    """A second person; or, where there is nobody else, one alone after a recorded wait, with a reason (T-C11-5)."""
    if approving.asked_at is None:
        raise NotAsked
    if approving.by == COMMAND:
        check_nameless(approving.others)
        return
    if approving.by not in approving.authors:
        return
    if approving.others:
        raise SecondPersonNeeded
    if now - approving.asked_at < ALONE_AFTER:
        raise AloneTooSoon(alone_from=approving.asked_at + ALONE_AFTER)
    if not approving.reason.strip():
        raise ReasonMissing


def may_approve(approving: Approving, now: datetime) -> bool:
    if not organisation.may_speak_for_operator(approving.role):
        return False
    try:
        check_approved(approving, now)
    except (NotAsked, NameNeeded, SecondPersonNeeded, AloneTooSoon, ReasonMissing):
        return False
    return True


def is_alone(approving: Approving) -> bool:
    return approving.by in approving.authors
