"""Bring a backup back, then do again what the ledger says, before anything is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from madoguchi.config import disk
from madoguchi.config.backup import manifest as manifests
from madoguchi.config.backup.engines import engine
from madoguchi.config.backup.errors import BackupUnusable, KeysGone
from madoguchi.config.backup.manifest import DATABASE, Manifest
from madoguchi.config.backup.parcel import unpack
from madoguchi.config.backup.places import alone, private_folder
from madoguchi.config.backup.replay import replay
from madoguchi.config.backup.verify import check_contents
from madoguchi.config.backup.write import identity_of
from madoguchi.config.identity import IDENTITY
from madoguchi.config.install import migrate
from madoguchi.config.start import check_start, moved, unfinished
from madoguchi.config.worker import OFFICE, Worker
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.release import hold_all
from madoguchi.rooms.inquiries.actions.tell_colleague import tell_colleague
from madoguchi.rooms.jobs.actions.claim import reclaim
from madoguchi.rooms.organisation.queries import staff_by_email, waiting_to_be_told
from madoguchi.rooms.vault.actions.adopt_ledger import adopt_ledger, agreed_lines
from madoguchi.rooms.vault.actions.search import reset
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.queries import forget_epochs
from madoguchi.rooms.vault.queries.copies import check_keys_at_hand

if TYPE_CHECKING:
    from madoguchi.rooms.vault.ledger import Line

GONE = "epoch-destroyed"
LATE = timedelta(hours=2)  # the ledger beats hourly; an older end means that lines may be missing


@dataclass(frozen=True, slots=True)
class Restored:
    made_at: datetime
    replayed: int
    held: int


def restore(source: Path, ledger: Path, *, identity: Path | None = None, accepted_by: str = "") -> Restored:
    """A rerun after a kill at any point begins anew; until one has come to its end nothing starts.

    A ledger that ends long before now may lack lines: a named person accepts that, and mail is held.
    The database that was there is kept until the restored one was looked at, and then removed: it holds
    what was erased since.
    """
    lines, key = agreed_lines(ledger), identity_of(identity or settings.KEY_DIR / IDENTITY)
    engine().check_unused()
    with alone(), private_folder("restore") as folder:
        unpack(source, key, folder)
        manifest = manifests.read(folder)
        _check_usable(manifest, lines)
        gap = _has_gap(lines, manifest)
        if gap and not accepted_by:
            raise BackupUnusable(
                "消去台帳が、いまの時刻まで続いていません。",
                next_step="新しい台帳を --ledger で渡すか、抜けを引き受ける職員のメールアドレスを --accept-gap に書いてください。",
            )
        check_contents(folder, manifest)
        with unfinished():
            adopt_ledger(ledger)
            return _bring_back(folder / DATABASE, manifest, lines, accepted_by if gap else "")


def _check_usable(manifest: Manifest, lines: Sequence["Line"]) -> None:
    if manifest.engine != connection.vendor:
        raise BackupUnusable(
            f"このバックアップは {manifest.engine} のものです。同じ種類のデータベースに戻してください。",
            next_step="PostgreSQL に移すときは、SQLite に戻してから `madoguchi db move` を使います。",
        )
    if manifests.newer(manifest.version):
        raise BackupUnusable(
            f"このバックアップは、いまより新しい版({manifest.version})で作られています。",
            next_step="その版を入れてから、もう一度実行してください。",
        )
    needed = [each for each in manifest.keys if each.needed]
    destroyed = {
        (line.facts["kind"], int(line.facts["number"])): line.at for line in lines if line.kind == GONE
    }
    for key in needed:
        if at := destroyed.get((key.kind, key.number)):
            raise KeysGone(_gone(manifest.made_at, datetime.fromisoformat(at)))
    check_keys_at_hand(needed)


def _gone(made_at: datetime, destroyed_at: datetime) -> str:
    return (
        f"{clock.local(made_at):%Y-%m-%d} のバックアップは、もう開けません。その時の鍵を "
        f"{clock.local(destroyed_at):%Y-%m-%d} に廃棄したためです。"
        "消去した方の情報が古いバックアップから読めないように、鍵には期限があります。"
    )


def _has_gap(lines: Sequence["Line"], manifest: Manifest) -> bool:
    """The ledger was cut (it is shorter than when the backup was made), or nobody kept it up to now."""
    late = not lines or clock.now() - datetime.fromisoformat(lines[-1].at) > LATE
    return late or lines[-1].number < manifest.ledger


def _bring_back(database: Path, manifest: Manifest, lines: Sequence["Line"], accepted_by: str) -> Restored:
    """Every step may be killed and begun anew: the copy replaces whatever an earlier attempt left."""
    engine().put_in_place(database)
    migrate()  # a backup of an earlier version is brought up to this one
    reset()  # the search index is of the database from before; the worker makes another
    forget_epochs()
    by = _accepting(accepted_by)
    replayed = replay(lines)
    check_start(restoring=True)
    held = _hold(by) if accepted_by else 0
    details = {"replayed": replayed, "gap": bool(accepted_by), "held": held}
    record("backup.restored", about=Ref("backup", NOBODY), by=by, details=details)
    write_ledger("restored", {"made_at": manifest.made_at.isoformat(), "replayed": str(replayed)})
    engine().forget_before()
    disk.unmark(moved())
    return Restored(manifest.made_at, replayed, held)


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
    for colleague in waiting_to_be_told(clock.now()):
        tell_colleague(colleague)
    return hold_all(by=by)
