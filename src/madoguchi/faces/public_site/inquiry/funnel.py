"""Counts of 入力 → 確認 → 完了 and of the fields that were asked for again: kept in memory, written now and then.

No cookie, no address, nothing of a visitor: only how often. A page view costs an addition; what a process had not
written when it was killed is lost, which a count can bear.
"""

import logging
import threading
from collections import Counter
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from madoguchi.rooms.forms.actions.count_steps import count_steps

EVERY = 15.0  # seconds
_log = logging.getLogger("madoguchi.public")
_lock = threading.Lock()
_counts: Counter[tuple[UUID, str, str]] = Counter()


def note(form: UUID, step: str, *fields: str) -> None:
    """`step`: input, confirm, wrong (with the fields), sent."""
    with _lock:
        _counts.update([(form, step, field) for field in fields or ("",)])


def write() -> None:
    """What came together since; kept for the next time when it cannot be written."""
    with _lock:
        some = Counter(_counts)
        _counts.clear()
    if not some:
        return
    try:
        count_steps(some)
    except (DatabaseError, InterfaceError, OSError):
        _log.warning("steps not counted", exc_info=True)
        with _lock:
            _counts.update(some)


def keep_writing() -> None:
    """For the process that answers visitors: a thread of its own, which ends with it."""
    threading.Thread(target=_write_for_ever, name="steps", daemon=True).start()


def _write_for_ever() -> None:
    waiting = threading.Event()
    while not waiting.wait(EVERY):
        write()
        connection.close()
