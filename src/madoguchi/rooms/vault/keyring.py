"""The key files, outside the data: one file an epoch, each naming its kind and number.

`kek-0001.key` wraps the keys of files, `index-0001.key` blinds addresses and phone numbers for look-up,
`suppression.key` outlives every epoch (so that "never mail me again" survives), `ledger.key` signs the
ledger of erasures (Ed25519). A missing, cut, wrong or swapped file stops the program before it opens
anything; the database holds a fingerprint of each.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.vault.errors import KeysUnusable

KEY_BYTES = 32
KINDS = ("kek", "index")
SINGLE = ("suppression", "ledger")


@dataclass(frozen=True, slots=True)
class Key:
    kind: str
    number: int
    secret: bytes

    @property
    def fingerprint(self) -> str:
        return sha256(b"madoguchi.fingerprint\x00" + self.kind.encode() + b"\x00" + self.secret)[:32]


@dataclass(frozen=True)
class Keyring:
    """All keys of one folder, read at once. Compared by identity: a changed folder is a new ring."""

    keys: dict[tuple[str, int], Key]

    def key(self, kind: str, number: int = 1) -> Key:
        try:
            return self.keys[kind, number]
        except KeyError:
            raise KeysUnusable(_missing(kind, number)) from None

    def numbers(self, kind: str) -> list[int]:
        return sorted(number for each, number in self.keys if each == kind)

    def wrapper(self, epoch: int) -> AESGCM:
        return _cipher(self.key("kek", epoch).secret)


@lru_cache(maxsize=16)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(secret)


def file_name(kind: str, number: int) -> str:
    return f"{kind}.key" if kind in SINGLE else f"{kind}-{number:04}.key"


def _missing(kind: str, number: int) -> str:
    return (
        f"鍵ファイル {file_name(kind, number)} が {settings.KEY_DIR} にありません。"
        "鍵のバックアップから元の場所に戻してください。"
    )


def write_key(folder: Path, kind: str, number: int) -> Key:
    """Make a new random key and put it on disk (fsync, owner only); never replaces a file."""
    key = Key(kind, number, secrets.token_bytes(KEY_BYTES))
    text = {
        "kind": kind,
        "number": number,
        "made_at": clock.now().isoformat(),
        "key": b64encode(key.secret).decode(),
    }
    path = folder / file_name(kind, number)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(text, file)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path) -> Key:
    mend = f"鍵ファイル {path.name} が壊れているか、途中で切れています。鍵のバックアップから戻してください。"
    try:
        text = json.loads(path.read_text(encoding="ascii"))
        key = Key(text["kind"], int(text["number"]), b64decode(text["key"], validate=True))
    except (OSError, ValueError, KeyError, TypeError):
        raise KeysUnusable(mend) from None
    if len(key.secret) != KEY_BYTES:
        raise KeysUnusable(mend)
    if file_name(key.kind, key.number) != path.name:
        raise KeysUnusable(
            f"鍵ファイル {path.name} の中身は {file_name(key.kind, key.number)} です。名前を元に戻してください。"
        )
    return key


def read_folder(folder: Path) -> Keyring:
    if not folder.is_dir():
        raise KeysUnusable(f"鍵フォルダ {folder} がありません。MADOGUCHI_KEY_DIR を確かめてください。")
    paths = [path for path in sorted(folder.glob("*.key")) if path.name != "secret.key"]
    keys = [read_key(path) for path in paths]
    return Keyring({(key.kind, key.number): key for key in keys})


@lru_cache(maxsize=4)
def _ring(folder: Path) -> Keyring:
    return read_folder(folder)


def keyring() -> Keyring:
    return _ring(settings.KEY_DIR)


def forget_keys() -> None:
    """After keys were made, rotated or destroyed: the next use reads the folder again."""
    _ring.cache_clear()
