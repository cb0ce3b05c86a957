"""Begin a file: a new data key, wrapped by the key-encryption key of the epoch in use."""

import secrets
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import insert, run
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.keyring import KEY_BYTES
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import current_epoch
from madoguchi.rooms.vault.wrapping import wrap


def new_key() -> FileKey:
    """A key for a file that is not stored yet: what it seals is lost unless `open_file` follows."""
    return FileKey(uuid7(), secrets.token_bytes(KEY_BYTES))


def open_file(*, kind: str, holder: UUID | None, key: FileKey | None = None) -> FileKey:
    """Store a new file inside the caller's transaction; gives back its key, ready to seal."""
    key = key or new_key()
    epoch = current_epoch("kek")
    row = run("INSERT INTO vault_key (wrapped) VALUES (%s) RETURNING id", [wrap(key, epoch)]).fetchone()
    insert(
        File,
        id=key.id,
        kind=kind,
        holder=holder,
        epoch=epoch,
        key_id=row[0],
        opened_at=clock.now(),
    )
    return key
