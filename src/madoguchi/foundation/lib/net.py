"""The only owner of sockets, so that nothing leaves this program unnoticed.

May be called by `rooms.delivery.smtp`, `rooms.delivery.imap` and its wire, `rooms.delivery.resolving`, `rooms.inquiries.scanning`, `config.probing` and `config.cli.demo` and by nobody else;
tests/architecture/test_sockets.py keeps the list. TLS is always verified against the system's authorities, or against `ca_file` instead; there is no
switch that turns the check off. Failures are OSError (a time that ran out: TimeoutError).
"""

import io
import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException, HTTPResponse
from typing import Final, cast
from urllib.parse import urlsplit

Socket = socket.socket


class TlsRefused(OSError):
    """No trustworthy connection: wrong certificate, wrong name, or no common protocol (TLS 1.2 or later)."""


class Deadline:
    """One moment by which several steps together must be done. Seconds, on a clock nobody sets back."""

    def __init__(self, seconds: float) -> None:
        self._until: Final = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain, always more than zero; TimeoutError once there are none."""
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time allowed has run out")
        return seconds

    def sooner(self, seconds: float) -> "Deadline":
        """A deadline for one step, never later than this one."""
        return Deadline(min(seconds, self.left()))


def connect(
    host: str,
    port: int,
    *,
    timeout: float,
    tls: bool = False,
    server_name: str | None = None,
    ca_file: str | None = None,
) -> Socket:
    """A connected socket. `timeout` bounds all addresses of the host and the handshake together, in seconds
    (the resolver keeps its own time). `server_name` is the name in the certificate, by default the host."""
    deadline = Deadline(timeout)
    sock = _first_that_answers(host, port, deadline)
    if not tls:
        return sock
    sock.settimeout(deadline.left())
    return start_tls(sock, server_name or host, ca_file)


def connect_local(path: str, *, timeout: float) -> Socket:
    """A connected socket of this machine, by its path."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return sock


def start_tls(sock: Socket, server_name: str, ca_file: str | None = None) -> Socket:
    """The same connection, encrypted, its certificate checked for `server_name`. Takes the socket over and
    keeps its timeout, which bounds the whole handshake."""
    try:
        return _context(ca_file).wrap_socket(sock, server_hostname=server_name)
    except ssl.SSLError as error:
        sock.close()
        raise TlsRefused(error.reason or "certificate refused") from None
    except OSError:
        sock.close()
        raise


def _first_that_answers(host: str, port: int, deadline: Deadline) -> Socket:
    failure: OSError = ConnectionError("the host has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left())
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


@lru_cache(maxsize=4)
def _context(ca_file: str | None) -> ssl.SSLContext:
    """Reading the authorities costs 20 ms and more: once a process, not once a mail."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def answers(host: str, port: int) -> bool:
    """Whether something listens there; for the trial, which opens the page as soon as it can."""
    try:
        connect(host, port, timeout=1.0).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def get(
    url: str, *, timeout: float, most: int, through: str | None = None, ca_file: str | None = None
) -> Answer:
    """One GET. `timeout` bounds it as a whole, in seconds, `most` what it may bring, in bytes. A redirect is an
    answer like any other and is not followed. `through` is another address to connect to, for the same name."""
    named, reached = urlsplit(url), urlsplit(through or url)
    deadline = Deadline(timeout)
    sock = connect(
        reached.hostname or "", reached.port or (443 if reached.scheme == "https" else 80), timeout=timeout,
        tls=reached.scheme == "https", server_name=named.hostname, ca_file=ca_file,
    )  # fmt: skip
    asked = (
        f"GET {named.path or '/'} HTTP/1.1\r\nHost: {named.netloc}\r\nAccept: text/html\r\n"
        "Accept-Encoding: identity\r\nCache-Control: no-cache\r\nUser-Agent: madoguchi\r\nConnection: close\r\n\r\n"
    )
    with sock:
        sock.settimeout(deadline.left())
        sock.sendall(asked.encode("ascii"))
        return _read(_all_of(sock, deadline, most))


def _all_of(sock: Socket, deadline: Deadline, most: int) -> bytes:
    """Until the other side hangs up, as it was asked to."""
    heard = bytearray()
    while True:
        sock.settimeout(deadline.left())
        piece = sock.recv(64 * 1024)
        heard += piece
        if not piece:
            return bytes(heard)
        if len(heard) > most:
            raise ConnectionError("the answer is too long")


class _Heard:
    """What was heard, in the shape that the standard library's reader takes."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)


def _read(content: bytes) -> Answer:
    response = HTTPResponse(cast(Socket, _Heard(content)))
    try:
        response.begin()
        if response.getheader("Content-Encoding", "identity") != "identity":
            raise ConnectionError("packed, though asked not to be")
        return Answer(response.status, response.read())
    except (HTTPException, ValueError) as error:
        raise ConnectionError(f"no readable answer: {type(error).__name__}") from None


def ask(host: str, port: int, message: bytes, *, timeout: float) -> bytes:
    """One datagram there, one back, from that address and no other. For a name server, which answers in one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect((host, port))
        sock.send(message)
        return sock.recv(64 * 1024)


def ask_at_length(host: str, port: int, message: bytes, *, timeout: float) -> bytes:
    """The same over TCP, each message behind its length in two bytes (RFC 1035 §4.2.2)."""
    deadline = Deadline(timeout)
    with connect(host, port, timeout=timeout) as sock:
        sock.settimeout(deadline.left())
        sock.sendall(len(message).to_bytes(2, "big") + message)
        heard = bytearray()
        while len(heard) < 2 or len(heard) < 2 + int.from_bytes(heard[:2], "big"):
            sock.settimeout(deadline.left())
            piece = sock.recv(64 * 1024)
            if not piece:
                raise ConnectionError("the answer ended early")
            heard += piece
        return bytes(heard[2:])
