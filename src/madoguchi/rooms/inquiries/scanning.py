"""Asking a clamd about a file: its INSTREAM command over lib.net, bounded in time and in what it may answer.

Whatever is not a plain OK or FOUND is no answer: the file stays unscanned, and is asked about again.
"""

import re
import struct
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from madoguchi.foundation.lib.net import Deadline, Socket, connect, connect_local

SECONDS = 60.0
_CONNECTING = 5.0
_LONGEST_ANSWER = 4096
_PIECE = 64 * 1024
_FOUND = re.compile(rb"stream: [^\x00-\x1f]{1,500} FOUND")


class NoScanner(OSError):
    """It answered, and said nothing that we can go by."""


def look_through(
    url: str, content: Iterable[bytes], *, seconds: float = SECONDS
) -> Literal["clean", "infected"]:
    """Raises OSError when there is no scanner, or none that answers as one does."""
    deadline = Deadline(seconds)
    with _reach(url, min(seconds, _CONNECTING)) as sock:
        _send(sock, b"zINSTREAM\x00", deadline)
        for piece in _pieces(content):
            _send(sock, struct.pack(">I", len(piece)) + piece, deadline)
        _send(sock, struct.pack(">I", 0), deadline)
        return _meaning(_answer(sock, deadline))


def answers(url: str) -> bool:
    """Whether a scanner is there."""
    try:
        deadline = Deadline(_CONNECTING)
        with _reach(url, _CONNECTING) as sock:
            _send(sock, b"zPING\x00", deadline)
            return _answer(sock, deadline) == b"PONG"
    except OSError:
        return False


def _reach(url: str, seconds: float) -> Socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return connect_local(parts.path, timeout=seconds)
    return connect(parts.hostname or "", parts.port or 3310, timeout=seconds)


def _send(sock: Socket, data: bytes, deadline: Deadline) -> None:
    sock.settimeout(deadline.left())
    sock.sendall(data)


def _pieces(content: Iterable[bytes]) -> Iterable[bytes]:
    """An empty piece would end the stream before its end."""
    for piece in content:
        for start in range(0, len(piece), _PIECE):
            yield piece[start : start + _PIECE]


def _answer(sock: Socket, deadline: Deadline) -> bytes:
    heard = bytearray()
    while b"\x00" not in heard:
        sock.settimeout(deadline.left())
        piece = sock.recv(_LONGEST_ANSWER)
        heard += piece
        if not piece or len(heard) > _LONGEST_ANSWER:
            raise NoScanner("no whole answer")
    return bytes(heard.partition(b"\x00")[0])


def _meaning(answer: bytes) -> Literal["clean", "infected"]:
    if answer == b"stream: OK":
        return "clean"
    if _FOUND.fullmatch(answer):
        return "infected"
    raise NoScanner("no verdict")
