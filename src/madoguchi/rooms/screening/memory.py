"""What a company's lessons amount to: whom to keep, what comes again, and how the model is bent. Pure.

Made anew from the living lessons, in one order and without chance, so that a lesson that is gone was never there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.rooms.screening import sameness
from madoguchi.rooms.screening.learned import Features
from madoguchi.rooms.screening.learning import Local

DAYS = 180


@dataclass(frozen=True, slots=True)
class Learned:
    """What a lesson keeps of an inquiry: keyed marks of the sender, features and the sketch of the text."""

    marks: Mapping[str, Collection[str]]  # kind → marks
    features: Features
    sketch: Collection[int]
    number: str = ""
    bands: Collection[int] = ()

    def all_marks(self) -> set[str]:
        return {mark for marks in self.marks.values() for mark in marks}


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson, opened."""

    id: UUID
    about: UUID
    label: str
    at: datetime
    learned: Learned
    teaches: bool = True


@dataclass(frozen=True, slots=True)
class Sign:
    """One living entry of the repeat memory. `mark` is empty for a text, which has a `sketch`."""

    id: UUID
    about: UUID
    kind: str
    since: datetime
    until: datetime
    number: str = ""
    mark: str = ""
    sketch: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Which entry was met, and the receipt number and day of what was marked."""

    id: UUID
    kind: str
    since: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One sender that stays in the inbox."""

    mark: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    signs: tuple[Sign, ...] = ()
    kept: tuple[Kept, ...] = ()
    refused: Mapping[str, datetime] = field(default_factory=dict)  # mark → when last marked as a pitch
    local: Local | None = None
    decisions: int = 0

    def allows(self, marks: Collection[str]) -> bool:
        """Unless a person has called the same sender a pitch since."""
        return any(each.mark in marks and not self.refused_since(each.mark, each.since) for each in self.kept)

    def refused_since(self, mark: str, moment: datetime) -> bool:
        return mark in self.refused and self.refused[mark] > moment

    def ended(self, marks: Collection[str], handled_at: datetime) -> bool:
        """Whether a mark as a pitch came after the sender was handled as a customer."""
        return any(self.refused_since(mark, handled_at) for mark in marks)

    def met(
        self, marks: Mapping[str, Collection[str]], sketch: Collection[int], now: datetime, but: UUID
    ) -> Hit | None:
        """The entry that this message meets: the surest kind first, of a kind the latest. Never its own (`but`)."""
        living = [each for each in self.signs if each.until > now and each.about != but]
        for kind in ("domain", "phone", "host"):
            mine = marks.get(kind, ())
            found = [each for each in living if each.kind == kind and each.mark in mine]
            if found:
                return _hit(found[-1])
        same = [each for each in living if each.kind == "text" and is_same(each.sketch, sketch)]
        return _hit(same[-1]) if same else None

    def as_bytes(self) -> bytes:
        """Everything that decides, written one way: equal bytes decide alike."""
        return canonical_json({
            "signs": [[str(s.about), s.kind, s.mark, sorted(s.sketch), s.until.isoformat()] for s in self.signs],
            "kept": sorted([k.mark, k.since.isoformat()] for k in self.kept),
            "refused": {mark: at.isoformat() for mark, at in self.refused.items()},
            "local": self.local.to_json() if self.local else None,
        })  # fmt: skip


def is_same(one: Collection[int], other: Collection[int]) -> bool:
    return bool(one) and bool(other) and sameness.overlap(one, other) >= sameness.SAME


def texts(lessons: Sequence[Taught]) -> dict[UUID, str]:
    """The first lesson of the same text, for each: candidates by bands, then compared exactly."""
    groups, by_band = dict[UUID, str](), dict[int, list[Taught]]()
    for each in lessons:
        near = {other.id: other for band in sorted(each.learned.bands) for other in by_band.get(band, ())}
        same = next(
            (id for id, other in near.items() if is_same(other.learned.sketch, each.learned.sketch)), None
        )
        groups[each.id] = groups[same] if same is not None else str(each.about)
        if same is None:
            for band in each.learned.bands:
                by_band.setdefault(band, []).append(each)
    return groups


def _hit(sign: Sign) -> Hit:
    return Hit(sign.id, sign.kind, sign.since, sign.number)


def refusals(lessons: Sequence[Taught]) -> dict[str, datetime]:
    """When each sender was last called a pitch: a host tells of a page, not of who writes."""
    found = dict[str, datetime]()
    for each in lessons:
        if each.teaches and each.label == "sales":
            for kind in ("address", "domain", "phone"):
                for mark in each.learned.marks.get(kind, ()):
                    found[mark] = max(each.at, found.get(mark, each.at))
    return found
