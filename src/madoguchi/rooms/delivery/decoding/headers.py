"""The header block, as bytes: where it ends, and its fields, whatever the line ends are."""

import re
from dataclasses import dataclass, field

HEADER_BYTES = 262_144  # of all fields together
VALUE_BYTES = 65_536  # of one field; what lies beyond is cut

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
_LINE_END = re.compile(rb"\r?\n")
_KNOWN = re.compile(
    rb"(?i)(?:received|from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|x-[a-z0-9-]+|reply-to|"
    rb"return-path|in-reply-to|references|delivered-to|sender|dkim-signature)[ \t]*:"
)


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in order, names in lower case, values still folded. `cut`: something was too long."""

    fields: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False
    _by_name: dict[str, list[bytes]] = field(default_factory=dict)

    def get(self, name: str) -> bytes:
        return self._by_name.get(name, [b""])[0]

    def every(self, name: str) -> list[bytes]:
        return self._by_name.get(name, [])

    def has(self, name: str) -> bool:
        return name in self._by_name

    def plain(self, name: str) -> str:
        """A value of ASCII words, on one line."""
        return " ".join(self.get(name).decode("ascii", "replace").split())


def split_message(raw: bytes) -> tuple[Headers, bytes]:
    """Fields and body. A line that is no field ends the block, unless known fields follow it."""
    at = _start(raw)
    block = _Block()
    while at < len(raw):
        found = _LINE_END.search(raw, at)
        end, following = (found.start(), found.end()) if found else (len(raw), len(raw))
        line = raw[at : min(end, at + VALUE_BYTES + 1)]
        if not line.strip(b" \t\r") and not (line.strip(b"\r") and _goes_on(raw, following)):
            at = following
            break
        if not block.takes(line, raw, following):
            break
        at = following
    return _gathered(block), raw[at:]


class _Block:
    """Fields as they come in; of what is too long the beginning is kept, so that those behind it are read."""

    def __init__(self) -> None:
        self.fields: list[list[bytes]] = []
        self.cut = False
        self._room, self._room_of_field = HEADER_BYTES, 0

    def takes(self, line: bytes, raw: bytes, following: int) -> bool:
        """Puts the line where it belongs; False if the body begins with it."""
        if line[:1] in b" \t" and self.fields:
            self._put(line)
        elif _FIELD.match(line) and (self.fields or not line.startswith(b"http")):
            self.fields.append([])
            self._room_of_field = VALUE_BYTES
            self._put(line)
        elif line.startswith((b"From ", b">From ")) and not self.fields:
            pass  # the line between two mails of an mbox file
        elif self.fields and _fields_follow(raw, following):
            self._put(line)
        else:
            return False
        return True

    def _put(self, line: bytes) -> None:
        room = min(self._room, self._room_of_field)
        if len(line) > room:
            line, self.cut = _whole_characters(line[: max(room, 0)]), True
            self._room_of_field = 0
        self._room -= len(line)
        self._room_of_field -= len(line)
        if line:
            self.fields[-1].append(line)


def _whole_characters(cut: bytes) -> bytes:
    """Without the beginning of a character of UTF-8 at the end."""
    for back in range(1, min(4, len(cut) + 1)):
        if cut[-back] >= 0xC0:
            return cut[:-back]
    return cut


def _goes_on(raw: bytes, at: int) -> bool:
    """Whether a line of spaces stands inside of the fields."""
    return raw[at : at + 1] in (b" ", b"\t") or bool(_KNOWN.match(raw, at))


def _start(raw: bytes) -> int:
    """Behind a byte order mark and blank lines that some pipes put in front."""
    at = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[at : at + 1] in (b"\r", b"\n") and at < len(raw):
        at += 1
    return at


def _fields_follow(raw: bytes, at: int) -> bool:
    ahead = re.split(rb"\r?\n[ \t]*\r?\n", raw[at : at + 4096], maxsplit=1)[0]
    return any(_KNOWN.match(line) for line in ahead.splitlines()[:20])


def _gathered(block: _Block) -> Headers:
    out: list[tuple[str, bytes]] = []
    by_name: dict[str, list[bytes]] = {}
    for lines in block.fields:
        found = _FIELD.match(b"\n".join(lines))
        if found is not None:
            name, value = found[1].decode("ascii").lower(), found[2]
            out.append((name, value))
            by_name.setdefault(name, []).append(value)
    return Headers(tuple(out), block.cut, by_name)
