"""Seals what the sign-in of staff keeps in framework tables: session data, secrets of the second step.

AES-256-GCM under a key drawn from the site's secret key (HKDF-SHA-256, one key a purpose), which lies with
the other keys, outside the data; what passes (sessions) under one drawn from the epoch's.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.queries.passing import newest, passing_key

_NONCE_BYTES = 12
_EPOCH_BYTES = 2


class NotOurs(ValueError):
    """Sealed under another key or for another purpose, or not sealed at all."""


@lru_cache(maxsize=16)
def _cipher(secret: str, purpose: str) -> AESGCM:
    derivation = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"madoguchi.staff-site.{purpose}".encode()
    )
    return AESGCM(derivation.derive(secret.encode()))


def seal(purpose: str, text: str) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(settings.SECRET_KEY, purpose).encrypt(nonce, text.encode(), purpose.encode())
    return urlsafe_b64encode(nonce + sealed).decode("ascii")


def unseal(purpose: str, sealed: str) -> str:
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
        cipher = _cipher(settings.SECRET_KEY, purpose)
        return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise NotOurs from error


def seal_passing(purpose: str, text: str) -> str:
    epoch, nonce = newest(), os.urandom(_NONCE_BYTES)
    sealed = AESGCM(passing_key(purpose, epoch)).encrypt(nonce, text.encode(), purpose.encode())
    return urlsafe_b64encode(epoch.to_bytes(_EPOCH_BYTES) + nonce + sealed).decode("ascii")


def unseal_passing(purpose: str, sealed: str) -> str:
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
        epoch, rest = int.from_bytes(raw[:_EPOCH_BYTES]), raw[_EPOCH_BYTES:]
        cipher = AESGCM(passing_key(purpose, epoch))
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], purpose.encode()).decode()
    except (ValueError, InvalidTag, KeysUnusable) as error:
        raise NotOurs from error
