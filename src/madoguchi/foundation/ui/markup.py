"""Stored texts that are HTML already (policy clauses, notices) pass here on their way to a page.

They were rendered by us, but they lie in a table: whatever is not on the short list below is shown as text or left
out, so an altered row cannot bring a script, a style or a form with it.
"""

from functools import lru_cache
from html import escape
from html.parser import HTMLParser

TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "hr",
        "li",
        "ol",
        "p",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
VOID = frozenset({"br", "hr"})
SILENT = frozenset({"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title"})
CLASSES = frozenset({"clause", "items", "mark", "nowrap", "number"})
ATTRIBUTES = frozenset({"id", "start", "type", "value", "colspan", "rowspan", "scope"})
ADDRESSES = ("https://", "http://", "mailto:", "tel:", "#", "/")


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        if tag not in TAGS or self.silent:
            return
        kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if _may_keep(name, value))
        self.parts.append(f"<{tag}{kept}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in self.open and not self.silent:
            while (last := self.open.pop()) != tag:
                self.parts.append(f"</{last}>")
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(escape(data, quote=False))


def _may_keep(name: str, value: str | None) -> bool:
    if name == "href":
        return (value or "").startswith(ADDRESSES) and not (value or "").startswith("//")
    if name == "class":
        return value in CLASSES
    return name in ATTRIBUTES


@lru_cache(maxsize=16)
def only_text_markup(html: str) -> str:
    """The same text with only the tags of a text, each closed."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return "".join(writer.parts + [f"</{tag}>" for tag in reversed(writer.open)])
