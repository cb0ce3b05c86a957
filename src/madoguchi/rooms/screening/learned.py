"""What a lesson keeps of a message: marks of the sender, features of the masked text, its sketch. Pure.

The names that were typed are taken out first, so that no name of a person or company becomes a feature.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.rooms.screening import model, reading, sameness, signals
from madoguchi.rooms.screening.facts import Facts

TEXTS = ("subject", "body", "remarks")
_PARTS = re.compile(r"[\s、。・,，()（）「」]+")
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Features:
    """All that the model counts in a text."""

    grams: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    offers: int = 0
    asks: int = 0
    kana: bool = True


def text_of(fields: Mapping[str, str]) -> str:
    return "\n".join(filter(None, (fields.get(name, "") for name in TEXTS)))


def unnamed(facts: Facts) -> str:
    """The text without the names that its sender gave."""
    text = text_of(facts.fields)
    for name in sorted(_names(facts.fields), key=lambda each: (-len(each), each)):
        text = text.replace(name, " ")
    return text


def _names(fields: Mapping[str, str]) -> set[str]:
    found = set[str]()
    for name in ("name", "company"):
        typed = fields.get(name, "").strip()
        found |= {typed, *_PARTS.split(typed)}
    return {each for each in found if len(each) >= _SHORT}


def sketch_of(facts: Facts, key: bytes) -> list[int]:
    return sorted(sameness.sketch(reading.read(unnamed(facts)).masked, key))


def features_of(facts: Facts) -> Features:
    read = reading.read(unnamed(facts))
    return Features(
        tuple(sorted(model.grams(read.masked))), tuple(sorted(model.runs(read.masked))),
        len(signals.offers(read.plain)), len(signals.asks(read.plain)), kana=bool(read.kana),
    )  # fmt: skip
