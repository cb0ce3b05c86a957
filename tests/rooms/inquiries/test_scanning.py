"""Asking a clamd: a real socket with a scanner behind it that misbehaves. Whatever it does, nothing is lost."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.config.health import find_faults
from madoguchi.rooms.inquiries.actions.enclose import Offered, enclose_with
from madoguchi.rooms.inquiries.models import Enclosure, Entry, Inquiry
from madoguchi.rooms.inquiries.scanning import answers, look_through
from madoguchi.rooms.jobs.models import Job
from tests.house import House

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
Scanner = Callable[[socket.socket], None]


def heard(sock: socket.socket) -> bytes:
    """The whole stream of an INSTREAM command, as clamd reads it."""
    reader = sock.makefile("rb")
    command = b""
    while not command.endswith(b"\0"):
        command += reader.read(1)
    if command == b"zPING\0":
        sock.sendall(b"PONG\0")
        return b""
    assert command == b"zINSTREAM\0"
    content = b""
    while (length := struct.unpack(">I", reader.read(4))[0]) > 0:
        content += reader.read(length)
    return content


def honest(sock: socket.socket) -> None:
    content = heard(sock)
    sock.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def says(words: bytes) -> Scanner:
    def scanner(sock: socket.socket) -> None:
        heard(sock)
        sock.sendall(words)

    return scanner


def hangs_up(sock: socket.socket) -> None:
    sock.recv(3)


def never_ends(sock: socket.socket) -> None:
    heard(sock)
    for _ in range(10_000):
        sock.sendall(b"stream: " * 100)


def silent(sock: socket.socket) -> None:
    heard(sock)
    threading.Event().wait(2)


@contextmanager
def clamd(scanner: Scanner, path: Path | None = None) -> Iterator[str]:
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(str(path) if path else ("127.0.0.1", 0))
    server.listen(8)

    def serve() -> None:
        while True:
            try:
                sock, _ = server.accept()
            except OSError:
                return
            with sock, suppress(OSError, struct.error):
                scanner(sock)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_an_honest_one_tells_them_apart() -> None:
    with clamd(honest) as url:
        assert look_through(url, [b"a" * 200_000, b"", b"b"]) == "clean"
        assert look_through(url, [EICAR[:30], EICAR[30:]]) == "infected"
        assert answers(url)


def test_by_a_socket_of_this_machine(tmp_path: Path) -> None:
    with clamd(honest, tmp_path / "c") as url:
        assert look_through(url, [EICAR]) == "infected"


@pytest.mark.parametrize(
    "scanner",
    [
        says(b"INSTREAM size limit exceeded. ERROR\0"), says(b"stream: OK"), says(b"OK\0"), says(b""),
        says(b"stream: OK FOUND\nstream: OK\0"), says(b"\xff\xfe\0"), hangs_up, never_ends, silent,
    ],
    ids=("error", "cut", "short", "nothing", "two lines", "bytes", "hangs up", "never ends", "silent"),
)  # fmt: skip
def test_what_is_no_verdict_is_none(scanner: Scanner) -> None:
    with clamd(scanner) as url, pytest.raises(OSError):  # whatever it was
        look_through(url, [b"x" * 100_000], seconds=0.5)


def test_nobody_there() -> None:
    with pytest.raises(OSError):
        look_through("tcp://127.0.0.1:1", [b"x"], seconds=0.5)
    assert not answers("tcp://127.0.0.1:1")


def enclosed(house: House, content: bytes) -> Enclosure:
    inquiry = house.submit()
    (id,) = enclose_with(inquiry_id=inquiry.id, files=[Offered("添付.txt", content)])
    return Enclosure.objects.get(id=id)


def test_without_a_scanner_nothing_is_asked(house: House) -> None:
    file = enclosed(house, EICAR)
    house.work()

    file.refresh_from_db()
    assert file.state == "unscanned"
    assert not [each for each in find_faults() if each.code == "scanner"]


def test_the_worker_asks_and_what_is_infected_is_sealed_and_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clamd(honest) as url:
        monkeypatch.setattr(settings, "CLAMD_URL", url)
        clean, infected = enclosed(house, b"hello"), enclosed(house, EICAR)
        house.work()
        clean.refresh_from_db()
        infected.refresh_from_db()

    assert (clean.state, infected.state) == ("clean", "infected")
    assert Entry.objects.get(code="file-infected").inquiry_id == infected.inquiry_id
    assert infected.attachment is not None  # kept, sealed


def test_while_it_is_away_files_stay_and_check_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CLAMD_URL", "tcp://127.0.0.1:1")
    file = enclosed(house, EICAR)
    house.work(rounds=1)
    file.refresh_from_db()

    assert file.state == "unscanned"
    assert Job.objects.get(kind="inquiries.scan", subject=file.id).last_code == "ConnectionRefusedError"
    (told,) = [each for each in find_faults() if each.code == "scanner"]
    assert told.level == "fault"
    assert "検査なし" in told.says
    with clamd(honest) as url:
        monkeypatch.setattr(settings, "CLAMD_URL", url)
        Job.objects.filter(kind="inquiries.scan").update(attempts=0)
        house.work()
    file.refresh_from_db()
    assert file.state == "infected"


def test_an_infected_file_opens_for_the_officer_who_means_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = enclosed(house, EICAR)
    Enclosure.objects.filter(id=file.id).update(state="infected")
    number = Inquiry.objects.get(id=file.inquiry_id).receipt_number
    url = f"/desk/inquiries/{number}/files/{file.id}/"
    clerk, officer = house.sign_in("clerk"), house.sign_in("officer")

    assert clerk.get(url).status_code == clerk.get(f"{url}manage/").status_code == 403
    assert clerk.post(f"{url}manage/", {"go": "take"}).status_code == 403
    page: Client = officer
    assert page.get(url)["Location"] == f"{url}manage/"
    assert "ウイルスの疑い" in page.get(f"{url}manage/").content.decode()
    assert b"".join(page.post(f"{url}manage/", {"go": "take"}).streaming_content) == EICAR
