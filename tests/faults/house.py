"""A really running installation for faults, on the engine asked for, with what an outsider can see of it."""

import base64
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.faults.ledger import Client, Findings, Stored, compare, mailed
from tests.live import Live, running, serving
from tests.rooms.delivery.hostile import Relay, hostile

ENGINE = os.environ.get("MADOGUCHI_TEST_ENGINE", "sqlite")
ROOT = Path(__file__).parents[2]


@dataclass
class Seen:
    """What lies there, told by another process."""

    stored: list[Stored]
    staff: list[str]
    integrity: str


def database(name: str = "") -> dict[str, str]:
    """Surroundings of a new, empty database on the engine under test."""
    if ENGINE != "postgresql":
        return {}
    import psycopg

    name = name or f"faults_{secrets.token_hex(6)}"
    server = os.environ["MADOGUCHI_TEST_POSTGRESQL"]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return {"MADOGUCHI_DATABASE_URL": f"{server}/{name}"}


def ask(live: Live, question: str) -> list[tuple[Any, ...]]:
    """Rows of a read-only question, asked without the product."""
    url = live.environment.get("MADOGUCHI_DATABASE_URL")
    if url:
        import psycopg

        with psycopg.connect(url) as connection:
            return connection.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]
    path = live.data / "madoguchi.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(question).fetchall()


def run(live: Live, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A Python module in the installation's surroundings."""
    surroundings = live.environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"} | more
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=surroundings, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def look(live: Live) -> Seen:
    result = run(live, "tests.faults.stored")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    return Seen([Stored(**row) for row in told["stored"]], told["staff"], told["integrity"])


def verdict(client: Client, seen: Seen, relay: Relay) -> Findings:
    mails = mailed(relay.accepted(), base64.b64decode)
    return compare(client.intents.read(), client.acks.read(), seen.stored, mails, seen.staff)


def processes(live: Live) -> dict[str, psutil.Process]:
    """Who serves now: `web` (the server's own process), `answers` (its worker), `worker` (mails and jobs)."""
    found: dict[str, psutil.Process] = {}
    for child in _children(live):
        with suppress(psutil.Error):
            words = child.cmdline()
            kind = next((word for word in ("web", "worker") if word in words), "")
            if kind and child.ppid() == live.process.pid:
                found[kind] = child
            elif found.get("web") and child.ppid() == found["web"].pid:
                found["answers"] = child
    return found


def _children(live: Live) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(live.process.pid).children(recursive=True)
    return []


def kill_all(live: Live) -> None:
    """The power goes for every process at once: the supervisor first, so that it mends nothing."""
    for process in [psutil.Process(live.process.pid), *_children(live)]:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    live.process.wait(10)


def stop_all(live: Live) -> None:
    """Every process of the group stands still when this returns."""
    group = [psutil.Process(live.process.pid), *_children(live)]
    for process in group:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    wait_until("all stand still", lambda: all(_stands_still(process) for process in group), 10)


def _stands_still(process: psutil.Process) -> bool:
    try:
        return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_until(what: str, happened: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


def waiting(live: Live) -> int:
    return int(ask(live, "SELECT count(*) FROM jobs_job")[0][0])


def wait_until_drained(live: Live, seconds: float = 150.0) -> None:
    """Notices of a storm are folded into a mail a minute, so that the last may wait for one."""
    wait_until("all jobs done", lambda: waiting(live) == 0, seconds)


@contextmanager
def mailed_house(folder: Path, **more: str) -> Iterator[tuple[Live, Relay]]:
    """Served, with a relay of our own that keeps its ledger on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with hostile(folder / "relay", {}) as relay:
        surroundings = {
            "MADOGUCHI_MAIL_URL": f"smtp://127.0.0.1:{relay.port}",
            "MADOGUCHI_NOTICE_SECONDS": "2",
        }
        with serving(folder / "house", **surroundings | database() | more) as live:
            wait_until("the worker is there", lambda: "worker" in processes(live), 30)
            yield live, relay


@contextmanager
def again(live: Live) -> Iterator[Live]:
    """`serve` once more, on the same data and port."""
    port = int(live.url.rpartition(":")[2])
    with running(live.folder, ["serve", "--bind", f"127.0.0.1:{port}"], live.environment, port) as restarted:
        yield restarted
