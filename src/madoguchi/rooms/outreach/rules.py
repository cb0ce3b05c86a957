"""When a change may be told, whom it is told, and in which words a person reads why not. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from madoguchi.rooms.gate.rules import Stop
from madoguchi.rooms.outreach.errors import AnnouncedAlready, LinkMissing, NoChange, NotInForce, TextMissing

LINK = "policy-change"  # the purpose of the token in the mail
_FIELD = "change_url"
LONGEST_SUBJECT = 200


class Outcome(StrEnum):
    TOLD = "told"
    ALREADY_SEEN = "already-seen"
    NOT_SHOWN = "purpose-not-shown"
    STOPPED = "stopped"
    NO_ADDRESS = "no-address"
    ONLY_JUNK = "only-junk"
    NOTHING_LEFT = "nothing-left"


REASONS = {
    Outcome.ALREADY_SEEN: "新しい方針をご覧のうえ、お問い合わせをくださった方",
    Outcome.NO_ADDRESS: "メールアドレスをいただいていない方",
    Outcome.ONLY_JUNK: "お問い合わせが「迷惑」だけの方",
    Outcome.STOPPED: "ご利用の停止をお申し出の方",
    Outcome.NOT_SHOWN: "変更をお知らせすることを、方針でお見せしていない方",
    Outcome.NOTHING_LEFT: "お問い合わせの内容が、もう残っていない方",
}


class Announceable(Protocol):
    @property
    def changes(self) -> Mapping[str, object]: ...
    @property
    def never_held(self) -> bool: ...


def check_announceable(version: Announceable, *, announced: bool) -> None:
    """A change is told once, of a version that holds or will, and of which somebody said what it means for people."""
    if announced:
        raise AnnouncedAlready
    if version.never_held:
        raise NotInForce
    if not version.changes:
        raise NoChange


def check_text(subject: str, text: str) -> None:
    if not subject.strip() or not text.strip():
        raise TextMissing
    if len(subject) > LONGEST_SUBJECT:
        raise TextMissing(f"件名は、{LONGEST_SUBJECT}字までにしてください。")
    if f"{{{{{_FIELD}}}}}" not in text.replace(" ", ""):
        raise LinkMissing


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person before they are told. `refusal`: why the gate would not let us, by its code."""

    known: bool
    lanes: Collection[str]
    seen: bool
    stops: Collection[str]
    refusal: str


def outcome(facts: Facts) -> Outcome:
    """Who is told: whoever can be reached, did not see it already, and was shown that we tell of changes."""
    if not facts.lanes:
        return Outcome.NOTHING_LEFT
    if not facts.known:
        return Outcome.NO_ADDRESS
    if facts.seen:
        return Outcome.ALREADY_SEEN
    if Stop.ALL in facts.stops:
        return Outcome.STOPPED
    if set(facts.lanes) == {"junk"}:
        return Outcome.ONLY_JUNK
    return Outcome.NOT_SHOWN if facts.refusal else Outcome.TOLD
