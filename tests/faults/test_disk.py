"""No room on the disk, and power cuts: an honest 503, never a false receipt, and on again without help."""

import fcntl
import http.client
import json
import os
import random
import resource
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults.house import (
    Seen,
    again,
    kill_all,
    look,
    mailed_house,
    processes,
    stop_all,
    verdict,
    wait_until,
    wait_until_drained,
)
from tests.faults.ledger import PATH, Client
from tests.live import Live, serving
from tests.rooms.delivery.hostile import Relay, hostile

SHUTDOWN, WITHOUT_LOG = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
ROOM = 24 * 1024 * 1024


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own for the data, 24 MB."""
    folder.mkdir(parents=True, mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    """Takes every byte that is left."""
    with path.open("wb", buffering=0) as ballast:
        for size in (1024 * 1024, 4096):
            try:
                while ballast.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


def submit_until_refused(client: Client, chance: random.Random, most: int = 400) -> None:
    for _ in range(most):
        answers = {
            "body": "長い文章です。" * 500, "name": "髙﨑", "phone": "03-0000-0000",
            "email": f"d{chance.getrandbits(64):016x}@example.jp",
        }  # fmt: skip
        if not client.submit(answers, patient=False):
            return
    raise AssertionError("the disk was never full")


def problem(live: Live, client: Client) -> tuple[int, str | None, str]:
    parts = urlsplit(live.url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    answers = {"body": "件" * 9_000, "name": "髙﨑", "phone": "03-0000-0000", "email": "full@example.jp"}
    body = json.dumps({"answers": answers, "notice": client._notice})
    line.request("POST", PATH, body, {"Content-Type": "application/json", "Idempotency-Key": "full"})
    answer = line.getresponse()
    told = answer.read().decode()
    line.close()
    return answer.status, answer.headers["Retry-After"], told


def judged(client: Client, live: Live, relay: Relay) -> Seen:
    wait_until_drained(live, 90)
    seen = look(live)
    found = verdict(client, seen, relay)
    assert found.wrong() == {}
    assert (seen.integrity, found.repeats) == ("ok", [])
    assert set(client.answers) <= {"201", "503"}
    return seen


@pytest.mark.timeout(180)
def test_a_full_disk_is_said_and_freed_it_goes_on(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "house" / "data"),
        hostile(tmp_path / "relay", {}) as relay,
        serving(tmp_path / "house", MADOGUCHI_MAIL_URL=f"smtp://127.0.0.1:{relay.port}") as live,
    ):
        client = Client(live.url, tmp_path / "client", 1)
        client.start_without_threads()
        fill(live.data / "ballast")
        submit_until_refused(client, random.Random(1))
        status, retry, told = problem(live, client)
        assert (status, retry) == (503, "30"), told
        assert "まだ届いていません" in told
        (live.data / "ballast").unlink()

        wait_until("intake goes on", lambda: client.submit(_late(), patient=False), 30)
        seen = judged(client, live, relay)

    assert client.answers["503"] > 0
    assert len(seen.stored) == len(client.acks.read())


def _late() -> dict[str, str]:
    return {
        "body": "空きができました。",
        "name": "髙﨑",
        "phone": "03-0000-0000",
        "email": f"l{time.time_ns()}@example.jp",
    }


@pytest.mark.timeout(180)
def test_a_quota_is_said_and_raised_it_goes_on(tmp_path: Path) -> None:
    """The same without root: the kernel refuses to let any file of the server grow."""
    with mailed_house(tmp_path) as (live, relay):
        client = Client(live.url, tmp_path / "client", 2)
        client.start_without_threads()
        if "MADOGUCHI_DATABASE_URL" in live.environment:  # its disk is not ours
            return
        answers = processes(live)["answers"]
        answers.rlimit(resource.RLIMIT_FSIZE, (16 * 1024, resource.RLIM_INFINITY))
        submit_until_refused(client, random.Random(2))
        answers.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        wait_until("intake goes on", lambda: client.submit(_late(), patient=False), 30)
        judged(client, live, relay)

    assert client.answers["503"] > 0


# ---- Power cuts: the file system forgets what was not flushed (soak)


@contextmanager
def a_disk(image: Path, place: Path) -> Iterator[None]:
    """An ext4 image of its own for the data."""
    place.mkdir(parents=True, mode=0o700)
    with image.open("wb") as file:
        file.truncate(256 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    if os.geteuid() != 0 or _mount(image, place):
        pytest.skip("needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def _mount(image: Path, place: Path) -> int:
    return subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=False).returncode


def cut_the_power(image: Path, live: Live) -> None:
    """The file system stops and forgets what was not flushed; then it is mounted again.

    The processes stop first: without power nobody answers, and a flush that the kernel breaks off half-way may
    report success to whoever still runs (jbd2 drops an aborted transaction as if it were done).
    """
    stop_all(live)
    handle = os.open(live.data, os.O_RDONLY)
    fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
    os.close(handle)
    kill_all(live)
    wait_until("nobody holds the disk", lambda: _umount(live.data) == 0, 20)
    assert _mount(image, live.data) == 0


def _umount(place: Path) -> int:
    return subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_power_cuts_lose_nothing_acknowledged(tmp_path: Path) -> None:
    chance, image = random.Random(3), tmp_path / "image"
    with a_disk(image, tmp_path / "house" / "data"), hostile(tmp_path / "relay", {}) as relay:
        with serving(tmp_path / "house", MADOGUCHI_MAIL_URL=f"smtp://127.0.0.1:{relay.port}") as live:
            serve_and_cut(live, image, tmp_path / "client", chance)
        for _ in range(9):
            with again(live) as on:
                serve_and_cut(on, image, tmp_path / "client", chance)
        with again(live) as on:
            wait_until_drained(on, 120)
            seen = look(on)
        client = Client(live.url, tmp_path / "client", 0)
        found = verdict(client, seen, relay)

    print(f"10 power cuts: {len(client.acks.read())} acknowledged, {len(seen.stored)} stored")  # noqa: T201
    assert found.wrong() == {}
    assert seen.integrity == "ok"
    assert len(client.acks.read()) > 50


def serve_and_cut(live: Live, image: Path, folder: Path, chance: random.Random) -> None:
    with Client(live.url, folder, chance.randrange(10**6), give_up=0.0):
        time.sleep(chance.uniform(0.7, 2.0))
        cut_the_power(image, live)
