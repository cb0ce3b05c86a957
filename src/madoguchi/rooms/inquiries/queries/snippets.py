"""The words around what was searched for, with what matched marked, cut out of the text as it was typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from madoguchi.rooms.inquiries.queries.texts import Text
from madoguchi.rooms.vault.queries.search import Term, contains, fold, squeeze

AROUND = 24  # letters before the first match
LENGTH = 90
# A letter with the marks that belong to it: only together do they fold to what is searched for.
_UNIT = re.compile(
    "[(（](?:株|有|同)[)）]|.[\u0300-\u036f\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """`label` says where it stands: a question of the form, a note, a reply."""

    label: str
    pieces: tuple[Piece, ...]


def quote(texts: Sequence[Text], terms: Sequence[Term]) -> Snippet | None:
    """From the text that says the most of the terms; what is said at length before a mere name or number."""
    best, most = None, (0, False)
    for text in texts:
        spans = _spans(text, terms)
        if spans and (len(spans), text.delicate) > most:
            best, most = Snippet(text.label, tuple(_pieces(text.text, spans))), (len(spans), text.delicate)
    return best


def _spans(text: Text, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where in the text as typed each term stands first."""
    words = [
        term.word for term in terms if term.field in ("", text.field) and contains(text.folded, term.word)
    ]
    folded, starts = _folded(text.text) if words else ("", [])
    if folded != text.folded:
        return []
    return sorted({span for word in words if (span := _span(text.text, folded, starts, word))})


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters where the letter it came from begins."""
    folded, starts = [], []
    for unit in _UNIT.finditer(text):
        part = _fold(unit[0])
        folded.append(part)
        starts += [unit.start()] * len(part)
    return "".join(folded), starts


_fold = lru_cache(maxsize=1 << 14)(fold)


def _span(text: str, folded: str, starts: Sequence[int], word: str) -> tuple[int, int] | None:
    found = re.search(re.escape(word), folded) or _number(folded, word)
    if found is None:
        return None
    begin, end = starts[found.start()], starts[found.end()] if found.end() < len(starts) else len(text)
    return begin, begin + len(text[begin:end].rstrip())


def _number(folded: str, word: str) -> re.Match[str] | None:
    """A long number, however the two are written."""
    digits = squeeze(word)
    if not digits.isdecimal():
        return None
    return re.search("[()+-]*".join(digits), folded)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    begin = max(0, spans[0][0] - AROUND)
    end = min(len(text), max(begin + LENGTH, spans[0][1]))
    pieces, at = [Piece("…", False)] if begin else [], begin
    for start, stop in spans:
        if start >= at and stop <= end:
            pieces += [Piece(_line(text[at:start]), False), Piece(_line(text[start:stop]), True)]
            at = stop
    pieces.append(Piece(_line(text[at:end]) + ("…" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece.text]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
