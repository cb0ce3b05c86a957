"""What was indexed, sealed under its file's key: the index takes out exactly what it put in.

Without the file's key a copy is as unreadable as the file, so erasing the file erases it too.
"""

import hmac
import json
import os
import zlib
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.rooms.vault.fields import NONCE_BYTES, FileKey

Folded = dict[str, list[str]]  # by field


def seal_copy(key: FileKey, group: UUID, folded: Folded) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, zlib.compress(canonical_json(folded)), group.bytes)


def open_copy(key: FileKey, group: UUID, sealed: bytes) -> Folded:
    packed = _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], group.bytes)
    folded: Folded = json.loads(zlib.decompress(packed))
    return folded


def _cipher(key: FileKey) -> AESGCM:
    return AESGCM(hmac.digest(key.secret, b"search", "sha256"))
