"""A thread for each mailbox: connected while it can be, trying again after growing waits while it cannot.

What goes wrong is written down at the mailbox and never ends the worker.
"""

import logging
import threading
from collections import Counter
from typing import Any, Final
from uuid import UUID

from django.db import connection

from madoguchi.rooms.delivery import reading
from madoguchi.rooms.delivery.actions.mailbox import note_failed
from madoguchi.rooms.delivery.fetching import fetch_new, wait_for_more
from madoguchi.rooms.delivery.imap import FetchFailed, session
from madoguchi.rooms.delivery.queries.mailboxes import account_of, watched

log = logging.getLogger("madoguchi.mail-in")
LOOK = 5.0  # seconds between looks at what is set up


class Watch:
    """One mailbox as it was set up; a change of the set-up ends it, and another begins."""

    def __init__(self, mailbox: UUID, setup: tuple[Any, ...], ca_file: str | None) -> None:
        self.mailbox: Final = mailbox
        self.setup: Final = setup
        self.stopping = threading.Event()
        self._ca_file: Final = ca_file
        self._trouble: Counter[int] = Counter()
        self._failures = 0
        self.thread = threading.Thread(target=self._run, name=f"mail-in-{mailbox.hex[-6:]}", daemon=True)

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._read()
            except FetchFailed as failed:
                self._failed(failed.code)
            except Exception:
                log.exception("fetch-failed")
                self._failed("store")
        connection.close()

    def _read(self) -> None:
        with session(account_of(self.mailbox, ca_file=self._ca_file)) as opened:
            while not self.stopping.is_set():
                fetch_new(opened, self.mailbox, self._trouble)
                self._failures = 0
                wait_for_more(opened, self.stopping)

    def _failed(self, code: str) -> None:
        self._failures += 1
        try:
            note_failed(self.mailbox, code)
        except Exception:
            log.exception("note-failed")
        connection.close()
        self.stopping.wait(reading.wait_after(self._failures))


def watch_mailboxes(stopping: threading.Event, ca_file: str | None = None) -> None:
    """Until the worker stops: one watch for each mailbox that is set up and not paused."""
    watches = dict[UUID, Watch]()
    while not stopping.is_set():
        try:
            _adjust(watches, watched(), ca_file)
        except Exception:
            log.exception("look-failed")
            connection.close()
        stopping.wait(LOOK)
    for watch in watches.values():
        watch.stopping.set()
    for watch in watches.values():
        watch.thread.join(
            10
        )  # a server that hangs does not hold up the end: its thread dies with the process
    connection.close()


def _adjust(watches: dict[UUID, Watch], wanted: dict[UUID, tuple[Any, ...]], ca_file: str | None) -> None:
    for id, watch in list(watches.items()):
        if wanted.get(id) != watch.setup or not watch.thread.is_alive():
            watch.stopping.set()
            del watches[id]
    for id in wanted.keys() - watches.keys():
        watches[id] = Watch(id, wanted[id], ca_file)
        watches[id].thread.start()
