"""Stage C: how much a text reads like the pitches of the training set. Weights are data; scoring is additions.

A text's features are its distinct character 1–4-grams and its runs of one kind of letter (alone and in pairs).
A part's score is the sum of the known weights over the square root of how many features the text has, so that long
and short texts are measured alike and unknown words pull towards nothing. Weights are whole numbers, hence the
order of adding is irrelevant and the score is the same everywhere.
"""

import hashlib
import itertools
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from typing import Any

from madoguchi.rooms.screening.errors import BadWeights

FEATURES = (
    "masked text v1; distinct 1-4-grams; letter runs, single and paired; sum/sqrt(n); offers and asks counted"
)
_RUNS = re.compile(r"[一-龠々]+|[ァ-ヶー]+|[ぁ-ん]+|[a-z]+|0|[^\s]")
_LONGEST = 4
Features = tuple[set[str], set[str]]  # grams, runs


def grams(masked: str) -> set[str]:
    size = len(masked)
    return {masked[at : at + length] for length in range(1, _LONGEST + 1) for at in range(size - length + 1)}


def runs(masked: str) -> set[str]:
    found = _RUNS.findall(masked)
    return {*found, *(f"{one} {two}" for one, two in itertools.pairwise(found))}


def features(masked: str) -> Features:
    """Both kinds, made once for every part that is asked."""
    return grams(masked), runs(masked)


@dataclass(frozen=True, slots=True)
class Part:
    """The weights for one script. `scale` turns whole numbers into scores; the last three make them log-odds."""

    grams: Mapping[str, int]
    runs: Mapping[str, int]
    scale: float
    bias: float
    slope: float
    per_offer: float
    per_ask: float
    base: float
    tray: float
    badge: float

    def score(self, masked: str) -> float:
        return self.bias + self.scale * (_mean(grams(masked), self.grams) + _mean(runs(masked), self.runs))

    def of(self, grams: Collection[str], runs: Collection[str], offers: int, asks: int) -> float:
        """The same from features, where the text is not kept."""
        score = self.bias + self.scale * (_mean(grams, self.grams) + _mean(runs, self.runs))
        return self.slope * score + self.per_offer * offers + self.per_ask * asks + self.base

    def logit(self, masked: str, offers: int, asks: int) -> float:
        return self.slope * self.score(masked) + self.per_offer * offers + self.per_ask * asks + self.base


@dataclass(frozen=True, slots=True)
class Weights:
    """`kana` tells pitches in Japanese and may move; `latin` those in English and only ever badges; the last two tell
    spam, each in its script, and may move."""

    version: str
    digest: str
    trained_on: str
    kana: Part
    latin: Part
    junk_kana: Part
    junk_latin: Part


PARTS = ("kana", "latin", "junk_kana", "junk_latin")


def probability(logit: float) -> float:
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))


def digest_of(data: Mapping[str, Any]) -> str:
    bare = {key: value for key, value in data.items() if key != "digest"}
    return hashlib.sha256(json.dumps(bare, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read_weights(text: str) -> Weights:
    """Raises BadWeights for anything but an intact file made for these very features."""
    try:
        data = json.loads(text)
        if data["digest"] != digest_of(data) or data["features"] != FEATURES:
            raise BadWeights
        parts = {name: _part(data[name]) for name in PARTS}
        return Weights(data["version"], data["digest"], data["trained_on"], **parts)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadWeights from problem


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """Read once for each process; raises BadWeights."""
    try:
        return read_weights(files("madoguchi.rooms.screening").joinpath("weights.json").read_text("utf-8"))
    except OSError as problem:
        raise BadWeights from problem


def packed(weights: Mapping[str, int]) -> dict[str, str]:
    """Features by weight, joined by line breaks, which no feature holds: a third of the size of one pair each."""
    by_weight: dict[int, list[str]] = {}
    for feature, weight in weights.items():
        by_weight.setdefault(weight, []).append(feature)
    return {str(weight): "\n".join(sorted(found)) for weight, found in sorted(by_weight.items())}


def _unpacked(table: Mapping[str, str]) -> dict[str, int]:
    return {feature: int(weight) for weight, found in table.items() for feature in found.split("\n")}


def _part(data: Mapping[str, Any]) -> Part:
    numbers = ("scale", "bias", "slope", "per_offer", "per_ask", "base", "tray", "badge")
    return Part(
        _unpacked(data["grams"]), _unpacked(data["runs"]), **{name: float(data[name]) for name in numbers}
    )


def _mean(features: Iterable[str], weights: Mapping[str, int]) -> float:
    known = size = 0
    for feature in features:
        known += weights.get(feature, 0)
        size += 1
    return known / sqrt(size) if size else 0.0
