"""How versions stand to each other on the page: which one holds, and what differs, set as the policy itself is set."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.foundation.lib import clock
from madoguchi.rooms.policy.queries.versions import Comparison
from madoguchi.rooms.policy.rules.comparing import Change, Piece

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

_NEW_LINE = Piece("same", "\n")
_SUB_CLAUSE = "### "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, its lines as they were written, or the title of a sub-clause."""

    title: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    change: Change
    blocks: tuple[Block, ...]


def place_of(version: "PolicyVersion", current: "PolicyVersion | None") -> str:
    """now, ahead, past, or never: announced, and overtaken before it came into force."""
    if current is not None and version.id == current.id:
        return "now"
    if version.never_held:
        return "never"
    return "ahead" if version.effective_from > clock.now() else "past"


def shown(comparison: Comparison) -> list[Shown]:
    titles = {
        line.removeprefix(_SUB_CLAUSE).strip()
        for version in (comparison.older, comparison.newer)
        for clause in version.clauses
        for line in clause["text"].splitlines()
        if line.startswith(_SUB_CLAUSE)
    }
    return [Shown(change, tuple(_blocks(change.text, titles))) for change in comparison.changes]


def _blocks(pieces: Iterable[Piece], titles: Collection[str]) -> Iterator[Block]:
    open_block: list[Piece] = []
    for line in _lines(pieces):
        title, blank = _is_title(line, titles), not any(piece.text.strip() for piece in line)
        if open_block and (title or blank):
            yield Block(False, tuple(open_block))
            open_block = []
        if title:
            yield Block(True, tuple(line))
        elif not blank:
            open_block += [_NEW_LINE, *line] if open_block else line
    if open_block:
        yield Block(False, tuple(open_block))


def _lines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        lines[-1] += [Piece(piece.kind, first)] if first else []
        lines += [[Piece(piece.kind, text)] if text else [] for text in rest]
    return lines


def _is_title(line: Iterable[Piece], titles: Collection[str]) -> bool:
    """As it read before, or as it reads now."""
    read = ("".join(piece.text for piece in line if piece.kind != left_out) for left_out in ("new", "gone"))
    return any(text.strip() in titles for text in read)
