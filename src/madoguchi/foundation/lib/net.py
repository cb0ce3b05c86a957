"""The only owner of sockets, so that nothing leaves this program unnoticed.

May be called by `rooms.delivery.smtp` and `config.cli.demo` and by nobody else; tests/architecture/test_sockets.py keeps the
list. TLS is always verified against the system's authorities, or against `ca_file` instead; there is no
switch that turns the check off. Failures are OSError (a time that ran out: TimeoutError).
"""

import socket
import ssl
import time
from functools import lru_cache
from typing import Final

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
