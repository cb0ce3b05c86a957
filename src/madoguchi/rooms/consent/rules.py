"""A submission is bound to the wording it was shown; a use, to what this very person was shown and agreed to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from madoguchi.foundation.lib.versions import binds
from madoguchi.rooms.consent.errors import (
    NotAsked,
    NotChosen,
    NotShown,
    UnknownPurpose,
    WordingOutdated,
)
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.promises.registry import keeps

CHOSEN = frozenset({Purpose.EVENT_MAIL, Purpose.ADVERTISE})  # only with a choice of the person's own
PURPOSES = frozenset({"event-mail"})  # what a visitor may choose at 完了 and in the receipt


class Dated(Protocol):
    @property
    def superseded_at(self) -> datetime | None: ...


@keeps("consent.bound-as-shown")
def check_wording_binds(shown: Dated | None, now: datetime) -> None:
    """Unknown wording, one superseded more than 24 hours ago, or one that holds only from later on, binds nobody."""
    if shown is None or not binds(shown.superseded_at, now):
        raise WordingOutdated
    begins: datetime | None = getattr(shown, "effective_from", None)
    if begins is not None and begins > now:
        raise WordingOutdated


def check_purpose_known(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise UnknownPurpose


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands: the version that binds them, the purposes it and their notices announced, and
    what they chose. `policy` is None when nothing was ever shown to them."""

    policy: int | None
    shown: frozenset[str]
    chosen: frozenset[str]


@keeps("consent.only-as-shown-and-agreed")
def check_use(standing: Standing, purpose: Purpose) -> None:
    """Art 18(1): within the purposes shown to this person; Art 3 of the Anti-spam Act: mailings by choice only."""
    if purpose.value not in standing.shown:
        raise NotShown
    if purpose in CHOSEN and purpose.value not in standing.chosen:
        raise NotChosen


def why_not(standing: Standing, purpose: Purpose) -> str:
    """The code of the refusal; empty when this person may be used for it."""
    try:
        check_use(standing, purpose)
    except (NotShown, NotChosen) as refusal:
        return refusal.code
    return ""


def may_use(standing: Standing, purpose: Purpose) -> bool:
    return not why_not(standing, purpose)


class Asking(Protocol):
    @property
    def needs_consent(self) -> bool: ...


def check_asked(version: Asking) -> None:
    """Nobody can agree to what needs no consent: it would look as if they could say no."""
    if not version.needs_consent:
        raise NotAsked


# -- which version binds a person -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """A version as far as people are bound by it. `uses` it announces; `widened` are those among them that it may
    bring to people of before: a clause classed as a mere wording, or not classed at all, brings none."""

    number: int
    needs_consent: bool
    uses: frozenset[str]
    widened: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to a change, by the number of its version."""

    number: int
    agreed: bool


def binding(versions: Sequence[Edition], seen: Sequence[int], answers: Iterable[Answer]) -> int | None:
    """The number of the version that binds a person (clause 11b; T-C11-3).

    `versions` came into force in this order; `seen` were shown with what they sent and `answers` given, both in
    the order of time. From the last one seen, or agreed to, every later one binds, up to the first that needs a
    consent they did not give. A no stands until the same person says yes: who sends a form has not shown that the
    address is theirs, so a form sent since takes no no back.
    """
    place = _places(versions)
    if not seen or seen[-1] not in place:
        return None
    agreed, declined = _said(place, versions, answers)
    reached = max([place[seen[-1]], *agreed])
    while reached + 1 < len(versions) and not versions[reached + 1].needs_consent:
        reached += 1
    reached = min([reached, *(each - 1 for each in declined)])
    return versions[reached].number if reached >= 0 else None


def announced(versions: Sequence[Edition], seen: Sequence[int], answers: Iterable[Answer]) -> frozenset[str]:
    """The purposes of the version that binds them, as far as this person read it, agreed to it, or was led to it by
    a change that may widen them (T-C3-3)."""
    place, bound = _places(versions), binding(versions, seen, answers)
    if bound is None:
        return frozenset()
    agreed, _ = _said(place, versions, answers)
    known = [place[number] for number in seen if number in place] + sorted(agreed)
    read = max((each for each in known if each <= place[bound]), default=None)
    if read is None:
        return frozenset()
    uses = set(versions[read].uses)
    for later in versions[read + 1 : place[bound] + 1]:
        uses = (uses & later.uses) | later.widened
    return frozenset(uses)


def _places(versions: Sequence[Edition]) -> dict[int, int]:
    return {version.number: place for place, version in enumerate(versions)}


def _said(
    place: dict[int, int], versions: Sequence[Edition], answers: Iterable[Answer]
) -> tuple[set[int], set[int]]:
    """Places of the changes this person has agreed to and declined. A yes holds for everything up to it; a no
    takes back every yes from there on."""
    agreed, declined = set[int](), set[int]()
    for answer in answers:
        at = place.get(answer.number)
        if at is None or not versions[at].needs_consent:
            continue
        if answer.agreed:
            agreed.add(at)
            declined = {each for each in declined if each > at}
        else:
            declined.add(at)
            agreed = {each for each in agreed if each < at}
    return agreed, declined
