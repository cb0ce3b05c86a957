"""Keys of files, blind look-up values, and what the ledger and the key folder say."""

import hmac
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings

from madoguchi.rooms.vault import ledger, rules
from madoguchi.rooms.vault.errors import FileErased, KeysUnusable
from madoguchi.rooms.vault.fields import NONCE_BYTES, FileKey
from madoguchi.rooms.vault.keyring import keyring
from madoguchi.rooms.vault.models import Attachment, Chunk, Epoch, File

BLIND_BYTES = 32  # two bytes of epoch, thirty of HMAC-SHA-256


@lru_cache(maxsize=8)
def _current_epoch(kind: str, database: str) -> int:
    number = (
        Epoch.objects.filter(kind=kind, closed_at=None)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    if number is None:
        raise KeysUnusable("鍵がまだありません。`madoguchi init` を実行してください。")
    return number


def current_epoch(kind: str) -> int:
    """The number of the epoch that is open for new keys of this kind ("kek" or "index")."""
    return _current_epoch(kind, str(settings.DATABASES["default"]["NAME"]))


def forget_epochs() -> None:
    _current_epoch.cache_clear()


def file_key(file_id: UUID) -> FileKey:
    """The key of one file; raises FileErased when it was destroyed."""
    return _unwrap(File.objects.only("id", "epoch", "wrapped").get(id=file_id))


def file_keys(file_ids: Iterable[UUID]) -> dict[UUID, FileKey]:
    """Keys of many files in one query; erased ones are left out."""
    files = File.objects.only("id", "epoch", "wrapped").filter(id__in=list(file_ids), wrapped__isnull=False)
    return {file.id: _unwrap(file) for file in files}


def _unwrap(file: File) -> FileKey:
    rules.check_not_erased(file)
    raw = bytes(file.wrapped or b"")
    try:
        secret = (
            keyring()
            .wrapper(file.epoch)
            .decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"file\x00" + file.id.bytes)
        )
    except InvalidTag:
        raise FileErased("この内容は、いまの鍵では開けません。") from None
    return FileKey(file.id, secret)


def blind(kind: str, canonical: str) -> bytes:
    """The look-up value of an address or number under the open epoch: equal for equal, opaque without the key."""
    return _blind(kind, canonical, current_epoch("index"))


def blinds(kind: str, canonical: str) -> list[bytes]:
    """The same under every living epoch, for looking up what was stored before a rotation."""
    return [_blind(kind, canonical, number) for number in keyring().numbers("index")]


def _blind(kind: str, canonical: str, epoch: int) -> bytes:
    secret = keyring().key("index", epoch).secret
    mac = hmac.digest(secret, kind.encode() + b"\x00" + canonical.encode(), "sha256")
    return epoch.to_bytes(2) + mac[: BLIND_BYTES - 2]


def suppression_mark(kind: str, canonical: str) -> bytes:
    """Under the permanent key: "never mail this address" must outlive every epoch (LAW 6.4)."""
    secret = keyring().key("suppression").secret
    return hmac.digest(secret, kind.encode() + b"\x00" + canonical.encode(), "sha256")


def check_keys() -> None:
    """Raises KeysUnusable, with the mend, unless the key folder fits this database."""
    rules.check_keys_fit(Epoch.objects.filter(destroyed_at=None), keyring())


def read_attachment(attachment_id: UUID) -> Iterator[bytes]:
    """The content of an attachment, one opened chunk at a time."""
    attachment = Attachment.objects.get(id=attachment_id)
    key = file_key(attachment.file_id)
    for chunk_id in attachment.chunks.order_by("position").values_list("id", flat=True):
        yield key.open_bytes(
            Chunk, "content", chunk_id, Chunk.objects.values_list("content", flat=True).get(id=chunk_id)
        )


def read_ledger(folder: Path) -> Iterator[ledger.Line]:
    """The lines of a ledger folder, proven one by one (see `ledger.read`)."""
    return ledger.read(folder)
