"""Header values: raw bytes of any charset, encoded words (RFC 2047) as they really come.

Words of one charset are joined as bytes before they are decoded: many programs cut inside a character, or end a
JIS word without its closing escape.
"""

import re
from typing import NamedTuple

from madoguchi.rooms.delivery.decoding.charsets import Read, codecs_of, decode_as, decode_bytes
from madoguchi.rooms.delivery.decoding.jis import LOST
from madoguchi.rooms.delivery.decoding.transfer import from_base64

WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)(?:\?=|\??\Z)")
_HALF_ESCAPES = (b"\x1b", b"\x1b$", b"\x1b(", b"\x1b$(")
_FOLD = re.compile(rb"[\r\n]+(?=[ \t])|[\r\n]+")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile("[\t\r\n]+")


class Charset(NamedTuple):
    """What the rest of the mail declares, and what a person chose; both may be empty."""

    hint: str = ""
    chosen: str = ""


def read_raw(value: bytes, charset: Charset) -> Read:
    """A header value as characters, unfolded, its encoded words still encoded."""
    flat = _FOLD.sub(b"", value)
    if charset.chosen and not flat.isascii():
        return decode_as(flat, charset.chosen)
    return decode_bytes(flat, "", charset.hint)


def read_words(value: str, charset: Charset) -> Read:
    """Encoded words decoded and joined; other text as it stands. Controls go, breaks become a space."""
    if "=?" not in value:
        return Read(_one_line(value))
    out: list[str] = []
    run: list[tuple[str, bytes]] = []
    doubtful = False
    at = 0
    for found in WORD.finditer(value):
        between = value[at : found.start()]
        if between.strip(" \t\r\n") or not run:
            doubtful |= _flush(run, out, charset)
            out.append(between)
        run.append((found[1].partition("*")[0].lower(), _payload(found[2], found[3])))
        at = found.end()
    doubtful |= _flush(run, out, charset)
    out.append(value[at:])
    return Read(_one_line("".join(out)), doubtful)


def read_header(value: bytes, charset: Charset) -> Read:
    raw = read_raw(value, charset)
    words = read_words(raw.text, charset)
    return Read(words.text.strip(" "), raw.doubtful or words.doubtful)


def _flush(run: list[tuple[str, bytes]], out: list[str], charset: Charset) -> bool:
    """The words gathered so far, those of equal charset joined first."""
    doubtful = False
    while run:
        label = run[0][0]
        count = next((at for at, (other, _) in enumerate(run) if other != label), len(run))
        read = _decode_together([payload for _, payload in run[:count]], label, charset)
        out.append(read.text)
        doubtful |= read.doubtful
        del run[:count]
    return doubtful


def _decode_together(payloads: list[bytes], label: str, charset: Charset) -> Read:
    """A charset that somebody chose helps where the label fails; a word that reads well keeps its own."""
    joined = decode_bytes(_escapes_closed(payloads), label)
    if charset.chosen and (joined.doubtful or codecs_of(label) in ((), codecs_of("iso-8859-1"))):
        return decode_as(b"".join(payloads), charset.chosen)
    if not joined.doubtful or len(payloads) == 1:
        return joined
    apart = [decode_bytes(each, label) for each in payloads]
    text = "".join(each.text for each in apart)
    return Read(text, True) if text.count(LOST) < joined.text.count(LOST) else joined


def _escapes_closed(payloads: list[bytes]) -> bytes:
    """JIS words joined. A word that goes on in the middle of two-byte text is told by the escape that ends it;
    any other word begins in ASCII, whatever the one before left open.
    """
    if not any(b"\x1b$" in each for each in payloads):
        return b"".join(payloads)
    out: list[bytes] = []
    rest = b"".join(payloads)
    for payload in payloads:
        next_escape = rest.find(b"\x1b")
        goes_on = next_escape >= 0 and rest[next_escape + 1 : next_escape + 2] == b"("
        if out and not goes_on and not out[-1].endswith(_HALF_ESCAPES):
            out.append(b"\x1b(B")
        out.append(payload)
        rest = rest[len(payload) :]
    return b"".join(out)


def _payload(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "Bb":
        return from_base64(raw)
    return _HEX.sub(lambda found: bytes((int(found[1], 16),)), raw.replace(b"_", b" "))


def _one_line(text: str) -> str:
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))
