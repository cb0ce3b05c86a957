"""Merge fields for the operator's facts where a text names them, so that changed facts show wherever they stand.

Proposed from the very words: with today's facts the text reads exactly as it was written, and a brace of its
own stays a brace. A name inside another word (青葉 in 青葉台) is no name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from madoguchi.rooms.policy.rules import Clause, Document, in_words

_SHORTEST = 2  # characters; a shorter fact stands in too many words
_SCRIPTS = tuple(map(re.compile, (r"[一-龯々〆ヶ]", r"[ァ-ヺー]", r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]", r"[ぁ-ゖ]")))
_LATIN, _HIRAGANA = _SCRIPTS[2:]
_JOINTS = "-._@+"  # hold an address or a number together
_PARTICLES = "はがをにのとでもやへかま"
_CONNECTIVES = ("及び", "又は", "並びに", "若しくは", "以下", "等", "各", "内", "宛", "御中")
_KNOWN = re.compile(r"\{\{\s*[#/]?\s*(?:operator\.[a-z_]+|fee)\s*\}\}")


def name_facts(document: Document, facts: Mapping[str, str], *, fields: bool = False) -> Document:
    """`facts` by their own names (name, address …). `fields`: merge fields in the text are meant as such."""
    naming = _Naming(facts, fields=fields)
    return replace(
        document,
        preamble=naming.text(document.preamble),
        clauses=tuple(naming.clause(clause) for clause in document.clauses),
        closing=naming.text(document.closing),
    )


class _Naming:
    def __init__(self, facts: Mapping[str, str], *, fields: bool) -> None:
        fit = {
            value: name for name, value in reversed(list(facts.items())) if len(value.strip()) >= _SHORTEST
        }
        self.names = dict(sorted(fit.items(), key=lambda each: -len(each[0])))
        self.fields = fields

    def clause(self, clause: Clause) -> Clause:
        """What the clause is bound to is told in its own words, so these are named alike."""
        return replace(
            clause,
            text=self.text(clause.text),
            parameters=in_words(clause.parameters, self.text),
            announces=in_words(clause.announces, self.text),
        )

    def text(self, text: str) -> str:
        if not self.fields:
            return "".join(self._pieces(text))
        tags = [*_KNOWN.findall(text), ""]
        literals = _KNOWN.split(text)
        return "".join(
            "".join(self._pieces(literal)) + tag for literal, tag in zip(literals, tags, strict=True)
        )

    def _pieces(self, text: str) -> Iterator[str]:
        at = 0
        for start, end in _standing(text, self._found(text)):
            yield _literal(text[at:start])
            yield f"{{{{operator.{self.names[text[start:end]]}}}}}"
            at = end
        yield _literal(text[at:])

    def _found(self, text: str) -> list[tuple[int, int]]:
        """Where facts are named, the longest first; none overlaps another."""
        spans: list[tuple[int, int]] = []
        taken = bytearray(len(text))
        for value in self.names:
            for start, end in (found.span() for found in re.finditer(re.escape(value), text)):
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    spans.append((start, end))
        return sorted(spans)


def _literal(text: str) -> str:
    return text.replace("{", "{{brace}}")


def _standing(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those that begin and end a word; where one fact follows another (代表取締役宮島 隆), both do."""
    for run in _runs(found):
        first, last = 0, len(run)
        while first < last and _begins_inside(text, run[first][0]):
            first += 1
        while first < last and _ends_inside(text, run[last - 1][1]):
            last -= 1
        yield from run[first:last]


def _begins_inside(text: str, at: int) -> bool:
    return _joined(text[max(0, at - 2) : at][::-1], text[at])


def _ends_inside(text: str, at: int) -> bool:
    return not text.startswith(_CONNECTIVES, at) and _joined(text[at : at + 2], text[at - 1])


def _runs(found: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Facts that stand side by side, without anything between."""
    run: list[tuple[int, int]] = []
    for span in found:
        if run and run[-1][1] != span[0]:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _joined(beside: str, edge: str) -> bool:
    """Whether the characters beside an edge, the nearest first, go on with its word."""
    if not beside:
        return False
    if _LATIN.match(edge) and beside[0] in _JOINTS:
        return bool(_LATIN.match(beside[1:]))
    if _HIRAGANA.match(edge) and beside[0] in _PARTICLES:
        return False
    return any(script.match(edge) and script.match(beside) for script in _SCRIPTS)
