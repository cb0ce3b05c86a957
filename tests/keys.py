"""A key folder of a test's own, and a way to turn its keys without waiting for other processes."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from madoguchi.config import rotation
from madoguchi.config.rotation import ROUND, Rotation
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.keyring import forget_keys
from madoguchi.rooms.vault.models import DESTROYED, File
from madoguchi.rooms.vault.queries import forget_epochs
from tests.live import surroundings

ROOT = Path(__file__).parents[1]


@contextmanager
def own_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the key folder, in use until the end."""
    shutil.copytree(settings.KEY_DIR, folder)
    with monkeypatch.context() as patch:
        patch.setattr(settings, "KEY_DIR", folder)
        forget()
        yield folder
    forget()


def forget() -> None:
    """What this process remembers of keys and epochs."""
    forget_keys()
    forget_epochs()


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is the only one: nothing is waited for."""
    monkeypatch.setattr(rotation, "SETTLE", timedelta())


def with_periods(monkeypatch: pytest.MonkeyPatch, *, rotation_days: int, window_days: int) -> None:
    given = {"key_rotation_days": rotation_days, "backup_window_days": window_days}
    monkeypatch.setattr(settings, "ENVIRONMENT", settings.ENVIRONMENT.model_copy(update=given))


def destroy_file(*, file: UUID, reason: str) -> bool:
    """One file's key, destroyed as an erasure does it; whether there was one."""
    ending = uuid7()
    begin_ending(ending=ending, files=[file])
    return bool(destroy_some(ending=ending, reason=reason))


def wrap_of(file: UUID) -> bytes:
    """The file's key as it lies in the table."""
    return bytes(File.objects.select_related("key").get(id=file).key.wrapped)


def destroyed(file: UUID) -> bool:
    return wrap_of(file) == DESTROYED


def turn(now: datetime, *, begin: bool = True) -> Rotation:
    """A whole rotation, or what is left of one, until nothing is to be done at `now`."""
    turning = Rotation()
    if begin:
        turning.begin(now)
    patience = time.monotonic() + 60
    while (wait := turning.step(now)) != ROUND:
        assert time.monotonic() < patience, "a rotation without an end"
        time.sleep(min(wait.total_seconds(), 0.1) if wait == rotation.SETTLE else 0)
    return turning


def command(*arguments: str, keys: Path) -> "subprocess.CompletedProcess[str]":
    """`madoguchi …` on this test's database, with these keys."""
    return subprocess.run(
        [sys.executable, "-m", "madoguchi", *arguments],
        env=_surroundings(keys), cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def _surroundings(keys: Path) -> dict[str, str]:
    database = settings.ENVIRONMENT.database_url
    more = {"MADOGUCHI_DATABASE_URL": database} if database else {}
    given = surroundings(keys.parent, 8000, PYTHONPATH=str(ROOT / "src"), **more)
    return given | {
        "MADOGUCHI_DATA_DIR": str(settings.DATA_DIR),
        "MADOGUCHI_KEY_DIR": str(keys),
        "PATH": os.environ["PATH"],
    }
