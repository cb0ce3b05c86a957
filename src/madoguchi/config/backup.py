"""Backup and restore, in their first form: one consistent copy, encrypted to an age recipient.

The ledger of erasures never goes into a backup: it stays beside the keys, and a restore replays it
before anything is served, so that what was erased or withdrawn after the backup stays so.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
from django.conf import settings
from django.db import connection, connections

from madoguchi import __version__
from madoguchi.config.identity import IDENTITY, read_identity
from madoguchi.config.start import check_start, unfinished
from madoguchi.config.worker import OFFICE, Worker
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import latest
from madoguchi.rooms.consent.actions.choose import apply_withdrawal
from madoguchi.rooms.delivery.actions.release import hold_all
from madoguchi.rooms.jobs.actions.claim import reclaim
from madoguchi.rooms.organisation.queries import staff_by_email
from madoguchi.rooms.vault.actions.destroy_file import destroy_file
from madoguchi.rooms.vault.ledger import Line
from madoguchi.rooms.vault.queries import read_ledger

LATE = timedelta(hours=2)  # the ledger beats hourly; an older end means that lines may be missing


class BackupUnusable(Refusal):
    code = "backup-unusable"
    default = "バックアップを読めませんでした。"


@dataclass(frozen=True, slots=True)
class Restored:
    made_at: datetime
    replayed: int
    held: int


def write_backup(target: Path, recipient: str = "") -> None:
    """While serving. The file appears under its name only when it is whole, encrypted and on disk."""
    to = _recipient(recipient) if recipient else _identity(settings.KEY_DIR / IDENTITY).to_public()
    # The unencrypted copy never leaves the data folder; beside the target stands only what is encrypted.
    part = target.absolute().with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".backup-") as work:
        folder = Path(work)
        manifest = {"version": __version__, "made_at": clock.now().isoformat(), "engine": connection.vendor}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        _copy_database(folder / "database")
        with tarfile.open(folder / "backup.tar", "w") as tar:
            for name in ("manifest.json", "database"):
                tar.add(folder / name, name)
        try:
            pyrage.encrypt_file(str(folder / "backup.tar"), str(part), [to])
            _to_disk(part, target)
        finally:
            part.unlink(missing_ok=True)
    record("backup.made", about=Ref("backup", NOBODY), by=COMMAND)


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BackupUnusable(
            "--to の値は age の公開鍵ではありません。", next_step="age1 で始まる公開鍵を書いてください。"
        ) from None


def _identity(path: Path) -> pyrage.x25519.Identity:
    try:
        return read_identity(path)
    except (pyrage.IdentityError, OSError, UnicodeDecodeError):
        raise BackupUnusable(
            f"{path} から age の秘密鍵を読めません。",
            next_step="AGE-SECRET-KEY-1 で始まる行のあるファイルを使ってください。",
        ) from None


def last_backup_at() -> datetime | None:
    event = latest("backup.made")
    return event.at if event else None


def _copy_database(path: Path) -> None:
    if connection.vendor == "postgresql":
        _postgresql(["pg_dump", "--format=custom", f"--file={path}"])
        return
    import sqlite3

    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        assert connection.connection is not None
        connection.connection.backup(copy)  # in one step: between steps a writer would make it begin again
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    copy.close()
    if found != "ok":
        raise BackupUnusable("データベースの写しに誤りがあります。ディスクを確かめてください。")


def _postgresql(command: list[str]) -> None:
    database = settings.DATABASES["default"]
    surroundings = os.environ | {
        "PGHOST": database["HOST"], "PGPORT": database["PORT"], "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"],
    }  # fmt: skip
    if shutil.which(command[0]) is None:
        raise BackupUnusable(f"{command[0]} がありません。PostgreSQL のクライアントを入れてください。")
    if subprocess.run(command, env=surroundings, check=False).returncode:  # noqa: S603  fixed names, our own paths
        raise BackupUnusable(f"{command[0]} が失敗しました。")


def _to_disk(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)
    directory = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def restore(source: Path, ledger: Path, *, identity: Path | None = None, accepted_by: str = "") -> Restored:
    """Bring a backup back, then replay the ledger. The database that was there is kept aside.

    A ledger that ends long before now may lack lines: a named person accepts that, and mail is held.
    """
    lines = list(read_ledger(ledger))
    gap = not lines or clock.now() - datetime.fromisoformat(lines[-1].at) > LATE
    if gap and not accepted_by:
        raise BackupUnusable(
            "消去台帳が、いまの時刻まで続いていません。",
            next_step="新しい台帳を --ledger で渡すか、抜けを引き受ける職員のメールアドレスを --accept-gap に書いてください。",
        )
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as work:
        manifest = _unpack(source, identity or settings.KEY_DIR / IDENTITY, Path(work))
        with unfinished():
            _put_in_place(Path(work) / "database", manifest)
            check_start(restoring=True)
            by = _accepting(accepted_by)
            replayed = sum(_replay(line) for line in lines)
            held = _hold(by) if gap else 0
    record(
        "backup.restored",
        about=Ref("backup", NOBODY),
        by=by,
        details={"replayed": replayed, "gap": gap, "held": held},
    )
    return Restored(datetime.fromisoformat(manifest["made_at"]), replayed, held)


def _unpack(source: Path, identity: Path, folder: Path) -> dict[str, Any]:
    key = _identity(identity)
    try:
        pyrage.decrypt_file(str(source), str(folder / "backup.tar"), [key])
        with tarfile.open(folder / "backup.tar") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (pyrage.DecryptError, tarfile.TarError, OSError, ValueError, KeyError):
        raise BackupUnusable(
            "バックアップを復号できません。鍵(backup.agekey)とファイルを確かめてください。"
        ) from None
    if manifest["engine"] != connection.vendor:
        raise BackupUnusable(
            f"このバックアップは {manifest['engine']} のものです。同じ種類のデータベースに戻してください。"
        )
    return dict(manifest)


def _put_in_place(copy: Path, manifest: Mapping[str, Any]) -> None:
    if connection.vendor == "postgresql":
        _postgresql(
            [
                "pg_restore",
                "--single-transaction",
                "--clean",
                "--if-exists",
                "--no-owner",
                f"--dbname={settings.DATABASES['default']['NAME']}",
                str(copy),
            ]
        )
        return
    connections.close_all()
    database = Path(settings.DATABASES["default"]["NAME"])
    aside = f".before-{clock.local(clock.now()):%Y%m%d-%H%M%S}"
    for suffix in ("", "-wal", "-shm"):
        path = database.with_name(database.name + suffix)
        if path.exists():
            path.rename(path.with_name(path.name + aside))
    _to_disk(copy, database)


def _replay(line: Line) -> bool:
    act = REPLAYS.get(line.kind)
    if act is not None:
        act(line)
    return act is not None


def _replay_withdrawal(line: Line) -> None:
    apply_withdrawal(
        person=UUID(line.facts["person"]),
        purpose=line.facts["purpose"],
        mark=bytes.fromhex(line.facts["mark"]),
        by=COMMAND,
        asked_at=datetime.fromisoformat(line.at),
    )


def _replay_erasure(line: Line) -> None:
    destroy_file(file=UUID(line.facts["file"]), reason=line.facts["reason"])


def _accepting(accepted_by: str) -> Ref:
    """Who accepts a gap: a member of the staff, known by address. Until one is named nothing starts."""
    if not accepted_by:
        return COMMAND
    staff = staff_by_email(accepted_by)
    if staff is None:
        raise BackupUnusable(
            "--accept-gap のメールアドレスの職員が、戻したデータにいません。",
            next_step="職員のメールアドレスを確かめて、もう一度 `madoguchi restore` を実行してください。",
        )
    return Ref("staff", staff.id)


def _hold(by: Ref) -> int:
    """Receipts and notices still to be written are written first, so that they are held as well."""
    worker = Worker()
    reclaim(host=worker.host, alive=lambda _: False)  # whoever held a lease then is gone
    while worker.work_off(OFFICE):
        pass
    return hold_all(by=by)


REPLAYS: Mapping[str, Callable[[Line], None]] = {
    "withdrawal": _replay_withdrawal,
    "erasure": _replay_erasure,
}
