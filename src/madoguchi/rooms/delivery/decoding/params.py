"""Content-Type and Content-Disposition: the value and its parameters, RFC 2231 and what people send instead."""

import re
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote_to_bytes

from madoguchi.rooms.delivery.decoding.charsets import Read, decode_as, decode_bytes
from madoguchi.rooms.delivery.decoding.words import Charset, read_raw, read_words

_PARAMETER = re.compile(
    r'[;\s]*+([^\s=;"<>]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"(?=\s*(?:;|\Z|\())|"([^"]*)"|([^;]*))', re.DOTALL
)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_ESCAPED = re.compile(r'\\(["\\])')
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_PERCENTS = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MANY = 200


@dataclass(frozen=True, slots=True)
class Field:
    """`value` in lower case without comments; parameters as raw sections under their name."""

    value: str
    sections: dict[str, list[tuple[int, bool, str]]]

    def token(self, name: str) -> str:
        """A parameter that is a plain word: charset, boundary, format."""
        found = self.sections.get(name) or self.sections.get(f"{name}*", [])
        text = "".join(text for _, _, text in sorted(found, key=lambda each: each[0]))
        if any(extended for _, extended, _ in found):
            text = unquote_to_bytes(text.rpartition("'")[2]).decode("ascii", "replace")
        return text.strip()

    def text(self, name: str, charset: Charset) -> Read:
        """A parameter that a person reads."""
        found = sorted(self.sections.get(name, []), key=lambda each: each[0])
        if not any(extended for _, extended, _ in found):
            return _unextended("".join(text for _, _, text in found), charset)
        label, sections = "", [(extended, text) for _, extended, text in found]
        if sections[0][0] and sections[0][1].count("'") >= 2:
            label, _, rest = sections[0][1].split("'", 2)
            sections[0] = True, rest
        whole = _joined(sections)
        return (
            decode_as(whole, charset.chosen) if charset.chosen else decode_bytes(whole, label, charset.hint)
        )


def read_field(raw: bytes, charset: Charset) -> Field:
    """Raw bytes become characters first: a JIS or cp932 name may hold the bytes of quotes and semicolons."""
    text = read_raw(raw, charset).text
    value, _, rest = text.partition(";")
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    at = 0
    for _ in range(_MANY):
        found = _PARAMETER.match(rest, at)
        if found is None or found.end() == at:
            if (at := rest.find(";", at) + 1) == 0:
                break
            continue
        at = found.end()
        _put(sections, found)
    return Field("".join(_COMMENT.sub("", value).lower().split()), sections)


def _put(sections: dict[str, list[tuple[int, bool, str]]], found: re.Match[str]) -> None:
    section = _SECTION.fullmatch(found[1].lower())
    if section is None:
        return
    if found[2] is not None:
        text = _ESCAPED.sub(r"\1", found[2])
    else:
        text = found[3] if found[3] is not None else _unquoted(found[4])
    name, number, extended = section[1], int(section[2] or 0), bool(section[3])
    if section[2] or extended:
        name = f"{name}*"
    held = sections.setdefault(name, [])
    if number not in (each for each, _, _ in held):
        held.append((number, extended, text))


def _joined(sections: list[tuple[bool, str]]) -> bytes:
    """Neighbours are joined before their escapes are resolved: some programs cut inside of %E3."""
    runs = groupby(sections, key=lambda section: section[0])
    texts = ((extended, "".join(text for _, text in run)) for extended, run in runs)
    return b"".join(
        unquote_to_bytes(text) if extended else text.encode("utf-8", "surrogateescape")
        for extended, text in texts
    )


def _unquoted(text: str) -> str:
    plain = text.strip()
    return (
        plain.strip('"')
        if plain.startswith('"')
        else _COMMENT.sub("", plain).strip()
        if " (" in plain
        else plain
    )


def _unextended(text: str, charset: Charset) -> Read:
    read = read_words(text, charset)
    if _PERCENTS.search(read.text):
        plain = unquote_to_bytes(read.text)
        try:
            decoded = plain.decode("utf-8")
        except UnicodeDecodeError:
            return read
        if not decoded.isascii() and read.text.isascii():
            return Read(decoded)
    return read
