"""What may become of an inquiry. States and moves are these two tables; everything else asks them."""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, Protocol, get_args
from uuid import UUID

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import grapheme_length
from madoguchi.rooms.inquiries.errors import (
    AlreadyDeclined,
    AnotherWaits,
    AnsweredMeanwhile,
    BeingWritten,
    CannotMerge,
    ChangedMeanwhile,
    DecidedAlready,
    DifferentPeople,
    DraftChanged,
    EmptyText,
    MergedAway,
    NeedsApproval,
    NeedsConfirmation,
    NobodyKnown,
    NobodyToAnswer,
    NoReason,
    NoSubject,
    NotSales,
    NumbersCovered,
    OfficerUncovers,
    OnlyAdminsSet,
    OnlyOthersSend,
    OwnProposal,
    SentAlready,
    SettledAlready,
    SpecialCareCovered,
    SubjectTooLong,
    TemplatesOfOthers,
    TooLateToTakeBack,
    TooLongToSay,
    TooMuchAsked,
    Unfilled,
    UnfitArrival,
    UnfitDeskRules,
    UnfitLabel,
    UnfitTemplate,
    UnfitView,
    UnknownChannel,
    WrongMove,
)
from madoguchi.rooms.inquiries.placing import takes_no_answer
from madoguchi.rooms.promises.registry import keeps

LaneName = Literal["inbox", "sales", "junk"]
Delicate = Literal["numbers", "text"]
DELICATE: tuple[Delicate, ...] = get_args(Delicate)
LONGEST_ASKED, MOST_ASKED = 200, 10  # letters and words of one search
TAKEN_BACK_WITHIN = timedelta(minutes=10)
DRAFTER = "drafter"
PEN_HELD = timedelta(minutes=2)  # without a sign of life of who writes
LONGEST_TEMPLATE_NAME, LONGEST_TEMPLATE, LONGEST_TAKE_BACK = 60, 10_000, 120
LANES: tuple[LaneName, ...] = get_args(LaneName)
# Channels by which a colleague brings something in, and how it is said.
TYPED_IN: Mapping[str, str] = {
    "letter": "手紙", "phone": "電話", "counter": "窓口", "fax": "ファックス",
}  # fmt: skip
# A label is told by its word; the colour only helps the eye. Calm ones, none of them 朱 or that of a note.
COLOURS: Mapping[str, str] = {"grey": "灰", "ai": "藍", "fuji": "藤", "kusa": "草", "cha": "茶"}
LONGEST_LABEL, LONGEST_VIEW = 20, 40
OUTGOING = "outgoing"  # the channel of what begins with a mail of ours
LONGEST_SUBJECT = 100  # letters
LATEST_ENTRY = timedelta(days=366)  # a letter found after a year is a slip of the date more often than not

# From each status to those a person may set. 新着 is left by opening, never set by hand.
MOVES: Mapping[str, frozenset[str]] = {
    "new": frozenset({"open", "doing", "pending", "done"}),
    "open": frozenset({"doing", "pending", "done"}),
    "doing": frozenset({"open", "pending", "done"}),
    "pending": frozenset({"open", "doing", "done"}),
    "done": frozenset({"open", "doing"}),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the visitor had before their eyes: ids and digests, taken from the page they sent."""

    notice: object
    policy: object
    form_version: object
    form_digest: str


class Known(Protocol):
    @property
    def lane(self) -> str: ...
    @property
    def status(self) -> str: ...


def draft_digest(token: str) -> bytes:
    return sha256(b"madoguchi.draft\x00" + token.encode()).digest()


def draft_mark(token: str, values: Mapping[str, str]) -> bytes:
    """Tells the same text from another under one draft; keyed by the token, which is stored nowhere."""
    return hmac.digest(token.encode(), canonical_json(dict(values)), "sha256")


@keeps("inquiries.same-draft-same-receipt")
def check_same_text(mark: bytes, stored: bytes) -> None:
    if not hmac.compare_digest(mark, stored):
        raise DraftChanged


def check_move(inquiry: Known, status: str) -> None:
    if status not in MOVES[inquiry.status]:
        raise WrongMove


def may_move(inquiry: Known, status: str) -> bool:
    return status in MOVES[inquiry.status]


def check_box(lane: str) -> None:
    if lane not in LANES:
        raise WrongMove


def check_lane(inquiry: Known, lane: str) -> None:
    check_box(lane)
    if lane == inquiry.lane:
        raise WrongMove


def check_in_tray(inquiry: Known) -> None:
    if inquiry.lane == "inbox":
        raise WrongMove


def check_may_assign(inquiry: Known) -> None:
    """Who has an inquiry is settled with it; it is opened again first."""
    if inquiry.status == "done":
        raise SettledAlready


def may_assign(inquiry: Known) -> bool:
    return _allows(lambda: check_may_assign(inquiry))


def check_channel(channel: str) -> None:
    if channel not in TYPED_IN:
        raise UnknownChannel


@keeps("inquiries.automatic-mail-unanswered")
def check_may_acknowledge(*, kind: str, automatic: str, sender: str, ours: bool) -> None:
    """Machines are never answered, whoever takes their mail in (RFC 3834 §2; DESK §3 no. 11)."""
    if kind not in ("new", "reply") or automatic or not sender or ours or takes_no_answer(sender):
        raise NobodyToAnswer


def may_acknowledge(*, kind: str, automatic: str, sender: str, ours: bool) -> bool:
    return _allows(lambda: check_may_acknowledge(kind=kind, automatic=automatic, sender=sender, ours=ours))


def check_arrival(at: datetime, now: datetime) -> None:
    """When a letter or a call reached us; every clock starts there (T-C10-2)."""
    if not now - LATEST_ENTRY <= at <= now:
        raise UnfitArrival


def check_subject(subject: str) -> None:
    if not subject.strip():
        raise NoSubject
    if grapheme_length(subject) > LONGEST_SUBJECT:
        raise SubjectTooLong


def check_known_here(known: bool) -> None:
    """We write to who has a matter with us. A mail to anybody else is advertising, whatever it says."""
    if not known:
        raise NobodyKnown


def check_written(text: str) -> None:
    if not text.strip():
        raise EmptyText


def check_sayable(text: str, *, enclosed: bool, longest: int) -> None:
    """What a person says on the web: words, or at least a file."""
    if not text and not enclosed:
        raise EmptyText
    if grapheme_length(text) > longest or len(text.encode()) > longest * 16:
        raise TooLongToSay


def check_asked(typed: str, words: int) -> None:
    if len(typed) > LONGEST_ASKED or words > MOST_ASKED:
        raise TooMuchAsked


def check_nobody_answered(last_reply_at: datetime | None, seen_until: datetime | None) -> None:
    """Somebody replied after the writer opened the page: stop and show it (DESK §3 no. 15)."""
    if last_reply_at is not None and seen_until is not None and last_reply_at > seen_until:
        raise AnsweredMeanwhile


def check_seen_all(replies: int, seen: int | None) -> None:
    """The same by count, for two sends within one tick of the clock: one opening of the composer sends once."""
    if seen is not None and replies > seen:
        raise AnsweredMeanwhile


def check_not_sent_already(*, same: bool) -> None:
    """A button pressed twice, or a client that tries again: the very text has just been sent by this writer."""
    if same:
        raise SentAlready


@keeps("inquiries.drafter-never-sends")
def check_may_send(role: str) -> None:
    """作成担当者 writes; what goes out, somebody else has read and sent (DESK §4.7)."""
    if role == DRAFTER:
        raise OnlyOthersSend


def may_send(role: str) -> bool:
    return _allows(lambda: check_may_send(role))


def check_approved(*, needed: bool, approved: bool) -> None:
    if needed and not approved:
        raise NeedsApproval


def check_may_decide(*, role: str, own: bool) -> None:
    """Whoever may send may approve, in place of the colleague who was asked too; nobody their own."""
    check_may_send(role)
    if own:
        raise OwnProposal


def may_decide(*, role: str, own: bool) -> bool:
    return _allows(lambda: check_may_decide(role=role, own=own))


def check_undecided(decision: str) -> None:
    if decision:
        raise DecidedAlready


def check_nobody_asked(other: bool) -> None:
    if other:
        raise AnotherWaits


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReason


def check_pen_is_free(holder: str | None) -> None:
    """`holder`: who else is writing just now."""
    if holder is not None:
        raise BeingWritten(holder)


def check_filled(blanks: Sequence[str]) -> None:
    if blanks:
        raise Unfilled(blanks)


def check_looked_at(odd: Mapping[str, str], confirmed: Collection[str]) -> None:
    """`odd`: code → sentence. Whoever saw each of them may send all the same."""
    if any(code not in confirmed for code in odd):
        raise NeedsConfirmation(odd)


def check_may_take_back(until: datetime | None, now: datetime) -> None:
    if until is None or now >= until:
        raise TooLateToTakeBack


def check_may_edit_templates(role: str) -> None:
    if role == DRAFTER:
        raise TemplatesOfOthers


def may_edit_templates(role: str) -> bool:
    return role != DRAFTER


def check_template(name: str, text: str) -> None:
    if not name.strip() or not text.strip():
        raise UnfitTemplate
    if len(name) > LONGEST_TEMPLATE_NAME or len(text) > LONGEST_TEMPLATE:
        raise UnfitTemplate(
            f"ひな形は、名前{LONGEST_TEMPLATE_NAME}文字、本文{LONGEST_TEMPLATE}文字まで保存できます。"
        )


def check_may_set_desk_rules(role: str) -> None:
    if role != "admin":
        raise OnlyAdminsSet


def may_set_desk_rules(role: str) -> bool:
    return role == "admin"


def check_desk_rules(seconds: int) -> None:
    if not 0 <= seconds <= LONGEST_TAKE_BACK:
        raise UnfitDeskRules


@keeps("inquiries.one-polite-refusal")
def check_not_declined(declined_at: datetime | None) -> None:
    """The polite refusal goes out at most once (SCREENING §10)."""
    if declined_at is not None:
        raise AlreadyDeclined


def check_may_decline(lane: str, declined_at: datetime | None) -> None:
    """Only what a person has put into 営業, and only once: a customer is never sent the refusal of a pitch."""
    check_not_declined(declined_at)
    if lane != "sales":
        raise NotSales


def may_decline(lane: str, declined_at: datetime | None) -> bool:
    return _allows(lambda: check_may_decline(lane, declined_at))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads an inquiry on this page view. `opened`: what they asked to see, and the record says so."""

    role: str
    in_charge: bool
    opened: frozenset[str] = frozenset()


@keeps("inquiries.delicate-stays-covered")
def check_uncovered(what: Delicate, reader: Reader) -> None:
    """Numbers are shown when asked for. Special-care text is the officer's to read (T-C1-3; LAW pitfall 19);
    the clerk in charge opens it to answer. An administrator looks after the installation, not after texts."""
    asked = what in reader.opened
    if what == "numbers" and not asked:
        raise NumbersCovered
    if what == "text" and reader.role != "officer" and not (asked and may_open_text(reader)):
        raise SpecialCareCovered


def may_see(what: Delicate, reader: Reader) -> bool:
    return _allows(lambda: check_uncovered(what, reader))


def may_open_text(reader: Reader) -> bool:
    return reader.role in ("clerk", DRAFTER) and reader.in_charge


def check_may_unflag(role: str, *, own: bool, age: timedelta) -> None:
    """The officer decides; whoever has just flagged may take it back."""
    if role != "officer" and not (own and age <= TAKEN_BACK_WITHIN):
        raise OfficerUncovers


def may_unflag(role: str, *, own: bool, age: timedelta) -> bool:
    return _allows(lambda: check_may_unflag(role, own=own, age=age))


class Whole(Known, Protocol):
    @property
    def merged_into_id(self) -> UUID | None: ...
    @property
    def received_at(self) -> datetime: ...


def check_not_merged(number: str) -> None:
    """`number` of the inquiry it went into, empty while it stands by itself."""
    if number:
        raise MergedAway(f"このお問い合わせは、{number} に統合しました。{number} でお続けください。")


def check_may_merge(source: Whole, target: Whole) -> None:
    """Somebody who waits must not be put where nobody answers: under a settled one, or into a tray."""
    if source.merged_into_id or target.merged_into_id:
        raise CannotMerge("どちらかは、すでに統合してあります。画面を開き直してお確かめください。")
    if target.status == "done" and source.status != "done":
        raise CannotMerge("完了したお問い合わせには統合できません。先に「対応中」に戻してください。")
    if target.lane != "inbox" and source.lane == "inbox":
        raise CannotMerge(
            "「営業」「迷惑」に分けたお問い合わせには統合できません。先に受信箱へ戻してください。"
        )


def check_nothing_proposed(number: str, *, waiting: bool) -> None:
    """A reply put before a colleague would be seen by nobody under an inquiry that went into another one."""
    if waiting:
        raise CannotMerge(
            f"{number} のお返事が、承認を待っています。"
            "承認するか差し戻すか、書いた方が依頼を取り下げてから、統合してください。"
        )


def check_same_person(*, alike: bool, confirmed: bool) -> None:
    if not (alike or confirmed):
        raise DifferentPeople


def is_target(one: Whole, other: Whole) -> bool:
    """Which of two the other goes into: the one still open, in the inbox, the earlier."""
    return _standing(one) < _standing(other)


def _standing(inquiry: Whole) -> tuple[bool, bool, datetime]:
    return inquiry.status == "done", inquiry.lane != "inbox", inquiry.received_at


def check_as_left(*, same: bool) -> None:
    """What is put back must lie as it was left: a colleague's later change stays."""
    if not same:
        raise ChangedMeanwhile


def check_label(name: str, colour: str, *, taken: bool) -> None:
    if not 0 < len(name) <= LONGEST_LABEL or colour not in COLOURS or taken:
        raise UnfitLabel


def check_view_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_VIEW:
        raise UnfitView


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True
