"""HTML of strangers made fit for a scriptless frame: no remote content, script, form, style or id (ADR 0020)."""

from html import escape

import nh3

from madoguchi.rooms.delivery.decoding.html import QUOTE_BEGINS, text_of
from madoguchi.rooms.delivery.decoding.markup import Tag, tokens

_LIMIT = 500_000  # characters
_DEPTH = 100  # open elements; beyond, the cleaner takes quadratic time
_TAGS = frozenset(
    ("a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "col",
     "colgroup", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
     "ins", "kbd", "li", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
     "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u",
     "ul", "var", "wbr")
)  # fmt: skip
_DROPPED = frozenset(
    ("script", "style", "title", "template", "noscript", "object", "embed", "applet", "iframe", "frame",
     "frameset", "noframes", "noembed", "svg", "math", "audio", "video", "canvas", "select", "textarea",
     "button", "xmp", "plaintext")
)  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
    "*": {"lang", "dir"},
}
_VOID = frozenset(["br", "hr", "img", "col", "wbr", "input", "meta", "link", "area", "base", "source"])


def safe_html(html: str) -> str:
    """For display only. What is too deep or too long is shown as its text."""
    if len(html) > _LIMIT or _depth(html) > _DEPTH:
        text = text_of(html[:_LIMIT]).replace(f"{QUOTE_BEGINS}\n", "").replace(QUOTE_BEGINS, "")
        return f"<pre>{escape(text)}</pre>"
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
        generic_attribute_prefixes=None,
    )


def _depth(html: str) -> int:
    """The most elements open at once, closing tags taken at their word."""
    deepest = depth = 0
    for token in tokens(html):
        if isinstance(token, Tag) and token.name not in _VOID:
            depth = max(0, depth - 1) if token.closing else depth + 1
            deepest = max(deepest, depth)
    return deepest
