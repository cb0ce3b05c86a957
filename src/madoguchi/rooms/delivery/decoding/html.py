"""HTML mail as readable text: blocks, lists, tables; of a link what it shows.

Quotations come out as lines with "> ", and a place where a mail program put the older mail as `QUOTE_BEGINS`,
so that one rule cuts quotes from both kinds of mail.
"""

import re

from madoguchi.rooms.delivery.decoding.markup import Tag, tokens

QUOTE_BEGINS = "\x01"  # alone on its line; a sign that no text holds

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset",
     "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "body",
     "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "thead", "tfoot", "tr", "ul",
     "caption")
)  # fmt: skip
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table"))
_LONG = 20_000  # characters of one line; keeps the work linear
_SPACES = re.compile("[ \t\r\n\f]+")
_QUOTED_CLASS = re.compile(
    r"(?:^|\s)(?:x_)?(?:gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra)(?:\s|$)"
)
_QUOTED_ID = re.compile(
    r"(?:x_)?(?:divRplyFwdMsg|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|reply-intro)$"
)
_ATTRIBUTION = re.compile(r"(?:^|\s)(?:x_)?(?:gmail_attr|moz-cite-prefix|moz-forward-container)(?:\s|$)")
_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none", re.IGNORECASE)


def text_of(html: str) -> str:
    writer = _Writer()
    for token in tokens(html):
        if isinstance(token, str):
            writer.text(token)
        elif token.closing:
            writer.close(token.name)
        else:
            writer.open(token)
    return writer.finished()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.blank_wanted = False
        self.depth = 0  # of quotation
        self.pre = 0
        self.cites: list[bool] = []  # per open blockquote: does it quote a mail
        self.blocks: dict[str, list[bool]] = {"div": [], "span": []}  # per open element: is it hidden
        self.hidden = 0
        self.paragraphs: list[bool] = []  # per open p: does it stand apart
        self.lists: list[int] = []  # per open list: the last number, -1 for bullets
        self.bullet = ""

    def text(self, text: str) -> None:
        if self.hidden:
            return
        if self.pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._add(first)
            for each in rest:
                self._end_line()
                self._add(each)
            return
        flat = _SPACES.sub(" ", text)
        self._add(flat.lstrip(" ") if not self.line or self.line.endswith((" ", "\t")) else flat)

    def _add(self, text: str) -> None:
        if not text:
            return
        if text.strip(" ") and self.bullet:
            self.line, self.bullet = self.line + self.bullet, ""
        self.line += text
        if len(self.line) > _LONG:
            self._end_line()

    def open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._end_line()
            return
        if name in _BLOCKS:
            self._block(
                apart=name in _SPACED
                and not self._is_tight(tag)
                and not (name in ("ul", "ol") and self.lists)
            )
        if opener := _OPENERS.get(name):
            opener(self, tag)

    def close(self, name: str) -> None:
        """The line ends before the element does: it still belongs to its quotation or its preformatted text."""
        if name in _BLOCKS:
            self._block(apart=False)
        if closer := _CLOSERS.get(name):
            closer(self)
        if name == "p":
            self.blank_wanted |= self.paragraphs.pop() if self.paragraphs else True
        elif name in _SPACED:
            self.blank_wanted |= not (name in ("ul", "ol") and self.lists)

    def _is_tight(self, tag: Tag) -> bool:
        """Outlook writes each line as a paragraph without a margin."""
        tight = "mso" in tag.attributes.get("class", "").lower() or bool(
            re.search(r"margin(?:-top|-bottom)?\s{0,5}:\s{0,5}0", tag.attributes.get("style", ""))
        )
        if tag.name == "p":
            self.paragraphs.append(not tight)
            del self.paragraphs[:-50]
        return tight

    def _block(self, *, apart: bool) -> None:
        if self.line.strip(" \t"):
            self._end_line()
        self.line = ""
        self.blank_wanted |= apart

    def _end_line(self) -> None:
        text = self.line.replace("\u00a0", " ")
        text = text.rstrip(" \t\r") if self.pre else text.strip(" \t")
        if text and self.blank_wanted and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._quoted(""))
        self.blank_wanted = False
        self.lines.append(self._quoted(text))
        self.line = ""

    def _quoted(self, text: str) -> str:
        return f"{'>' * self.depth} {text}" if self.depth else text

    def _mark(self) -> None:
        self._block(apart=False)
        self.lines.append(QUOTE_BEGINS)

    def finished(self) -> str:
        self._block(apart=False)
        return "\n".join(self.lines)

    def _open_container(self, tag: Tag) -> None:
        hides = bool(_HIDDEN.search(tag.attributes.get("style", "")))
        self.blocks[tag.name].append(hides)
        self.hidden += hides
        classes, own_id = tag.attributes.get("class", ""), tag.attributes.get("id", "")
        if _QUOTED_CLASS.search(classes) or _QUOTED_ID.match(own_id) or _ATTRIBUTION.search(classes):
            self._mark()

    def _close_div(self) -> None:
        if self.blocks["div"]:
            self.hidden -= self.blocks["div"].pop()

    def _close_span(self) -> None:
        if self.blocks["span"]:
            self.hidden -= self.blocks["span"].pop()

    def _open_blockquote(self, tag: Tag) -> None:
        attributes = tag.attributes
        cites = (
            attributes.get("type", "").lower() == "cite"
            or "cite" in attributes
            or bool(_QUOTED_CLASS.search(attributes.get("class", "")))
            or "border-left" in attributes.get("style", "").lower()
        )
        self.cites.append(cites)
        self.depth = min(self.depth + cites, 50)

    def _close_blockquote(self) -> None:
        if self.cites:
            self.depth = max(0, self.depth - self.cites.pop())

    def _open_list(self, tag: Tag) -> None:
        self.lists.append(0 if tag.name == "ol" else -1)
        del self.lists[:-50]

    def _close_list(self) -> None:
        if self.lists:
            self.lists.pop()

    def _open_item(self, tag: Tag) -> None:
        indent = "  " * (len(self.lists) - 1)
        if self.lists and self.lists[-1] >= 0:
            self.lists[-1] += 1
            self.bullet = f"{indent}{self.lists[-1]}. "
        else:
            self.bullet = f"{indent}・"

    def _open_cell(self, tag: Tag) -> None:
        if self.line.strip(" \t"):
            self.line = self.line.rstrip(" ") + "\t"

    def _open_pre(self, tag: Tag) -> None:
        self.pre += 1

    def _close_pre(self) -> None:
        self.pre = max(0, self.pre - 1)


_OPENERS = {
    "div": _Writer._open_container,
    "span": _Writer._open_container,
    "blockquote": _Writer._open_blockquote,
    "ul": _Writer._open_list,
    "ol": _Writer._open_list,
    "li": _Writer._open_item,
    "td": _Writer._open_cell,
    "th": _Writer._open_cell,
    "pre": _Writer._open_pre,
}
_CLOSERS = {
    "div": _Writer._close_div,
    "span": _Writer._close_span,
    "blockquote": _Writer._close_blockquote,
    "ul": _Writer._close_list,
    "ol": _Writer._close_list,
    "pre": _Writer._close_pre,
}
