"""Two versions side by side: clause by clause, word by word. Pure; the page and the command show the same."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, Protocol

PieceKind = Literal["same", "gone", "new"]
ClauseKind = Literal["same", "changed", "new", "gone"]

# Words as the eye takes them: runs of one script; marks and line ends by themselves.
_WORD = re.compile(r"[一-龯々〆]+|[ぁ-ゖー]+|[ァ-ヺー]+|[A-Za-zＡ-Ｚａ-ｚ]+|[0-9０-９,，]+|\n|.", re.DOTALL)
_SUB_CLAUSE = re.compile(r"^### ", re.MULTILINE)
_ALIKE = 0.5  # of two titles or texts that may be one clause under a new number
_MOST = 400_000  # pairs of equal words: a clause of thousands; beyond, the work may grow with the cube


@dataclass(frozen=True, slots=True)
class Piece:
    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One clause. `before` and `after` are its numbers in the two versions, None where it does not stand."""

    kind: ClauseKind
    before: int | None
    after: int | None
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]


AROUND = PREAMBLE, CLOSING = 0, 1000  # stand for clause numbers


class Worded(Protocol):
    """A version as it is stored, or a draft as it would be."""

    @property
    def text(self) -> str: ...
    @property
    def clauses(self) -> list[dict[str, Any]]: ...


def compare_wording(before: Worded, after: Worded) -> list[Change]:
    """Every part of both, 前文 first and 末尾 last."""
    return compare(parts(before), parts(after))


def parts(worded: Worded) -> list[Mapping[str, Any]]:
    """The clauses with what stands before and after them: who 「当社」 is changes with no clause."""
    text, clauses = worded.text, worded.clauses
    if not clauses:
        return []
    first, last = clauses[0], clauses[-1]
    opening = text.partition(f"{first['heading']}\n\n{first['text']}")[0]
    ending = text.rpartition(f"{last['heading']}\n\n{last['text']}")[2]
    return [*_around(PREAMBLE, "前文", opening), *clauses, *_around(CLOSING, "末尾", ending)]


def _around(number: int, title: str, text: str) -> list[Mapping[str, Any]]:
    said = text.strip()
    return [{"number": number, "title": title, "heading": title, "text": said}] if said else []


def named(number: int) -> str:
    """What people call a clause of this number."""
    return {PREAMBLE: "前文", CLOSING: "末尾"}.get(number, f"第{number}条")


def compare(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Every clause of both in the order of the later one; a clause that went stands where it stood.

    `before` and `after` are stored clauses: number, title, heading, text.
    """
    partner = _partners(before, after)
    kept = {id(old) for old in partner.values() if old is not None}
    gone = iter([old for old in before if id(old) not in kept])
    changes: list[Change] = []
    waiting = next(gone, None)
    for new in after:
        while waiting is not None and waiting["number"] <= new["number"]:
            changes.append(_change(waiting, None))
            waiting = next(gone, None)
        changes.append(_change(partner[new["number"]], new))
    rest = [waiting, *gone] if waiting is not None else []
    return changes + [_change(old, None) for old in rest]


def _partners(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> dict[int, Mapping[str, Any] | None]:
    """Which old clause each new one came from: by its title, then by its words, then by its number."""
    free = list(before)
    found: dict[int, Mapping[str, Any] | None] = {new["number"]: None for new in after}
    for alike in (_same_title, _much_alike, _same_number):
        for new in after:
            if found[new["number"]] is not None:
                continue
            old = next((old for old in free if alike(old, new)), None)
            if old is not None:
                found[new["number"]] = old
                free.remove(old)
    return found


def _same_title(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old["title"] == new["title"])


def _much_alike(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    before, after = _words(old["text"]), _words(new["text"])
    both = SequenceMatcher(None, before, after, autojunk=False)
    if both.real_quick_ratio() <= _ALIKE or both.quick_ratio() <= _ALIKE:
        return False
    return _too_much(before, after) or both.ratio() > _ALIKE


def _same_number(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    titles = SequenceMatcher(None, old["title"], new["title"], autojunk=False)
    return bool(old["number"] == new["number"]) and titles.ratio() >= _ALIKE


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Change:
    heading = tuple(pieces(_heading(old), _heading(new)))
    text = tuple(pieces(_text(old), _text(new)))
    kind: ClauseKind = "changed"
    if old is None or new is None:
        kind = "new" if old is None else "gone"
    elif all(piece.kind == "same" for piece in (*heading, *text)):
        kind = "same"
    return Change(kind, old["number"] if old else None, new["number"] if new else None, heading, text)


def _heading(clause: Mapping[str, Any] | None) -> str:
    return str(clause.get("heading") or f"第{clause['number']}条 {clause['title']}") if clause else ""


def _text(clause: Mapping[str, Any] | None) -> str:
    """As it is read: the mark of a sub-clause is no word of it."""
    return _SUB_CLAUSE.sub("", clause["text"]) if clause else ""


def pieces(before: str, after: str) -> Iterator[Piece]:
    """What stayed, what went, what came, in reading order; together they make up both texts."""
    old, new = _words(before), _words(after)
    if _too_much(old, new):
        yield from _roughly(old, new)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i1:i2]))
            continue
        if i2 > i1:
            yield Piece("gone", "".join(old[i1:i2]))
        if j2 > j1:
            yield Piece("new", "".join(new[j1:j2]))


def _too_much(old: Sequence[str], new: Sequence[str]) -> bool:
    times = Counter(new)
    return sum(count * times[word] for word, count in Counter(old).items()) > _MOST


def _roughly(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """How both begin and end; whatever lies between went and came as a whole."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    end = next((i for i in range(shorter - start) if old[-1 - i] != new[-1 - i]), shorter - start)
    told: tuple[tuple[PieceKind, Sequence[str]], ...] = (
        ("same", old[:start]), ("gone", old[start : len(old) - end]), ("new", new[start : len(new) - end]),
        ("same", old[len(old) - end :]),
    )  # fmt: skip
    for kind, words in told:
        if words:
            yield Piece(kind, "".join(words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
