"""What a mail says and what it carries: its text, its HTML and its files, gathered over all parts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from madoguchi.rooms.delivery.decoding import limits
from madoguchi.rooms.delivery.decoding.charsets import Read, decode_as, decode_bytes
from madoguchi.rooms.delivery.decoding.flowed import unflow
from madoguchi.rooms.delivery.decoding.headers import split_message
from madoguchi.rooms.delivery.decoding.html import text_of
from madoguchi.rooms.delivery.decoding.names import clean_name, read_name, usual_name
from madoguchi.rooms.delivery.decoding.parts import Part, children
from madoguchi.rooms.delivery.decoding.words import Charset, read_header

_HTML_LIMIT = 1_000_000  # characters
_META = re.compile(rb"""<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MACHINE = frozenset(
    ("message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers",
     "message/global-delivery-status", "message/global-headers")
)  # fmt: skip
_NO_TEXT = frozenset(("text/x-amp-html", "text/watch-html", "text/x-watch-html", "application/applefile"))


@dataclass(frozen=True, slots=True)
class Attachment:
    """`inline`: shown inside the text, as a picture that HTML refers to."""

    name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(slots=True)
class Body:
    """`text` may hold marks where an older mail begins (html.QUOTE_BEGINS); `reports`: parts for machines."""

    text: str = ""
    html: str = ""
    doubtful: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)


def read_body(part: Part, charset: Charset, count: limits.Count, depth: int = 0) -> Body:
    if part.media_type.startswith("multipart/"):
        return _multipart(part, charset, count, depth)
    if part.media_type in _MACHINE:
        return Body(reports=[part])
    if part.media_type in _NO_TEXT:
        return Body()
    if _is_text(part, charset):
        return _text(part, charset, count)
    return _attached(part, charset, count)


def _multipart(part: Part, charset: Charset, count: limits.Count, depth: int) -> Body:
    if depth >= limits.DEPTH:
        count.met("too-deep")
        return Body()
    inner = children(part, charset, count)
    if not inner:
        return _text(part, charset, count)
    if part.media_type == "multipart/report":
        inner, returned = _without_returned(inner)
    else:
        returned = []
    bodies = [read_body(each, charset, count, depth + 1) for each in inner]
    alternative = part.media_type == "multipart/alternative"
    text = _best(bodies) if alternative else "\n\n".join(_stripped(body.text for body in bodies))
    return Body(
        text=text,
        html=_html(bodies, alternative=alternative),
        doubtful=any(body.doubtful for body in bodies),
        attachments=[file for body in bodies for file in body.attachments],
        reports=[*returned, *(each for body in bodies for each in body.reports)],
    )


def _without_returned(inner: list[Part]) -> tuple[list[Part], list[Part]]:
    """The mail that a report gives back is evidence, no file that somebody attached."""
    returned = [
        each
        for each in inner[1:]
        if each.media_type in ("message/rfc822", "message/global") and not each.is_attached
    ]
    return [each for each in inner if each not in returned], returned


def _best(bodies: list[Body]) -> str:
    """Text written as text, else what HTML says."""
    plain = [body.text for body in bodies if not body.html and body.text.strip()]
    return plain[0] if plain else next((body.text for body in bodies if body.text.strip()), "")


def _html(bodies: list[Body], *, alternative: bool) -> str:
    found = [body.html for body in bodies if body.html]
    return "\n".join(found[-1:] if alternative else found)


def _stripped(texts: Iterable[str]) -> list[str]:
    return [text.strip("\n") for text in texts if text.strip()]


def _is_text(part: Part, charset: Charset) -> bool:
    if part.media_type not in ("text/plain", "text/html", "text/enriched", "text/richtext"):
        return False
    if part.is_attached:
        return False
    named = bool(read_name(part.disposition, part.content_type, charset).text)
    return not named or part.is_root or (not part.disposition.value and part.media_type == "text/html")


def _text(part: Part, charset: Charset, count: limits.Count) -> Body:
    content = part.content
    read = _characters(part, content, charset)
    text = _with_line_feeds(read.text)
    if part.media_type == "text/html":
        html = _within(_CONTROLS.sub("", text), min(_HTML_LIMIT, limits.TEXT), count)
        return Body(text_of(html), html, read.doubtful)
    text = _CONTROLS.sub("", _within(text, limits.TEXT, count)).removeprefix("\ufeff")
    if part.content_type.token("format").lower() == "flowed":
        text = unflow(text, delete_space=part.content_type.token("delsp").lower() == "yes")
    return Body(text, "", read.doubtful)


def _with_line_feeds(text: str) -> str:
    """Some gateways double the carriage returns, so that each line would seem to be followed by a blank one."""
    for end in ("\r\r\r\n", "\r\r\n", "\r\n", "\r"):
        text = text.replace(end, "\n")
    return text


def _within(text: str, limit: int, count: limits.Count) -> str:
    if len(text) > limit:
        count.met("text-too-long")
    return text[:limit]


def _characters(part: Part, content: bytes, charset: Charset) -> Read:
    if charset.chosen:
        return decode_as(content, charset.chosen)
    meta = _META.search(content[:4096]) if part.media_type == "text/html" else None
    hint = meta[1].decode("ascii") if meta else charset.hint
    return decode_bytes(content, part.content_type.token("charset"), hint)


def _attached(part: Part, charset: Charset, count: limits.Count) -> Body:
    if not count.another_attachment():
        return Body()
    read = read_name(part.disposition, part.content_type, charset)
    content = part.content
    name = read.text or _own_name(part, content, charset)
    inline = part.disposition.value.startswith("inline") or (
        part.headers.has("content-id") and not part.is_attached and part.media_type.startswith("image/")
    )
    return Body(attachments=[Attachment(name, part.media_type, content, inline)], doubtful=read.doubtful)


def _own_name(part: Part, content: bytes, charset: Charset) -> str:
    """A mail inside a mail is named by its subject."""
    if part.media_type in ("message/rfc822", "message/global"):
        headers, _ = split_message(content)
        subject = clean_name(
            read_header(headers.get("subject"), charset).text.replace("/", "_").replace("\\", "_")
        )
        return f"{subject[:100]}.eml" if subject else usual_name(part.media_type)
    described = clean_name(read_header(part.headers.get("content-description"), charset).text)
    return described if "." in described[1:-1] else usual_name(part.media_type)
