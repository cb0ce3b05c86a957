"""Web and worker: each alone, or both under one supervisor that restarts what dies."""

import gc
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

from madoguchi.config.lifetime import end_with_parent

if TYPE_CHECKING:
    from madoguchi.config.environment import Environment

log = logging.getLogger("madoguchi.server")

CANNOT_START = 3  # a fault with a sentence: restarting would not mend it
CALM = 5.0  # seconds a process must have lived for its next restart to be prompt
LONGEST_PAUSE = 4.0  # seconds before a restart, however often it died: visitors are waiting
HEAD_START = 1.0  # seconds in which the web starts alone: visitors come first, and a fault is said once


def run_web(environment: "Environment", host: str, port: int) -> None:
    """One process with threads: with SQLite, writers take turns inside it (more than one is refused)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    _load_before_fork()
    Granian(
        "madoguchi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=environment.threads,
        backpressure=256,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=64 * 1024),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=20,
        log_enabled=False,
    ).serve()


def _load_before_fork() -> None:
    """Every address and what it imports: shared by both processes, and there before the first visitor."""
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()  # the collector leaves these pages alone, so they stay shared


@dataclass(slots=True)
class Child:
    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    next_start: float = field(default=0.0)


class Supervisor:
    """Starts its children, starts them again when they die, ends them when it ends."""

    def __init__(self, children: list[Child], *, on_idle: Callable[[], bool] = lambda: False) -> None:
        self.children = children
        self.on_idle = on_idle
        self.stopping = False

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        try:
            while not self.stopping:
                for child in self.children:
                    if (code := self._look_at(child)) is not None:
                        return code
                if self.on_idle():
                    return 0
                time.sleep(0.1)
            return 0
        finally:
            self._end_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_at(self, child: Child) -> int | None:
        """Gives back an exit code when the whole must stop."""
        now = time.monotonic()
        if child.process is None:
            if now >= child.next_start:
                self._start(child, now)
            return None
        code = child.process.poll()
        if code is None:
            return None
        if code == CANNOT_START:
            return code
        child.failures = 0 if now - child.started_at > CALM else child.failures + 1
        child.next_start, child.process = now + min(0.2 * 2**child.failures, LONGEST_PAUSE), None
        log.warning("child-ended", extra={"kind": child.name, "code": code})
        return None

    def _start(self, child: Child, now: float) -> None:
        command = [sys.executable, "-m", "madoguchi", *child.arguments]
        child.process = subprocess.Popen(command, preexec_fn=_as_child)  # noqa: S603  our own command
        child.started_at = now

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 25
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _as_child() -> None:
    end_with_parent(signal.SIGTERM)


def serve_children(host: str, port: int) -> list[Child]:
    later = time.monotonic() + HEAD_START
    return [Child("web", ["web", "--bind", f"{host}:{port}"]), Child("worker", ["worker"], next_start=later)]
