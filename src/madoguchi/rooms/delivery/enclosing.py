"""Attached files as parts of a mail: base64, with a name that new and old readers understand (RFC 2231, RFC 2183).

A name is somebody's text, and goes through `fitting_name`: no path, no line end, no sign that turns the reading
direction survives in it, and split kana (macOS) are composed.
"""

import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from madoguchi.foundation.lib.files import fitting_name
from madoguchi.rooms.delivery.errors import MailTooLarge

LARGEST = (
    15 * 1024 * 1024
)  # bytes of all files together: as base64, what common relays take (20 MiB and more)
_ROOM = 54  # encoded bytes of a name on one line
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
_COMPOSITE = ("multipart/", "message/")  # may not be base64 (RFC 2046 §5)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_PLAIN = re.compile(r"[A-Za-z0-9 ._()+@=,-]+")
_PIECE = re.compile(r"(?:%[0-9A-F]{2}|[^%]){1,18}")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file to go along: its name as it was given, what it is, its bytes."""

    name: str
    media_type: str
    content: bytes


def check_size(enclosed: Sequence[Enclosed]) -> None:
    if sum(len(each.content) for each in enclosed) > LARGEST:
        raise MailTooLarge


def mixed(text_part: bytes, enclosed: Sequence[Enclosed], message_id: str) -> tuple[str, bytes]:
    """The Content-Type of the whole, and its body. The boundary is drawn from the Message-ID, which is random: the
    same mail is the same bytes. Its "=_" stands in no base64."""
    check_size(enclosed)
    boundary = f"=_{sha256(message_id.encode()).hexdigest()[:32]}"
    mark = f"--{boundary}\r\n".encode()
    parts = [text_part, *(_part(each, n) for n, each in enumerate(enclosed, 1))]
    body = b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return f'multipart/mixed;\r\n boundary="{boundary}"', body


def _part(enclosed: Enclosed, position: int) -> bytes:
    name = fitting_name(enclosed.name)
    plain = _plain(name, position)
    lines = [
        f'Content-Type: {_media_type(enclosed.media_type)};\r\n name="{plain}"',
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment{"" if plain == name else _extended(name)};\r\n filename="{plain}"',
        "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode("ascii") + encodebytes(enclosed.content).replace(b"\n", b"\r\n")


def _plain(name: str, position: int) -> str:
    """For readers that know no RFC 2231: the name itself, or a number with its ending."""
    return name if _PLAIN.fullmatch(name) and len(name) <= _ROOM else f"file-{position}{_ending(name)}"


def _ending(name: str) -> str:
    found = _ENDING.search(name)
    return found[0] if found else ""


def _extended(name: str) -> str:
    """`filename*`, in pieces when it is long (RFC 2231 §3, §4.1); no piece ends inside a %XX. It stands before the plain
    name: of two, simple readers take the first that they understand."""
    encoded = quote(name, safe="")
    if len(encoded) <= _ROOM:
        return f";\r\n filename*=UTF-8''{encoded}"
    pieces = _PIECE.findall(encoded)
    first, *rest = pieces
    lines = [f"filename*0*=UTF-8''{first}", *(f"filename*{n}*={piece}" for n, piece in enumerate(rest, 1))]
    return "".join(f";\r\n {line}" for line in lines)


def _media_type(given: str) -> str:
    kind = given.partition(";")[0].strip().lower()
    fits = _MEDIA_TYPE.fullmatch(kind) and not kind.startswith(_COMPOSITE)
    return kind if fits else "application/octet-stream"
