"""Who serves holds a shared lock on the data folder; a restore must have it alone.

A process that goes on with the old file would give receipts that nobody ever reads.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_held: list[int] = []


class StillServing(Exception):
    """Somebody serves from this data folder."""


def hold_serving() -> None:
    """Until this process, and what it forked, has ended. Waits for a restore that is under way."""
    if not settings.DATA_DIR.is_dir():
        return  # nothing is installed; the check of the start says so
    descriptor = _open()
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held.append(descriptor)


@contextmanager
def nobody_serving() -> Iterator[None]:
    """Raises StillServing, or keeps everybody from starting meanwhile."""
    descriptor = _open()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StillServing from None
    else:
        yield
    finally:
        os.close(descriptor)


def _open() -> int:
    return os.open(settings.DATA_DIR / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
