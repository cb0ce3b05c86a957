"""Numbers of a person's papers and payments in free text: found by shape, check digit and the words around them.

What is named otherwise (注文番号, 法人番号, a telephone) is left alone. Not recognised: a number split over a
line, written in kanji, or digit by digit. A stranger chooses the text, so every pattern is bounded and the time
is linear; a text without digits costs one look.
"""

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from madoguchi.foundation.lib.numbers.kinds import LABELS, Found, Kind
from madoguchi.foundation.lib.numbers.labels import labelled, paired
from madoguchi.foundation.lib.numbers.shapes import shaped
from madoguchi.foundation.lib.numbers.words import FOLDS, signs

__all__ = ["COVER", "LABELS", "Found", "Kind", "Piece", "find", "mask", "named", "pieces"]

COVER = "●●●●"
_LAST_OF_CARD = 4  # may stay readable (PCI DSS 3.4.1)
_SHORTEST_CARD = 13  # less is a security code
_START = itemgetter(1)
_DIGITS = re.compile("[0-9０-９]{2}")
# The least that any of them needs: digits in a row, two groups, or a word before a few.
_WORTH_A_LOOK = re.compile("[0-9]{5}|[0-9]{3}[- ]{1,3}[0-9]{3}|[A-Z]{2} ?[0-9]{7}|記号|セキュリティ|CVV|CVC")


class Piece(NamedTuple):
    """A run of a text as it may be read: what was typed, or in place of a number its cover and kind."""

    text: str
    kind: Kind | None


def find(text: str) -> list[Found]:
    """Every such number, in order, none overlapping another."""
    if not _DIGITS.search(text):
        return []
    folded = text.translate(FOLDS)
    if not _WORTH_A_LOOK.search(folded):
        return []
    told, found = signs(folded), list[Found]()
    for one in sorted([*shaped(folded, told), *labelled(folded, told), *paired(folded)], key=_START):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def mask(text: str) -> str:
    """The text with each such number covered; of a card the last four digits stay."""
    found = find(text)
    return "".join(piece.text for piece in _cut(text, found)) if found else text


def named(kinds: Iterable[Kind]) -> str:
    """マイナンバー、カードの番号: each kind once, as people call it."""
    return "、".join(LABELS[kind] for kind in dict.fromkeys(kinds))


def pieces(text: str) -> list[Piece]:
    """The text in runs, for a screen that marks where something is covered."""
    return _cut(text, find(text))


def _cut(text: str, found: list[Found]) -> list[Piece]:
    runs, at = list[Piece](), 0
    for kind, start, end in found:
        if start > at:
            runs.append(Piece(text[at:start], None))
        runs.append(Piece(COVER + _kept(kind, text[start:end]), kind))
        at = end
    return [*runs, Piece(text[at:], None)] if at < len(text) else runs


def _kept(kind: Kind, number: str) -> str:
    if kind is not Kind.CARD or len(number) < _SHORTEST_CARD:
        return ""
    return "".join(filter(str.isdecimal, number.translate(FOLDS)))[-_LAST_OF_CARD:]
