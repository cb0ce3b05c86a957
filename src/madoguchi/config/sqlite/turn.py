"""One writer at a time, first come first served: a queue in the process, a file lock between processes.

SQLite's own busy handler polls: under load eight threads wait up to a second for their turn. With the
queue and a blocking lock, the worst wait is a few dozen milliseconds at the same throughput.
"""

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

SWITCH = 0.0005  # seconds; Python's own is 0.005


class NoTurn(Exception):
    """Nobody let us write in time: another writer is stuck. The caller answers 503 and keeps the text."""


class Turn:
    """Held from BEGIN to COMMIT. Only the thread at the head of the queue waits on the file lock."""

    def __init__(self, path: Path, *, patience: float) -> None:
        self._path = path
        self._patience = patience  # seconds
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False
        self._file: tuple[int, int] | None = None  # (process, descriptor)

    def take(self) -> None:
        """Raises NoTurn when patience runs out, in the queue or on another process that holds the file."""
        end = time.monotonic() + self._patience
        self._queue()
        try:
            self._lock_file(end)
        except (OSError, RuntimeError) as error:  # no lock, no thread: the next in line must not wait for us
            self._pass_on()
            raise NoTurn from error

    def release(self) -> None:
        fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        self._pass_on()

    def _queue(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(self._patience):
            return
        with self._guard:
            if mine.is_set():  # handed over in the last instant
                return
            self._waiting.remove(mine)
        raise NoTurn

    def _lock_file(self, end: float) -> None:
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_for_file(end - time.monotonic())

    def _wait_for_file(self, seconds: float) -> None:
        """A thread blocks on the lock (which keeps the order between processes); if we leave before it comes,
        that thread hands the turn on."""
        came, left = threading.Event(), threading.Event()
        trouble: list[OSError] = []

        def block() -> None:
            try:
                fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
            except OSError as error:
                trouble.append(error)
            with self._guard:
                came.set()
            if left.is_set():
                self._pass_on() if trouble else self.release()

        threading.Thread(target=block, daemon=True, name="turn").start()
        if not came.wait(max(seconds, 0)):
            with self._guard:
                if not came.is_set():  # else handed over in the last instant
                    left.set()
                    raise NoTurn
        if trouble:
            raise trouble[0]

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()  # stays held: the next in line owns it now
            else:
                self._held = False

    def _descriptor(self) -> int:
        # A forked child must not share its parent's lock, so the file is opened once per process.
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._file[1]


_turns: dict[Path, Turn] = {}
_turns_guard = threading.Lock()


def turn_for(database: Path, *, patience: float) -> Turn:
    path = database.with_name(database.name + ".turn")
    with _turns_guard:
        if path not in _turns:
            _turns[path] = Turn(path, patience=patience)
        return _turns[path]
