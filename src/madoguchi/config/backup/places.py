"""Where copies lie while they are made: a private folder in the data folder, swept after whoever died in it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from madoguchi.config.backup.errors import Busy
from madoguchi.config.start import halfway

BEFORE = ".before-"


@contextmanager
def alone() -> Iterator[None]:
    """One backup, restore or move at a time, whoever started it; the kernel lets go when its process ends.

    What a killed one left behind is swept first. Raises Busy.
    """
    descriptor = os.open(settings.DATA_DIR / "backup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(next_step="終わってから、もう一度実行してください。") from None
    else:
        _sweep()
        yield
    finally:
        os.close(descriptor)


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """Only its owner may look inside, and it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=f".{name}-") as folder:
        yield Path(folder)


def sweep() -> None:
    """At the start: copies that a kill left behind hold what may be erased meanwhile (clause 9-2)."""
    try:
        with alone():
            pass
    except Busy:
        return  # its owner lives and tidies up itself


def _sweep() -> None:
    patterns = [".backup-*", ".restore-*"]
    if not halfway():  # until the restore is done, the database from before it is the only other one
        patterns.append(f"*{BEFORE}*")
    for pattern in patterns:
        for path in settings.DATA_DIR.glob(pattern):
            remove(path)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
