"""Take a backup while serving. It appears under its name only when it is whole, on disk, and read again."""

import os
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import connection

from madoguchi import __version__
from madoguchi.config import disk
from madoguchi.config.backup import manifest as manifests
from madoguchi.config.backup.engines import counted, engine
from madoguchi.config.backup.errors import BackupNotWritten, BackupUnusable
from madoguchi.config.backup.manifest import DATABASE, Manifest
from madoguchi.config.backup.parcel import digest_of, pack
from madoguchi.config.backup.places import alone, private_folder
from madoguchi.config.backup.verify import own_identity, prove
from madoguchi.config.identity import IDENTITY, read_identity
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.foundation.lib.transactions import snapshot
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.vault.queries.copies import keys_in_use, ledger_length


@dataclass(frozen=True, slots=True)
class Written:
    """`proof`: "opened" (decrypted and looked at) or "reread" (the encrypted bytes are on the disk)."""

    path: Path
    proof: str


def write_backup(target: Path, recipient: str = "", *, nightly: bool = False) -> Written:
    """Raises Busy, BackupNotWritten or BackupUnusable; what lay under this name before is still there then."""
    to = recipient_of(recipient)
    with alone():
        part = target.absolute().with_name(f".{target.name}.part")
        try:
            proof = _write(part, to)
            disk.put(part, target)
        except OSError as error:
            raise BackupNotWritten(
                f"{target} に書けませんでした({os.strerror(error.errno or 0)})。",
                next_step="空き容量と、フォルダの権限を確かめてください。",
            ) from None
        finally:
            part.unlink(missing_ok=True)
        details: dict[str, str | int | bool] = {"proof": proof, "nightly": nightly}
        record("backup.made", about=Ref("backup", NOBODY), by=COMMAND, details=details)
    return Written(target, proof)


def _write(part: Path, to: pyrage.x25519.Recipient) -> str:
    with private_folder("backup") as folder:
        manifest = _copy(folder)
        if own_identity(to) is None:  # nobody here can open it afterwards: look at the copy before
            engine().check(folder / DATABASE, manifest.rows)
        members = {name: folder / name for name in (manifests.NAME, DATABASE)}
        digests = pack(part, members, to)
        for path in members.values():
            path.unlink()
        return prove(part, digests, manifest, folder, to)


def _copy(folder: Path) -> Manifest:
    """The ledger's end is noted first: what is written into it later is done again by a restore anyway."""
    database, ledger = folder / DATABASE, ledger_length()
    with snapshot():
        made_at, keys, rows = clock.now(), keys_in_use(), counted()
        engine().copy(database)
    manifest = Manifest(
        version=__version__,
        made_at=made_at,
        engine=connection.vendor,
        rows=rows,
        digests={DATABASE: digest_of(database)},
        ledger=ledger,
        keys=keys,
    )
    manifest.write(folder)
    return manifest


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """The age public key as given, or the one of this installation."""
    if not text:
        return identity_of(settings.KEY_DIR / IDENTITY).to_public()
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BackupUnusable(
            "宛て先(--to または MADOGUCHI_BACKUP_TO)は、age の公開鍵ではありません。",
            next_step="age1 で始まる公開鍵を書いてください。",
        ) from None


def identity_of(path: Path) -> pyrage.x25519.Identity:
    try:
        return read_identity(path)
    except (pyrage.IdentityError, OSError, UnicodeDecodeError):
        raise BackupUnusable(
            f"{path} から age の秘密鍵を読めません。",
            next_step="AGE-SECRET-KEY-1 で始まる行のあるファイルを使ってください。",
        ) from None
