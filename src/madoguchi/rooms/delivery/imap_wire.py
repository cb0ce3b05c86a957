"""The wire of our IMAP client (RFC 3501, 9051): commands out, answers in, literals included, everything bounded.

Nothing the server says is kept but what was asked for; its texts are never shown or logged.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from madoguchi.foundation.lib import net

MB = 1024 * 1024
_LONGEST_LINE, _MOST_ANSWERS = 1 * MB, 100_000
_CHUNK = 64 * 1024
_LITERAL = re.compile(rb"\{(\d{1,12})\}$")


class Refused(Exception):
    """The server said NO or BAD to a command."""


class NoImap(ConnectionError):
    """What answers there does not speak IMAP, or says more than anybody asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One untagged answer: its line, and the literals that stood in it, in order."""

    line: bytes
    literals: tuple[bytes, ...] = ()


class Wire:
    """`per_step` bounds each wait for the server, in seconds."""

    def __init__(self, sock: net.Socket, *, per_step: float) -> None:
        self._sock = sock
        self._per_step: Final = per_step
        self._heard = bytearray()
        self._tags = 0
        self.more_arrived = False  # said in passing, with the answer to another command

    def greeting(self) -> bytes:
        return self._answer(net.Deadline(self._per_step), 0).line

    def start_tls(self, host: str, ca_file: str | None) -> None:
        """Said in the clear, nothing may pass for the encrypted server (CVE-2011-0411)."""
        self.ask("STARTTLS")
        if self._heard:
            raise net.TlsRefused("unasked text before the handshake")
        self._sock.settimeout(self._per_step)
        self._sock = net.start_tls(self._sock, host, ca_file)

    def ask(self, command: str, *, seconds: float = 0, most: int = 0) -> list[Answer]:
        """The untagged answers to one command. `most`: bytes of literals it may bring, by default a few."""
        tag = self._say(command)
        return self._until(tag, net.Deadline(seconds or self._per_step), most or MB)

    def ask_secretly(self, command: str, secret: bytes) -> None:
        """AUTHENTICATE: the answer to the server's question is base64 (RFC 3501 §6.2.2)."""
        tag, deadline = self._say(command), net.Deadline(self._per_step)
        if not self._answer(deadline, 0).line.startswith(b"+"):
            raise Refused(command)
        self._send(b64encode(secret) + b"\r\n")
        self._until(tag, deadline, MB)

    def begin_idle(self) -> str:
        tag, deadline = self._say("IDLE"), net.Deadline(self._per_step)
        while not (line := self._answer(deadline, 0).line).startswith(b"+"):
            if line.startswith(tag.encode()):
                raise Refused("IDLE")
        return tag

    def hears_more(self, seconds: float) -> bool:
        """While idling: whether the server says within this time that something arrived."""
        deadline = net.Deadline(seconds)
        try:
            while True:
                line = self._answer(deadline, 0).line.upper()
                if line.startswith(b"* BYE"):
                    raise NoImap("the server says goodbye")
                if line.endswith((b" EXISTS", b" RECENT")):
                    return True
        except TimeoutError:
            return False

    def end_idle(self, tag: str) -> None:
        self._send(b"DONE\r\n")
        self._until(tag, net.Deadline(self._per_step), MB)

    def close(self) -> None:
        self._sock.close()

    # -- below the commands --------------------------------------------------------------------------

    def _say(self, command: str) -> str:
        self._tags += 1
        tag = f"a{self._tags}"
        self._send(f"{tag} {command}\r\n".encode("ascii"))
        return tag

    def _send(self, data: bytes) -> None:
        self._sock.settimeout(self._per_step)
        self._sock.sendall(data)

    def _until(self, tag: str, deadline: net.Deadline, most: int) -> list[Answer]:
        found = list[Answer]()
        for _ in range(_MOST_ANSWERS):
            answer = self._answer(deadline, most)
            start, _, rest = answer.line.partition(b" ")
            if start == tag.encode():
                if not rest.upper().startswith(b"OK"):
                    raise Refused(rest[:3].decode("ascii", "replace"))
                return found
            if answer.line.upper().startswith(b"* BYE"):
                raise NoImap("the server says goodbye")
            self.more_arrived |= answer.line.upper().endswith(b" EXISTS")
            found.append(answer)
        raise NoImap("the answer has no end")

    def _answer(self, deadline: net.Deadline, most: int) -> Answer:
        line, literals = b"", list[bytes]()
        while True:
            line += self._line(deadline)
            found = _LITERAL.search(line)
            if not found:
                return Answer(line, tuple(literals))
            size = int(found[1])
            if size > most:
                raise NoImap("more than was asked for")
            literals.append(self._exactly(size, deadline))
            line = line[: found.start()] + b"\x00"

    def _line(self, deadline: net.Deadline) -> bytes:
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > _LONGEST_LINE:
                raise NoImap("the line has no end")
            self._more(deadline)
        line = bytes(self._heard[:end]).rstrip(b"\r")
        del self._heard[: end + 1]
        return line

    def _exactly(self, size: int, deadline: net.Deadline) -> bytes:
        while len(self._heard) < size:
            self._more(deadline)
        found = bytes(self._heard[:size])
        del self._heard[:size]
        return found

    def _more(self, deadline: net.Deadline) -> None:
        self._sock.settimeout(deadline.left())
        more = self._sock.recv(_CHUNK)
        if not more:
            raise ConnectionError("the server hung up")
        self._heard += more


def quoted(text: str) -> str:
    """A string in quotes (RFC 3501 §9); whatever cannot stand there is refused."""
    if not text.isascii() or any(each in text for each in "\r\n\0"):
        raise Refused("unsayable")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_name(name: str) -> str:
    """Modified UTF-7 (RFC 3501 §5.1.3): how a folder with a Japanese name is called on the wire."""
    found, waiting = "", ""
    for each in name + "\0":
        if " " <= each <= "~" or each == "\0":
            found += _shifted(waiting)
            waiting = ""
            found += "" if each == "\0" else "&-" if each == "&" else each
        else:
            waiting += each
    return quoted(found)


def _shifted(text: str) -> str:
    coded = b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{coded}-" if text else ""
