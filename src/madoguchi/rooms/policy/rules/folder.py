"""A policy given as files, one clause each, in the order of their names.

A file says what clause it is by front matter (TOML between `+++`, or `number:` and `title:` between `---`), or by
its first line as a heading (第1条 定義, 1. 定義, # 定義). What comes before the first clause is the preamble, what
comes after the last the closing.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from madoguchi.rooms.policy.errors import UnreadablePolicy
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.reading import (
    heading_of,
    marked_up,
    opening,
    read_document,
    without_closing,
)

_FRONT = re.compile(
    r"\s*(?P<fence>\+\+\+|---)[ \t]*\n(?P<head>.*?)\n(?P=fence)[ \t]*(?:\n|$)(?P<text>.*)", re.DOTALL
)
_PAIR = re.compile(r"([a-z_]+)\s*:\s*(.*)")
_PIECES = re.compile(r"[0-9]+|[^0-9]+")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    text: str


def has_front_matter(text: str) -> bool:
    return _FRONT.fullmatch(_plain(text)) is not None


def read_files(files: Sequence[File]) -> Document:
    """Raises UnreadablePolicy, naming the file that cannot be placed."""
    ordered = [replace(file, text=_plain(file.text)) for file in sorted(files, key=_order)]
    if len(ordered) == 1 and not has_front_matter(ordered[0].text):
        return read_document(ordered[0].text)
    read = [_clause(file) for file in ordered]
    places = [place for place, clause in enumerate(read) if clause]
    if not places:
        raise UnreadablePolicy
    for place in range(places[0], places[-1]):
        if read[place] is None:
            raise UnreadablePolicy(
                f"{ordered[place].name} が第何条なのか分かりません。はじめの行に見出しを書いてください。"
            )
    clauses = _numbered([clause for clause in read if clause])
    last, dated = without_closing(clauses[-1].text.split("\n"))
    clauses[-1] = replace(clauses[-1], text="\n".join(last).strip())
    before = "\n\n".join(file.text.strip() for file in ordered[: places[0]])
    title, preamble = opening(before.split("\n"))
    closing = ["\n".join(dated), *(file.text for file in ordered[places[-1] + 1 :])]
    return Document(
        title, preamble, tuple(clauses),
        "\n\n".join(each.strip() for each in closing if each.strip()),
    )  # fmt: skip


def _order(file: File) -> list[tuple[int, str]]:
    """2.md before 10.md."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in _PIECES.findall(file.name)]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _clause(file: File) -> Clause | None:
    """Number 0: by its place."""
    if found := _FRONT.fullmatch(file.text):
        return _by_front_matter(file, found)
    lines = file.text.strip().split("\n")
    if (said := heading_of(lines[0])) is None:
        return None
    number, title = said
    return Clause(number, title, marked_up(lines[1:]), heading=lines[0].lstrip("# ").strip())


def _by_front_matter(file: File, found: re.Match[str]) -> Clause:
    head, text = _head(file, found), found["text"].strip()
    number, title = head.get("number", 0), str(head.get("title", "")).strip()
    if not isinstance(number, int) or not title:
        raise UnreadablePolicy(f"{file.name} のはじめに、number と title を書いてください。")
    return Clause(
        number, title, text, tuple(head.get("promises", ())), head.get("parameters", {}),
        announces=head.get("announces", {}),
    )  # fmt: skip


def _head(file: File, found: re.Match[str]) -> Mapping[str, Any]:
    if found["fence"] == "+++":
        try:
            return tomllib.loads(found["head"])
        except tomllib.TOMLDecodeError:
            raise UnreadablePolicy(f"{file.name} のはじめの +++ のあいだを読めません。") from None
    pairs = (_PAIR.fullmatch(line.strip()) for line in found["head"].split("\n"))
    said: dict[str, Any] = {pair[1]: pair[2].strip("\"' ") for pair in pairs if pair}
    return said | ({"number": int(said["number"])} if str(said.get("number", "")).isdecimal() else {})


def _numbered(clauses: Sequence[Clause]) -> list[Clause]:
    """Where no file says a number, they count from 1; a number that is said twice has no meaning."""
    if not any(clause.number for clause in clauses):
        return [replace(clause, number=place) for place, clause in enumerate(clauses, 1)]
    numbers = [clause.number for clause in clauses]
    if numbers != list(range(1, len(numbers) + 1)):
        said = "、".join(str(number) if number else "番号なし" for number in numbers)
        raise UnreadablePolicy(
            f"条文の番号が、1から順に並んでいません({said})。ファイルの名前か見出しを直してください。"
        )
    return list(clauses)
