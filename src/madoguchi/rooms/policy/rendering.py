"""From a document to what is published: plain text, HTML, and the clauses with their bindings.

Kept word for word, marks included (`1.` `(1)` `①` `・`, see marks): a mark begins an item, two spaces of indent nest it, `###`
begins a sub-clause. Nothing else is markup, so no sentence can turn into HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape as escape_html
from typing import Any

from madoguchi.foundation.lib.merging import merge
from madoguchi.rooms.policy.rules import Clause, Document, in_words
from madoguchi.rooms.policy.rules.marks import MARK

# A quotation mark stays what it is, so that a page carries these very bytes and anybody can take their digest.
escape = partial(escape_html, quote=False)
_ITEM = re.compile(rf"( *)((?:{MARK.pattern})) *(?P<words>.*)")


_DEEPEST = 20  # levels of items; whatever is indented further stands beside the last


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    html: str
    clauses: list[dict[str, Any]]


@dataclass(slots=True)
class _Item:
    mark: str
    lines: list[str]
    depth: int
    items: list["_Item"] = field(default_factory=list)


def render(document: Document, facts: Mapping[str, str]) -> Rendered:
    preamble, closing = merge(document.preamble, facts), merge(document.closing, facts)
    clauses = [(clause, merge(clause.text, facts).strip()) for clause in document.clauses]
    html = [_blocks(preamble), *(_section(clause, text) for clause, text in clauses), _blocks(closing)]
    text = [preamble, *(f"{clause.headed}\n\n{body}" for clause, body in clauses), closing]
    return Rendered(
        "\n\n".join(text), "\n".join(html), [_as_json(clause, body, facts) for clause, body in clauses]
    )


def _section(clause: Clause, text: str) -> str:
    heading = f'<h3 id="clause-{clause.number}">{escape(clause.headed)}</h3>'
    return f'<section class="clause">{heading}{_blocks(text)}</section>'


def _blocks(text: str) -> str:
    """Paragraphs, sub-headings and nested items, in the order they stand."""
    out: list[str] = []
    paragraph: list[str] = []
    top = _Item("", [], -1)
    open_items = [top]

    def close() -> None:
        if paragraph:
            out.append("<p>" + "<br>".join(escape(line) for line in paragraph) + "</p>")
            paragraph.clear()
        if top.items:
            out.append(_list(top.items))
            top.items.clear()
            del open_items[1:]

    for line in text.splitlines():
        if found := _ITEM.fullmatch(line):
            if paragraph:
                close()
            _place(_Item(found[2], [found["words"]], len(found[1])), open_items)
        elif not line.strip():
            if paragraph:
                close()
        elif line.startswith("### "):
            close()
            out.append(f"<h4>{escape(line[4:])}</h4>")
        elif len(open_items) > 1 and line.startswith(" "):
            open_items[-1].lines.append(line.strip())
        else:
            if top.items:
                close()
            paragraph.append(line.strip())
    close()
    return "".join(out)


def _place(item: _Item, open_items: list[_Item]) -> None:
    while open_items[-1].depth >= item.depth or len(open_items) > _DEEPEST:
        open_items.pop()
    open_items[-1].items.append(item)
    open_items.append(item)


def _list(items: list[_Item]) -> str:
    return '<ul class="items">' + "".join(_entry(item) for item in items) + "</ul>"


def _entry(item: _Item) -> str:
    words = "<br>".join(escape(line) for line in item.lines)
    below = _list(item.items) if item.items else ""
    return f'<li><span class="mark">{escape(item.mark)}</span><div>{words}{below}</div></li>'


def _as_json(clause: Clause, text: str, facts: Mapping[str, str]) -> dict[str, Any]:
    def say(words: str) -> str:
        return merge(words, facts)

    return {
        "number": clause.number,
        "title": clause.title,
        "heading": clause.headed,
        "text": text,
        "promises": list(clause.promises),
        "parameters": in_words(clause.parameters, say),
        "announces": in_words(clause.announces, say),
    }
