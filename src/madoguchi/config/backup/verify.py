"""Read back from the disk what was just written, and look inside when the key is at hand."""

from pathlib import Path

import pyrage
from django.conf import settings

from madoguchi.config import disk
from madoguchi.config.backup import manifest as manifests
from madoguchi.config.backup.engines import engine
from madoguchi.config.backup.errors import BackupUnproven, BackupUnusable
from madoguchi.config.backup.manifest import DATABASE, Manifest
from madoguchi.config.backup.parcel import Digests, digest_of, unpack
from madoguchi.config.identity import IDENTITY, read_identity
from madoguchi.foundation.lib.errors import Refusal

OPENED, REREAD = "opened", "reread"


def prove(written: Path, said: Digests, manifest: Manifest, folder: Path, to: pyrage.x25519.Recipient) -> str:
    """How it was proven. `folder` is private and empty. Raises BackupUnproven."""
    disk.forget_cached(written)
    identity = own_identity(to)
    try:
        if identity is None:
            _same(digest_of(written) == said.outside)
            return REREAD
        _same(unpack(written, identity, folder) == said)
        check_contents(folder, manifests.read(folder), expected=manifest)
    except Refusal:
        raise BackupUnproven from None
    return OPENED


def check_contents(folder: Path, found: Manifest, *, expected: Manifest | None = None) -> None:
    """What was unpacked is what the manifest says, byte for byte and row for row. Raises BackupUnusable."""
    _same(expected is None or found == expected)
    database = folder / DATABASE
    _same(database.is_file() and found.digests == {DATABASE: digest_of(database)})
    engine().check(database, found.rows)


def _same(whole: bool) -> None:
    if not whole:
        raise BackupUnusable("バックアップの中身が、記された内容と同じではありません。")


def own_identity(to: pyrage.x25519.Recipient) -> pyrage.x25519.Identity | None:
    """Our own key, if it is the one that opens this; a key kept elsewhere is not asked for."""
    try:
        identity = read_identity(settings.KEY_DIR / IDENTITY)
    except (pyrage.IdentityError, OSError, UnicodeDecodeError):
        return None
    return identity if str(identity.to_public()) == str(to) else None
