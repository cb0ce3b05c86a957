"""The local model: the shipped weights, bent by what staff said. Pure, without chance, always from the start.

Each lesson pulls with a bounded force (dual coordinate steps, clipped), a sender or a near-same text at most three
times, and a gram counts only if two senders used it: one wrong click or one blast turns nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Any

STRENGTH = 3.0  # a lesson counts as three shipped items
PULL = 6.0  # ridge towards the shipped weights: one lesson moves no text by more than STRENGTH / PULL
ROUNDS = 6
PER_GROUP = 3
MARGIN = 0.3  # above the highest local genuine
SENDERS = 2
MOST = 1_000  # the newest lessons


@dataclass(frozen=True, slots=True)
class Example:
    """One lesson as the model sees it. `base` is its shipped log-odds."""

    about: str
    pitch: bool
    grams: Collection[str]
    base: float
    sender: str
    group: str


@dataclass(frozen=True, slots=True)
class Local:
    """What is added to the shipped log-odds. `t_tray` is never below the shipped one; `raised_by` names the lesson
    that put it there."""

    delta: Mapping[str, float]
    t_tray: float
    raised_by: str = ""
    lessons: int = 0

    def added(self, grams: Collection[str]) -> float:
        """Over the root of how many there are, as the shipped weights count; added up exactly, in whatever order."""
        return fsum(self.delta[gram] for gram in grams if gram in self.delta) * _value(grams)

    def to_json(self) -> dict[str, Any]:
        return {
            "delta": {gram: value.hex() for gram, value in self.delta.items()},
            "t_tray": self.t_tray.hex(), "raised_by": self.raised_by, "lessons": self.lessons,
        }  # fmt: skip


def fit(examples: Sequence[Example], t_tray: float) -> Local | None:
    """None when there is nothing to learn from. `examples` in the order they were taught."""
    chosen = _few_of_each(examples)[-MOST:]
    if not chosen:
        return None
    shared = _shared(chosen)
    rows = [_Row(each, shared) for each in chosen]
    delta = _steps(rows)
    whole = {gram: value for gram, value in sorted(delta.items()) if value}
    return _raised(Local(whole, t_tray, lessons=len(chosen)), chosen)


def _value(grams: Collection[str]) -> float:
    return 1.0 / sqrt(len(grams)) if grams else 0.0


def _few_of_each(examples: Sequence[Example]) -> list[Example]:
    """Of one sender or one text only the latest few."""
    senders, groups = Counter[str](), Counter[str]()
    kept = list[Example]()
    for each in reversed(examples):
        if senders[each.sender] < PER_GROUP and groups[each.group] < PER_GROUP:
            kept.append(each)
        senders[each.sender] += 1
        groups[each.group] += 1
    return kept[::-1]


def _shared(examples: Sequence[Example]) -> frozenset[str]:
    """Grams that two different senders used."""
    users = defaultdict[str, set[str]](set)
    for each in examples:
        for gram in each.grams:
            if len(users[gram]) < SENDERS:
                users[gram].add(each.sender)
    return frozenset(gram for gram, who in users.items() if len(who) >= SENDERS)


class _Row:
    """`weight`: how much of the text the counted grams are, squared."""

    __slots__ = ("alpha", "base", "grams", "sign", "value", "weight")

    def __init__(self, example: Example, shared: frozenset[str]) -> None:
        self.grams = tuple(sorted(gram for gram in example.grams if gram in shared))
        self.base, self.sign, self.alpha = example.base, 1.0 if example.pitch else -1.0, 0.0
        self.value = _value(example.grams)
        self.weight = len(self.grams) * self.value**2


def _steps(rows: Sequence[_Row]) -> dict[str, float]:
    """A soft margin around the shipped log-odds: who stands on the right side by one pulls no more."""
    delta = defaultdict[str, float](float)
    for _ in range(ROUNDS):
        for row in rows:
            if not row.weight:
                continue
            stands = row.base + fsum(delta[gram] for gram in row.grams) * row.value
            want = (1.0 - row.sign * stands) * PULL / row.weight
            alpha = min(max(row.alpha + want, 0.0), STRENGTH)
            move = (alpha - row.alpha) * row.sign * row.value / PULL
            if move:
                row.alpha = alpha
                for gram in row.grams:
                    delta[gram] += move
    return delta


def _raised(local: Local, examples: Sequence[Example]) -> Local:
    """No message that a person called genuine may lie above the threshold."""
    highest, who = local.t_tray, ""
    for each in examples:
        if not each.pitch:
            value = each.base + local.added(each.grams) + MARGIN
            if value > highest:
                highest, who = value, each.about
    return Local(local.delta, highest, who, local.lessons)
