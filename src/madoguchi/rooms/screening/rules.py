"""The decision: facts in, a lane and its reasons out. Guards, then spam, then repeats, then the model.

A move needs a stage that says so, no guard that speaks for the sender, and a state in which that stage may move.
Whatever is unclear stays in the inbox. The answer is the same, byte for byte, for the same facts and versions.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import inf

from madoguchi.rooms.screening import guards, model, reading, signals, spam
from madoguchi.rooms.screening.moving import check_gets_through as check_gets_through
from madoguchi.rooms.screening.moving import check_only_a_box as check_only_a_box
from madoguchi.rooms.screening.standing import ENOUGH_DECISIONS as ENOUGH_DECISIONS
from madoguchi.rooms.screening.standing import ENOUGH_TIME as ENOUGH_TIME

VERSION = "1"
LEAST_OFFERS = (
    2  # kinds of offer in the words themselves, before the model may move a message; one, if it is surer
)
SURER = 1.0  # log-odds above the line
BEYOND_GUARDS = 3.0  # log-odds above the line of junk: fraud borrows the words of bills, courts and orders
LEAST_LETTERS = 30  # before the words of a text may show that it is junk
LEAST_KANA = 0.10  # of the letters; below it a text is judged on too little of itself


# What speaks for a sender however much a text reads like fraud: what we know of them, and what they may ask of us.
_UNBEATEN = frozenset({"known", "allowed", "institution", "rights", "complaint", "student", "applicant"})

_WORD = re.compile("[a-z]+")
_SMALL_WORDS = frozenset(
    [
        "the",
        "you",
        "your",
        "we",
        "our",
        "us",
        "and",
        "for",
        "can",
        "is",
        "are",
        "was",
        "to",
        "of",
        "in",
        "on",
        "with",
        "have",
        "would",
        "will",
        "not",
        "this",
        "that",
    ]
)


class Lane(StrEnum):
    INBOX = "inbox"
    SALES = "sales"
    JUNK = "junk"


class State(StrEnum):
    """停止, バッジのみ, 有効. Spam and repeats move in both of the latter."""

    OFF = "off"
    BADGE = "badge"
    ON = "on"


class Stage(StrEnum):
    NONE = "none"
    GUARD = "guard"
    SPAM = "spam"
    REPEAT = "repeat"
    MODEL = "model"


class Band(StrEnum):
    """高い, あり, –. Never shown as a number."""

    HIGH = "high"
    SOME = "some"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What the sender wrote. `text`: お問い合わせ内容, 備考 and a mail's subject, joined by line breaks. Name, company
    and addresses never raise a score; company and address only speak for public bodies and schools."""

    text: str
    company: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The marked message this one repeats. `by`: text, domain, phone or link."""

    number: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """`known`: the sender stands in a thread that staff handled as genuine; `allowed`: on the allow-list;
    `typed_in`: by our own staff; `weak`: honeypot, speed and the like, which only add to another sign."""

    known: bool = False
    allowed: bool = False
    typed_in: bool = False
    weak: frozenset[str] = frozenset()
    earlier: Earlier | None = None
    languages: frozenset[str] = frozenset({"ja", "en"})


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the model badges and moves, in log-odds; None takes what was shipped. Local ones are only ever higher."""

    tray: float | None = None
    badge: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and where in the text it was seen; (0, 0) where it was seen elsewhere."""

    code: str
    start: int = 0
    end: int = 0
    number: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    rules: str = VERSION
    weights: str = ""
    digest: str = ""
    tray: float | None = None
    badge: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`stage`: which stage spoke; the lane says whether it was heard. `against`: what spoke for the sender."""

    lane: Lane = Lane.INBOX
    badge: bool = False
    band: Band = Band.NONE
    stage: Stage = Stage.NONE
    logit: float | None = None
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    guards: tuple[str, ...] = ()
    versions: Versions = Versions()

    @property
    def probability(self) -> float | None:
        """For the log and for measuring, never for a screen."""
        return None if self.logit is None else round(model.probability(self.logit), 6)


def decide(
    message: Message,
    facts: Facts = Facts(),
    *,
    weights: model.Weights | None,
    state: State = State.ON,
    lines: Lines = Lines(),
) -> Decision:
    """Without weights the model is silent; with `State.OFF` everything is."""
    if state == State.OFF:
        return Decision()
    read = reading.read(message.text)
    versions = _versions(weights, lines)
    found = _first(read, facts, weights, versions)
    spared = tuple(_spared(message, facts, read))
    if found.lane == Lane.JUNK and found.stage == Stage.MODEL and found.band == Band.HIGH:
        spared = tuple(each for each in spared if each.code in _UNBEATEN)
    decision = replace(found, versions=versions, guards=tuple(each.code for each in spared))
    if decision.stage == Stage.NONE:
        return replace(decision, against=spared)
    if spared or facts.typed_in or (decision.stage == Stage.MODEL and state != State.ON):
        return _kept(decision, spared)
    return decision


def _kept(decision: Decision, spared: tuple[Reason, ...]) -> Decision:
    """In the inbox with a badge, if the stage would have moved it; a guard takes the badge off a mere suspicion."""
    badge = decision.lane != Lane.INBOX or not spared
    return replace(
        decision,
        lane=Lane.INBOX,
        badge=badge,
        band=decision.band if badge else Band.NONE,
        against=spared or decision.against,
    )


def _first(
    read: reading.Reading, facts: Facts, weights: model.Weights | None, versions: Versions
) -> Decision:
    if found := spam.signs(read.plain, facts.languages):
        reasons = tuple(Reason(each.code, *read.span(each.start, each.end)) for each in found)
        weak = tuple(Reason(code) for code in sorted(facts.weak))
        return Decision(Lane.JUNK, band=Band.HIGH, stage=Stage.SPAM, reasons=(reasons + weak)[:3])
    if earlier := facts.earlier:
        reason = Reason(f"again-{earlier.by}", number=earlier.number, on=earlier.on)
        return Decision(Lane.SALES, band=Band.HIGH, stage=Stage.REPEAT, reasons=(reason,))
    if weights is None:
        return Decision()
    return _modelled(read, weights, versions)


def _modelled(read: reading.Reading, weights: model.Weights, versions: Versions) -> Decision:
    features = model.features(read.masked)
    if found := _junk(read, weights.junk_kana if read.kana else weights.junk_latin, features):
        return found
    if read.kana:
        return _japanese(read, weights.kana, features, versions)
    return _english(weights.latin, features) if _is_english(read.plain) else Decision()


def _junk(read: reading.Reading, part: model.Part, features: model.Features) -> Decision | None:
    if not may_be_junk(read):
        return None
    over = part.of(*features, 0, 0) - part.tray
    if over < 0:
        return None
    band = Band.HIGH if over >= BEYOND_GUARDS else Band.SOME
    return Decision(Lane.JUNK, band=band, stage=Stage.MODEL, reasons=(Reason("reads-like-junk"),))


def may_be_junk(read: reading.Reading) -> bool:
    """Only in a script that the parts learned (an accent is another language's), with words enough to go by (short
    and odd is harmless), and by nobody who tells of such a text."""
    letters = [letter for letter in read.plain if letter.isalpha()]
    known = bool(read.kana) or all("a" <= letter <= "z" for letter in letters)
    return len(letters) >= LEAST_LETTERS and known and not spam.told(read.plain)


def _japanese(
    read: reading.Reading, part: model.Part, features: model.Features, versions: Versions
) -> Decision:
    offers, asks = signals.offers(read.plain), signals.asks(read.plain)
    logit = part.of(*features, len(offers), len(asks))
    seen = Decision(
        logit=logit,
        against=tuple(Reason(f"asks-{each.code}", *read.span(each.start, each.end)) for each in asks)[:2],
    )
    tray, badge = versions.tray or part.tray, versions.badge or part.badge
    wanting = surer_by(len(offers), asking=signals.asks_plainly(read.plain))
    moved = logit >= tray + wanting and _enough_kana(read)
    if not moved and (logit < badge or not offers):
        return seen
    return replace(
        seen,
        lane=Lane.SALES if moved else Lane.INBOX,
        badge=not moved,
        band=Band.HIGH if moved and logit >= tray + SURER else Band.SOME,
        stage=Stage.MODEL,
        reasons=tuple(Reason(f"offers-{each.code}", *read.span(each.start, each.end)) for each in offers)[:3],
    )


def _english(part: model.Part, features: model.Features) -> Decision:
    """A badge at most, and no probability."""
    if part.of(*features, 0, 0) < part.badge:
        return Decision()
    return Decision(badge=True, band=Band.SOME, stage=Stage.MODEL, reasons=(Reason("reads-like"),))


def surer_by(offers: int, *, asking: bool) -> float:
    """How much surer the model has to be, the fewer offers the words show, and where the sender asks a plain
    question; without any offer it moves nothing."""
    if not offers:
        return inf
    return SURER * ((offers < LEAST_OFFERS) + asking)


def _spared(message: Message, facts: Facts, read: reading.Reading) -> list[Reason]:
    """What speaks for the sender: first what we know, then who they are, then what they ask."""
    known = [Reason(code) for code, there in (("known", facts.known), ("allowed", facts.allowed)) if there]
    if guards.public_body(message.company, message.email):
        known.append(Reason("institution"))
    told = [
        Reason(each.kind, *read.span(each.start, each.end))
        for each in guards.hits(read.plain)
        if each.kind not in {reason.code for reason in known}
    ]
    return known + told


def _versions(weights: model.Weights | None, lines: Lines) -> Versions:
    if weights is None:
        return Versions()
    shipped = weights.kana
    tray = max(shipped.tray, lines.tray) if lines.tray is not None else shipped.tray
    badge = max(shipped.badge, lines.badge) if lines.badge is not None else shipped.badge
    return Versions(weights=weights.version, digest=weights.digest, tray=tray, badge=badge)


def _enough_kana(read: reading.Reading) -> bool:
    letters = sum(1 for letter in read.plain if letter.isalpha())
    return bool(letters) and read.kana >= LEAST_KANA * letters


def _is_english(plain: str) -> bool:
    """By its small words; no part knows another language without kana."""
    return len(_SMALL_WORDS.intersection(_WORD.findall(plain))) >= 2


def may_move(stage: Stage, state: State, spared: Collection[str], *, typed_in: bool) -> bool:
    """The table of lanes, for previews and for tests: whether this stage may move in this state."""
    return (
        not spared and not typed_in and (state == State.ON or (state == State.BADGE and stage != Stage.MODEL))
    )
