"""One GET over our own sockets: bounded, verified, never led elsewhere."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from madoguchi.foundation.lib import net

OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def answering(talk: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on loopback that says what it is told to one caller after another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    caller, _ = server.accept()
                    with tls.wrap_socket(caller, server_side=True) if tls else caller as talking:
                        talk(talking)
                except OSError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield port
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    def talk(caller: socket.socket) -> None:
        caller.recv(4096)
        caller.sendall(answer)

    return talk


def get(
    port: int, timeout: float = 5.0, scheme: str = "http", host: str = "127.0.0.1", **more: str
) -> net.Answer:
    return net.get(f"{scheme}://{host}:{port}/policy/", timeout=timeout, most=10_000, **more)


def test_the_body_comes_as_it_was_sent() -> None:
    with answering(saying(OK + "\r\n約束".encode())) as port:
        assert get(port) == net.Answer(200, "約束".encode())


def test_pieces_are_put_together() -> None:
    chunked = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with answering(saying(OK + chunked)) as port:
        assert get(port).body == b"abcde"


def test_what_is_asked_names_the_host_and_nothing_of_ours() -> None:
    heard: list[bytes] = []

    def talk(caller: socket.socket) -> None:
        heard.append(caller.recv(4096))
        caller.sendall(OK + b"\r\n")

    with answering(talk) as port:
        net.get("http://desk.example.jp/policy/", timeout=5, most=1_000, through=f"http://127.0.0.1:{port}")

    lines = heard[0].decode().split("\r\n")
    assert lines[:2] == ["GET /policy/ HTTP/1.1", "Host: desk.example.jp"]
    assert not any(line.lower().startswith(("cookie", "authorization", "referer")) for line in lines)


def test_a_redirect_is_an_answer_and_leads_nowhere() -> None:
    with answering(saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")) as port:
        assert get(port).status == 302


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example.jp ESMTP\r\n",
        OK + b"Content-Length: 90\r\n\r\nshort",
        OK + b"\r\n" + b"x" * 20_000,
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x"),
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["nothing", "mail", "cut", "long", "packed", "torn"],
)
def test_what_cannot_be_read_is_no_answer(answer: bytes) -> None:
    with answering(saying(answer)) as port, pytest.raises(OSError):
        get(port)


def test_an_answer_that_drips_runs_out_of_time() -> None:
    more = threading.Event()

    def drip(caller: socket.socket) -> None:
        while not more.wait(0.02):
            caller.sendall(b"H")

    with answering(drip) as port:
        with pytest.raises(TimeoutError):
            get(port, timeout=0.3)
        more.set()


def test_nobody_there_is_no_answer() -> None:
    with answering(saying(b"")) as port:
        pass
    with pytest.raises(OSError):
        get(port)


def test_a_certificate_is_checked_for_the_name_that_was_asked(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("desk.example.jp").configure_cert(context)
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))

    with answering(saying(OK + b"\r\nfine"), context) as port:
        here = f"https://127.0.0.1:{port}"
        fine = net.get("https://desk.example.jp/", timeout=5, most=1_000, through=here, ca_file=str(ca))
        with pytest.raises(net.TlsRefused):
            net.get("https://other.example.jp/", timeout=5, most=1_000, through=here, ca_file=str(ca))
        with pytest.raises(net.TlsRefused):
            net.get("https://desk.example.jp/", timeout=5, most=1_000, through=here)

    assert fine.body == b"fine"
