"""The parts of a mail (RFC 2045, 2046): cut by hand at their boundaries, so that time and depth have limits."""

import re
from dataclasses import dataclass
from itertools import islice

from madoguchi.rooms.delivery.decoding import limits
from madoguchi.rooms.delivery.decoding.headers import Headers, split_message
from madoguchi.rooms.delivery.decoding.params import Field, read_field
from madoguchi.rooms.delivery.decoding.transfer import decode_transfer
from madoguchi.rooms.delivery.decoding.words import Charset

_FIRST_BOUNDARY = re.compile(
    rb"(?:\A|\n)--(\S(?:[^\r\n]{0,198}\S)?)[ \t]{0,20}\r?\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-"
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_ENCODING = re.compile(rb"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Part:
    headers: Headers
    body: bytes  # as it stands in the mail
    content_type: Field
    disposition: Field
    media_type: str

    @property
    def content(self) -> bytes:
        found = _ENCODING.search(self.headers.get("content-transfer-encoding"))
        return decode_transfer(self.body, found[0].decode("ascii").lower() if found else "")

    @property
    def is_attached(self) -> bool:
        return self.disposition.value.startswith("attachment")

    @property
    def is_root(self) -> bool:
        return self.headers.has("from") or self.headers.has("received")


def read_part(raw: bytes, charset: Charset, default: str = "text/plain") -> Part:
    """A whole mail, or what stands between two boundaries."""
    headers, body = split_message(raw)
    return part_of(headers, body, charset, default)


def part_of(headers: Headers, body: bytes, charset: Charset, default: str = "text/plain") -> Part:
    content_type = read_field(headers.get("content-type"), charset)
    disposition = read_field(headers.get("content-disposition"), charset)
    value = content_type.value
    if value in ("text", "html"):
        value = "text/html" if value == "html" else "text/plain"
    media_type = value if _MEDIA_TYPE.fullmatch(value) else default if not value else "text/plain"
    return Part(headers, body, content_type, disposition, media_type)


def children(part: Part, charset: Charset, count: limits.Count) -> list[Part]:
    """The parts of a multipart; none if no boundary of it is found."""
    boundary = part.content_type.token("boundary").encode("utf-8", "surrogateescape").rstrip()
    pieces = _cut(part.body, boundary) if boundary else []
    if not pieces and (found := _FIRST_BOUNDARY.search(part.body)):
        pieces = _cut(part.body, found[1])
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    return [_child(piece, charset, default) for piece in pieces if count.another_part()]


def _child(raw: bytes, charset: Charset, default: str) -> Part:
    """A part may begin with a blank line instead of fields."""
    if raw.startswith((b"\n", b"\r\n")):
        return part_of(Headers(), raw.removeprefix(b"\r").removeprefix(b"\n"), charset, default)
    return read_part(raw, charset, default)


def _cut(body: bytes, boundary: bytes) -> list[bytes]:
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found = list(islice(delimiter.finditer(body), limits.PARTS + 2))
    pieces = []
    for at, each in enumerate(found):
        if each[1]:
            break
        end = found[at + 1].start() if at + 1 < len(found) else len(body)
        pieces.append(body[each.end() : end].removeprefix(b"\r").removeprefix(b"\n"))
    return pieces
