"""The key of a file under the key of an epoch: AES-256-GCM, bound to the file."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import NONCE_BYTES, FileKey
from madoguchi.rooms.vault.keyring import keyring


def wrap(key: FileKey, epoch: int) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + keyring().wrapper(epoch).encrypt(nonce, key.secret, _bound(key.id))


def unwrap(file: UUID, wrapped: bytes | memoryview, wrapper: AESGCM) -> FileKey:
    """Raises FileErased for what this epoch's key did not wrap, or not for this file."""
    raw = bytes(wrapped)
    try:
        secret = wrapper.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(file))
    except (InvalidTag, ValueError):
        raise FileErased("この内容は、いまの鍵では開けません。") from None
    return FileKey(file, secret)


def _bound(file: UUID) -> bytes:
    return b"file\x00" + file.bytes
