"""HTML cut into tags and text in linear time. The standard parser goes quadratic on unclosed tags and comments."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:_-]{0,40}")
_INSIDE = re.compile(r"[^>\"']+|\"[^\"]*\"|'[^']*'")
_ATTRIBUTE = re.compile(
    r"([A-Za-z_:][A-Za-z0-9_.:-]{0,60})(?:\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?"
)
_DROPPED = (
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "head-only",
    "xml",
    "svg",
    "object",
    "select",
    "textarea",
)
_CUT_AFTER = 20_000  # characters of one tag


class Tag(NamedTuple):
    name: str  # in lower case
    closing: bool
    attributes: dict[str, str]


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags, and text with its entities resolved. Scripts, styles and comments are left out."""
    at, absent = 0, set[str]()
    while at < len(html):
        opening = html.find("<", at)
        if opening < 0:
            opening = len(html)
        if opening > at:
            yield unescape(html[at:opening])
        if opening == len(html):
            return
        at, tag = _tag_at(html, opening, absent)
        if tag is None:
            if at == opening + 1:
                yield "<"
            continue
        yield tag
        if tag.name in _DROPPED and not tag.closing:
            at = _behind(html, at, f"</{tag.name}", absent, keep=True)


def _tag_at(html: str, at: int, absent: set[str]) -> tuple[int, Tag | None]:
    if html.startswith("<!--", at):
        return _behind(html, at + 4, "-->", absent), None
    if html.startswith(("<!", "<?"), at):
        return _behind(html, at + 2, ">", absent), None
    name = _NAME.match(html, at + 1)
    if name is None:
        return at + 1, None
    end = _tag_end(html, name.end(), absent)
    closing = name[0].startswith("/")
    attributes = {} if closing else _attributes(html[name.end() : end])
    return end, Tag(name[0].lstrip("/").lower(), closing, attributes)


def _tag_end(html: str, at: int, absent: set[str]) -> int:
    """Behind the > that stands in no quotes; if quotes do not close, behind the next > at all."""
    start = at
    if "quotes" not in absent:
        while (found := _INSIDE.match(html, at)) and at - start < _CUT_AFTER:
            at = found.end()
        if html.startswith(">", at):
            return at + 1
        absent.add("quotes")
    return _behind(html, start, ">", absent)


def _behind(html: str, at: int, mark: str, absent: set[str], *, keep: bool = False) -> int:
    """The place behind the next `mark`, or the end of it all; a mark once missed is not looked for again."""
    found = -1 if mark in absent else _find(html, mark, at)
    if found < 0:
        absent.add(mark)
        return at if mark.startswith("</") else len(html)
    return found if keep else found + len(mark)


def _find(html: str, mark: str, at: int) -> int:
    if not mark.startswith("</"):
        return html.find(mark, at)
    found = re.compile(re.escape(mark), re.IGNORECASE).search(html, at)
    return found.start() if found else -1


def _attributes(inside: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(inside[:_CUT_AFTER]):
        value = next((each for each in found.groups()[1:] if each is not None), "")
        out.setdefault(found[1].lower(), unescape(value))
        if len(out) > 40:
            break
    return out
