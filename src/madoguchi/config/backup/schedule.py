"""One backup a night into a folder of the operator's, by a process of its own; old files go in time."""

import logging
import os
import re
import subprocess
import sys
import threading
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from madoguchi.config.backup.errors import BackupNotWritten, Busy
from madoguchi.config.backup.write import Written, write_backup
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.jobs.queries import trusted_now

log = logging.getLogger("madoguchi.backup")

AGAIN = timedelta(hours=1)  # after a failure
LOOK = 20.0  # seconds between looks at the clock
CALM = 5  # added to the process's niceness: whoever asks something comes first
NAME = re.compile(r"madoguchi-(\d{8}-\d{4})\.backup")
TORN = re.compile(rf"\.{NAME.pattern}\.part")  # its process was killed while it wrote


def back_up() -> Written:
    """Now, into MADOGUCHI_BACKUP_DIR; then what is older than the window is removed. A failure is recorded."""
    folder = settings.ENVIRONMENT.backup_dir
    if folder is None:
        raise BackupNotWritten(
            "バックアップを書く場所が決まっていません。",
            next_step="ファイルの名前を書くか、MADOGUCHI_BACKUP_DIR を設定してください。",
        )
    try:
        written = _write(folder)
    except Busy:
        raise
    except Refusal as refusal:
        _note(refusal.code)
        raise
    clear_old(folder)
    return written


def _write(folder: Path) -> Written:
    if not folder.is_dir():  # perhaps a disk that is not mounted: never make it
        raise BackupNotWritten(
            f"バックアップのフォルダ {folder} がありません。",
            next_step="フォルダを作るか、ディスクがつながっているかを確かめてください。",
        )
    name = f"madoguchi-{clock.local(clock.now()):%Y%m%d-%H%M}.backup"
    return write_backup(folder / name, settings.ENVIRONMENT.backup_to, nightly=True)


def _note(code: str) -> None:
    record("backup.failed", about=Ref("backup", NOBODY), by=WORKER, details={"code": code})


def clear_old(folder: Path) -> list[Path]:
    """Files of ours that are older than the window by the trusted time; never the newest one."""
    ours = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_file())
    end = trusted_now() - timedelta(days=settings.ENVIRONMENT.backup_window_days)
    old = [path for path in ours[:-1] if not path.is_symlink() and _written_at(path) < end]
    yesterday = clock.now() - timedelta(days=1)
    torn = [path for path in folder.iterdir() if TORN.fullmatch(path.name) and _written_at(path) < yesterday]
    for path in [*old, *torn]:
        path.unlink()
    return old


def _written_at(path: Path) -> datetime:
    found = NAME.search(path.name)
    assert found is not None
    return datetime.strptime(found[1], "%Y%m%d-%H%M").replace(tzinfo=clock.JST)


def is_due() -> bool:
    """Whether nothing was written since the hour of the day last struck, and no attempt has just failed."""
    now = clock.now()
    done = any(
        event.details["nightly"] and event.at <= now for event in of_kind("backup.made", since=_struck(now))
    )
    failed = any(event.at <= now for event in of_kind("backup.failed", since=now - AGAIN))
    return settings.ENVIRONMENT.backup_dir is not None and not done and not failed


def _struck(now: datetime) -> datetime:
    today = clock.local(now)
    at = datetime.combine(today, time.fromisoformat(settings.ENVIRONMENT.backup_at), clock.JST)
    return at if at <= today else at - timedelta(days=1)


def keep_watch(stopping: threading.Event) -> None:
    """The worker's thread. The work is done by a process of its own: mail and jobs go on, and whatever
    happens to it, the worker lives."""
    while not stopping.wait(LOOK):
        try:
            if is_due():
                run_apart(stopping)
        except Exception:
            log.exception("backup-watch-failed")
            connection.close()
            stopping.wait(60)
    connection.close()


def run_apart(stopping: threading.Event) -> None:
    """`madoguchi backup`; it records its own failures, but not its own violent end."""
    command = [sys.executable, "-m", "madoguchi", "backup"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    os.setpriority(os.PRIO_PROCESS, process.pid, CALM)
    while process.poll() is None:
        if stopping.wait(0.2):
            _end(process)
            return
    if process.returncode not in (0, 1):
        _note("ended")
        log.error("backup-ended", extra={"code": process.returncode})


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
