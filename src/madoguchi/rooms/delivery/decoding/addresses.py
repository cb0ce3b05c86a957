"""Mailboxes as they are really written: legacy Japanese local parts, groups, names in comments, raw names.

The structure is read before encoded words are decoded, so that a decoded comma or bracket is only a character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import idna

from madoguchi.rooms.delivery.decoding.charsets import Read
from madoguchi.rooms.delivery.decoding.words import WORD, Charset, read_raw, read_words


class Mailbox(NamedTuple):
    """`address` has no quotes around its local part and a domain in lower case, encoded; the name is as sent."""

    name: str
    address: str
    doubtful: bool = False


_MANY = 1000
_PIECES = 60  # of one mailbox; beyond, a quote is only a character
_NAME = 4000  # characters of a name, still encoded
_COMMENT = 200  # characters of a comment at most
_PLAIN = re.compile(r'[^"(<>,;:=\\]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,400})"', re.DOTALL)
_ANGLE = re.compile(r'<((?:"(?:[^"\\]|\\.){0,100}"|[^<>"]){0,400})>', re.DOTALL)
_BARE_ADDRESS = re.compile(r'(?:"[^"\r\n]{1,64}"|[^\s"<>(),;:@]{1,64})@[^\s"<>(),;:@]{1,255}')
_DAEMON = re.compile(
    r"mailer-daemon|postmaster|root", re.IGNORECASE
)  # without a domain, as old servers write
_ESCAPED = re.compile(r'\\(["\\])')
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(slots=True)
class _Draft:
    pieces: list[str] = field(default_factory=list)  # words and quoted strings, raw
    comments: list[str] = field(default_factory=list)
    angle: str | None = None

    @property
    def flat(self) -> str:
        return "".join(self.pieces)


def read_mailboxes(value: bytes, charset: Charset) -> list[Mailbox]:
    raw = read_raw(value, charset)
    found = _mailboxes(raw.text, charset)
    if not any(each.address for each in found) and "=?" in raw.text:  # the whole value as encoded words
        whole = read_words(raw.text, charset)
        found = _mailboxes(whole.text, charset) or found
        raw = Read(raw.text, raw.doubtful or whole.doubtful)
    return [each._replace(doubtful=each.doubtful or raw.doubtful) for each in found]


def _mailboxes(text: str, charset: Charset) -> list[Mailbox]:
    read = (_finished(draft, charset) for draft in _drafts(text))
    return [each for each in read if each.address or each.name]


def _drafts(text: str) -> Iterator[_Draft]:
    draft, at, count = _Draft(), 0, 0
    while at < len(text) and count < _MANY:
        at, ended = _step(text, at, draft)
        if ended:
            yield draft
            draft, count = _Draft(), count + 1
    yield draft


def _step(text: str, at: int, draft: _Draft) -> tuple[int, bool]:
    """One token from `at`; the place behind it, and whether it ended a mailbox."""
    sign = text[at]
    if sign == '"' and len(draft.pieces) < _PIECES and (quoted := _QUOTED.match(text, at)):
        draft.pieces.append(quoted[0])
        return quoted.end(), False
    if sign == "=" and (word := WORD.match(text, at)):
        draft.pieces.append(word[0])
        return word.end(), False
    if sign == "(" and (end := _comment_end(text, at)):
        draft.comments.append(text[at + 1 : end - 1])
        draft.pieces.append(" ")
        return end, False
    if sign == "<" and draft.angle is None and (angle := _ANGLE.match(text, at)):
        draft.angle = angle[1]
        return angle.end(), False
    if sign == "<" and text.startswith("<<", at):
        return at + 1, False
    if sign == ">":
        return at + 1, False
    if sign == "<" and draft.angle is None and "@" in text[at : at + 320]:
        end = min(
            (place for place in (text.find(",", at), text.find(";", at)) if place > 0), default=len(text)
        )
        draft.angle = text[at + 1 : end]
        return end, False
    if sign in ",;":
        return at + 1, not _still_a_name(draft, text, at)
    if (
        sign == ":"
        and draft.angle is None
        and len(draft.pieces) <= 20
        and "@" not in draft.flat
        and _is_group(text, at)
    ):
        draft.pieces.clear()
        return at + 1, False
    plain = _PLAIN.match(text, at)
    draft.pieces.append(plain[0] if plain else sign)
    return (plain.end() if plain else at + 1), False


def _still_a_name(draft: _Draft, text: str, at: int) -> bool:
    """Yamada, Taro <taro@…>: a comma that nobody quoted."""
    if draft.angle is not None or text[at] == ";" or _BARE_ADDRESS.search(draft.flat):
        return False
    ahead = text[at + 1 : at + 200]
    bracket = ahead.find("<")
    if (
        not draft.flat.strip()
        or bracket < 0
        or _BARE_ADDRESS.search(ahead[:bracket])
        or "," in ahead[:bracket]
    ):
        return False
    draft.pieces.append(text[at])
    return True


def _is_group(text: str, at: int) -> bool:
    """undisclosed-recipients:; and 営業部: a@b, c@d; but not a colon inside of a name."""
    ahead = text[at + 1 : at + 2000]
    return ";" in ahead


def _comment_end(text: str, at: int) -> int:
    """The place behind the bracket that closes the one at `at`; 0 if none does nearby."""
    if not 0 < text.find(")", at) < at + _COMMENT:
        return 0
    depth = 0
    for place in range(at, min(len(text), at + _COMMENT)):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
            if not depth:
                return place + 1
    return 0


def _finished(draft: _Draft, charset: Charset) -> Mailbox:
    flat = draft.flat
    if draft.angle is not None:
        address, name = draft.angle, flat
    elif bare := _BARE_ADDRESS.search(flat):
        address, name = bare[0], flat[: bare.start()] + " " + flat[bare.end() :]
    elif _DAEMON.fullmatch(flat.strip()):
        address, name = flat, ""
    else:
        address, name = "", flat
    read = _name(name, charset)
    if not read.text and draft.comments:
        read = _name(draft.comments[-1], charset)
    return Mailbox(read.text, _address(address, charset), read.doubtful)


def _name(raw: str, charset: Charset) -> Read:
    """Quotes go, in and around encoded words; what stands in them stays."""
    parts, at, raw = [], 0, raw[:_NAME]
    for quoted in _QUOTED.finditer(raw):
        parts += [raw[at : quoted.start()], _ESCAPED.sub(r"\1", quoted[1])]
        at = quoted.end()
    read = read_words("".join([*parts, raw[at:]]).strip(), charset)
    text = _UNSEEN.sub("", read.text).strip(" ")
    if (len(text) > 1 and text[0] == text[-1] == '"') or text.count('"') == 1:
        text = text.strip('"').strip(" ")
    return Read(text, read.doubtful)


def _address(raw: str, charset: Charset) -> str:
    text = read_words(raw, charset).text if "=?" in raw else raw
    text = _UNSEEN.sub("", text).strip()
    text = text.strip("<> ")
    if text.lower().startswith("mailto:"):
        text = text[len("mailto:") :]
    if text.startswith("@") and ":" in text:  # a route (RFC 5322 §4.4)
        text = text.partition(":")[2]
    local, at, domain = text.rpartition("@")
    local, domain = local.strip(), "".join(domain.split()).rstrip(".")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    else:
        local = "".join(local.split())
    return f"{local}{at}{_domain(domain)}" if at else "".join(text.split())


def _domain(domain: str) -> str:
    """As mail is sent to it: Japanese names encoded (RFC 5891)."""
    plain = domain.lower()
    if plain.isascii() or len(plain) > 254:
        return plain
    try:
        return idna.encode(plain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return plain
