"""A policy as somebody wrote it, read into clauses: one plain text, or Markdown, kept word for word.

What numbers a clause differs: 第1条, 1., １．, a Markdown heading. An item inside a clause may carry the very same
mark (1.), so clauses are the longest run 1, 2, 3 … whose lines look most like headings.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from madoguchi.rooms.policy.errors import UnreadablePolicy
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.marks import MARK

_NUMBER = r"[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}"
_ARTICLE = re.compile(rf"(?:#{{1,4}}\s*)?第\s*({_NUMBER})\s*条\s*[.．、:：]?\s*(.*)")
_POINT = re.compile(r"(?:#{1,4}\s*)?([0-9０-９]{1,2})\s*[.．、)）]\s*(\S.*)")
_SUB = re.compile(r"(?:#{1,4}\s*)?([0-9０-９]{1,2})\s*[-‐－–.．]\s*([0-9０-９]{1,2})\s*[.．、]?\s*(\S.*)")
_KANJI = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_LONGEST_TITLE = 40  # characters; a longer line is a sentence


@dataclass(frozen=True, slots=True)
class _Line:
    at: int  # position among the lines of the text
    number: int
    title: str
    heading: str
    score: int


def read_document(text: str) -> Document:
    """Raises UnreadablePolicy when no clause can be made out."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    heads = _clause_lines(lines)
    if not heads:
        raise UnreadablePolicy
    title, preamble = opening(lines[: heads[0].at])
    ends = [*(head.at for head in heads[1:]), len(lines)]
    bodies = [without_closing(lines[head.at + 1 : end]) for head, end in zip(heads, ends, strict=True)]
    clauses = [
        Clause(head.number, head.title, marked_up(body), heading=head.heading)
        for head, (body, _) in zip(heads, bodies, strict=True)
    ]
    # Only what follows the last clause closes the document; "以上" elsewhere is a clause's own.
    closing = "\n".join(bodies[-1][1]).strip()
    return Document(title, preamble, tuple(clauses), closing)


def number_of(digits: str) -> int:
    """3, ３ and 三 are three; 十一 is eleven."""
    plain = unicodedata.normalize("NFKC", digits)
    if plain.isdigit():
        return int(plain)
    tens, ten, ones = plain.partition("十")
    if not ten:
        return _KANJI[plain]
    return _KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0)


def heading_of(line: str) -> tuple[int, str] | None:
    """Number and title of a line that is a heading by itself; a Markdown heading may have no number (0)."""
    said = line.strip()
    if found := _ARTICLE.fullmatch(said) or _POINT.fullmatch(said):
        return number_of(found[1]), _title(found[2])
    return (0, said.lstrip("# ")) if said.startswith("#") and said.strip("# ") else None


def _title(words: str) -> str:
    return words.strip().strip("()（）【】 　")


def _clause_lines(lines: Sequence[str]) -> list[_Line]:
    for pattern in (_ARTICLE, _POINT):
        if run := _best_run(list(_candidates(lines, pattern))):
            return run
    return []


def _candidates(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[_Line]:
    for at, line in enumerate(lines):
        found = pattern.fullmatch(line.strip())
        if found is None or (pattern is _POINT and _SUB.fullmatch(line.strip())):
            continue
        title = _title(found[2])
        if title or pattern is _ARTICLE:
            heading = line.strip().lstrip("# ")
            yield _Line(at, number_of(found[1]), title, heading, _heading_like(lines, at, line, title))


def _heading_like(lines: Sequence[str], at: int, line: str, title: str) -> int:
    """How much a line looks like a heading: short, no sentence, at the margin, after a gap, with text below."""
    below = next((each for each in lines[at + 1 :] if each.strip()), "")
    alone = at == 0 or not lines[at - 1].strip()
    signs = (
        (line.lstrip().startswith("#"), 6),
        (len(title) <= _LONGEST_TITLE, 2),
        (len(title) <= _LONGEST_TITLE // 2, 1),
        (not title.endswith(("。", ".", "、", "ため", "情報", "場合", "もの", "こと")), 2),
        (line == line.lstrip(), 1),
        (alone, 2),
        (bool(below) and not MARK.match(below.strip()) and not _POINT.fullmatch(below.strip()), 2),
    )
    return sum(weight for sign, weight in signs if sign)


def _best_run(found: list[_Line]) -> list[_Line]:
    """The longest run 1, 2, 3 … in the order of the text; among equals the one most like headings."""
    best: dict[int, tuple[int, int, list[_Line]]] = {}  # by last number: length, score, lines
    for line in found:
        before = best.get(line.number - 1) if line.number > 1 else (0, 0, [])
        if before is None:
            continue
        run = (before[0] + 1, before[1] + line.score, [*before[2], line])
        if run[:2] > best.get(line.number, (0, 0, []))[:2]:
            best[line.number] = run
    longest = max(best.values(), key=lambda run: run[:2], default=(0, 0, []))
    return longest[2] if longest[0] > 1 else []


def opening(lines: Sequence[str]) -> tuple[str, str]:
    """The title is the first line, unless it is a sentence; what follows before clause 1 is the preamble."""
    said = [line.strip() for line in lines]
    first = next((line for line in said if line), "")
    title = first.lstrip("# ").strip()
    if not title or not _is_title(title):
        return "プライバシーポリシー", "\n".join(said).strip()
    return title, "\n".join(said[said.index(first) + 1 :]).strip()


_CLOSING = re.compile(
    r"[【〔(（]?(?:以上|附則|付則|(?:[0-9０-９]{4}\s*年|令和|平成).{0,14}日?\s*(?:制定|改定|改訂|施行|策定|公表)"
    r"|(?:制定|改定|改訂|施行|策定)日?\s*(?:[:：]|(?=[0-9０-９]{4}\s*年|令和|平成)).+?)[】〕)）]?"
)


def without_closing(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """A clause's lines, and those at its end that date or close the whole document."""
    for at, line in enumerate(lines):
        if _CLOSING.fullmatch(line.strip()) and all(
            not each.strip() or _CLOSING.fullmatch(each.strip()) or len(each.strip()) <= _LONGEST_TITLE
            for each in lines[at:]
        ):
            return list(lines[:at]), list(lines[at:])
    return list(lines), []


def marked_up(lines: Iterable[str]) -> str:
    """The clause as the renderer reads it: sub-clauses become headings, items are indented by their depth."""
    out: list[str] = []
    kinds: list[str] = []
    for line in lines:
        said = line.strip()
        found = _SUB.fullmatch(said)
        if found and _is_title(found[3]):
            kinds = []
            out += ["", f"### {said.lstrip('# ')}", ""]
        elif mark := MARK.match(said):
            kinds = _deeper(kinds, str(mark.lastgroup))
            out.append("  " * (len(kinds) - 1) + said)
        else:
            kinds = kinds if said else []
            out.append("  " * len(kinds) + said if kinds and line != said else said)
    return _one_gap("\n".join(out))


def _is_title(words: str) -> bool:
    return len(words) <= _LONGEST_TITLE and not words.rstrip().endswith("。")


def _deeper(kinds: list[str], kind: str) -> list[str]:
    """The marks that enclose a new item: the same mark again is the same depth, a new one goes below."""
    return kinds[: kinds.index(kind) + 1] if kind in kinds else [*kinds, kind]


def _one_gap(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def word_for_word(original: str, document: Document) -> list[str]:
    """Lines of the original that the document no longer holds, white space and marks of headings aside: none."""
    held = _bare(_all_text(document))
    return [line.strip() for line in original.splitlines() if _bare(line) and _bare(line) not in held]


def _all_text(document: Document) -> str:
    clauses = "\n".join(f"{clause.headed}\n{clause.text}" for clause in document.clauses)
    return f"{document.title}\n{document.preamble}\n{clauses}\n{document.closing}"


def _bare(text: str) -> str:
    return re.sub(r"[\s#]+", "", text)
