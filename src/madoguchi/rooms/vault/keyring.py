"""The key files, outside the data: one file an epoch, each naming its kind and number.

`kek-0001.key` wraps the keys of files, `index-0001.key` blinds addresses and phone numbers for look-up,
`suppression.key` outlives every epoch (so that "never mail me again" survives), `ledger.key` signs the
ledger of erasures (Ed25519). A missing, cut, wrong or swapped file stops the program before it opens
anything; the database holds a fingerprint of each, and a key made later carries a mark of this installation.
"""

import hmac
import json
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.vault.errors import KeysUnusable

KEY_BYTES = 32
KINDS = ("kek", "index")
SINGLE = ("suppression", "ledger")
NOT_EPOCHS = ("secret.key",)  # signs links; it lies here because it must not lie with the data
_NAME = re.compile(rf"({'|'.join(KINDS)})-[0-9]{{4,5}}\.key|({'|'.join(SINGLE)})\.key")


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `mark` proves that this installation made it; the first of each kind has none."""

    kind: str
    number: int
    secret: bytes = field(repr=False)
    made_at: datetime
    mark: str = ""

    @property
    def fingerprint(self) -> str:
        return sha256(b"madoguchi.fingerprint\x00" + self.kind.encode() + b"\x00" + self.secret)[:32]


@dataclass(frozen=True)
class Keyring:
    """All keys of one folder. A number that it lacks is looked for there once more: another process, or
    another machine, may have made it meanwhile. A ring out of a backup has no folder."""

    keys: dict[tuple[str, int], Key]
    folder: Path | None = None

    def key(self, kind: str, number: int = 1) -> Key:
        if (kind, number) not in self.keys and self.folder is not None:
            self.keys.update(read_folder(self.folder).keys)
        try:
            return self.keys[kind, number]
        except KeyError:
            raise KeysUnusable(self._missing(kind, number)) from None

    def numbers(self, kind: str) -> list[int]:
        return sorted(number for each, number in self.keys if each == kind)

    def wrapper(self, epoch: int) -> AESGCM:
        return _cipher(self.key("kek", epoch).secret)

    def made_here(self, key: Key) -> bool:
        return hmac.compare_digest(key.mark, self.mark_for(key))

    def mark_for(self, key: Key) -> str:
        bound = f"madoguchi.key\0{key.kind}\0{key.number}\0{key.made_at.isoformat()}\0".encode()
        return hmac.digest(self.key("suppression").secret, bound + key.secret, "sha256").hex()

    def _missing(self, kind: str, number: int) -> str:
        mend = "鍵のバックアップから元の場所に戻してください。"
        if kind in KINDS and max(self.numbers(kind), default=0) > number:
            mend += "期日に廃棄した鍵なら、このデータは開けません。もっと新しいバックアップを使ってください。"
        return f"鍵ファイル {file_name(kind, number)} が {self.folder or '鍵のバックアップ'} にありません。{mend}"


@lru_cache(maxsize=16)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(secret)


def file_name(kind: str, number: int) -> str:
    return f"{kind}.key" if kind in SINGLE else f"{kind}-{number:04}.key"


# -- writing -----------------------------------------------------------------------------------------


def write_key(folder: Path, kind: str, number: int, *, made_at: datetime, marked_by: Keyring | None) -> Key:
    """A new random key on disk, whole or not at all (owner only); never replaces a file."""
    key = Key(kind, number, secrets.token_bytes(KEY_BYTES), made_at)
    text = {
        "kind": kind,
        "number": number,
        "made_at": made_at.isoformat(),
        "key": b64encode(key.secret).decode(),
    }
    if marked_by is not None:
        text["mark"] = marked_by.mark_for(key)
    path = folder / file_name(kind, number)
    part = path.with_name(f".{path.name}.part")  # what a kill leaves of it is no key file
    sweep(folder)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(text, file)
        file.flush()
        os.fsync(file.fileno())
    os.link(part, path)
    part.unlink()
    _sync(folder)
    return read_key(path)


def remove_key(folder: Path, kind: str, number: int) -> None:
    """Out of the ring at once, then overwritten and taken away. Safe to repeat.

    Storage that keeps old blocks (flash, snapshots) may still hold it: that is told in the docs.
    """
    path = folder / file_name(kind, number)
    if path.exists():
        path.rename(path.with_name(f".{path.name}.dead"))  # an overwritten key file would stop the next start
        _sync(folder)
    sweep(folder)
    forget_keys()


def sweep(folder: Path) -> None:
    """Take away what a kill left of a key being written (it may be a second name of a whole one, so it is only
    unlinked), and then overwrite what it left of one being destroyed."""
    for part in folder.glob(".*.key.part"):
        part.unlink(missing_ok=True)
    for dead in folder.glob(".*.key.dead"):
        descriptor = os.open(dead, os.O_WRONLY)
        try:
            os.write(descriptor, os.urandom(os.fstat(descriptor).st_size))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        dead.unlink()
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- reading -----------------------------------------------------------------------------------------


def read_key(path: Path) -> Key:
    try:
        raw = path.read_bytes()
    except OSError:
        raise KeysUnusable(
            f"鍵ファイル {path.name} を読めません。動かす利用者だけが読めるように、持ち主と権限を元に戻してください。"
        ) from None
    key = parse_key(path.name, raw)
    name = file_name(key.kind, key.number)
    if name == path.name:
        return key
    if not _NAME.fullmatch(path.name) or _same_content(path.with_name(name), raw):
        raise KeysUnusable(
            f"鍵ファイル {path.name} は {name} の写しです。写しを鍵フォルダの外に移して、元に戻してください。"
        )
    raise KeysUnusable(f"鍵ファイル {path.name} の中身は {name} です。名前を元に戻してください。")


def parse_key(name: str, raw: bytes) -> Key:
    """What a key file says; raises KeysUnusable unless it is whole."""
    mend = f"鍵ファイル {name} が壊れているか、途中で切れています。鍵のバックアップから戻してください。"
    try:
        text = json.loads(raw.decode("ascii"))
        secret = b64decode(text["key"], validate=True)
        made_at = datetime.fromisoformat(text["made_at"])
        key = Key(str(text["kind"]), int(text["number"]), secret, made_at, str(text.get("mark", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeysUnusable(mend) from None
    if len(key.secret) != KEY_BYTES or key.kind not in (*KINDS, *SINGLE) or key.number < 1:
        raise KeysUnusable(mend)
    return key


def _same_content(path: Path, raw: bytes) -> bool:
    return path.is_file() and path.read_bytes() == raw


def key_files(folder: Path) -> list[Path]:
    """Paths of the keys that belong to a ring, in order; raises KeysUnusable for a folder that cannot be read."""
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        raise KeysUnusable(
            f"鍵フォルダ {folder} がありません。MADOGUCHI_KEY_DIR を確かめてください。"
        ) from None
    except OSError:
        raise KeysUnusable(
            f"鍵フォルダ {folder} を読めません。フォルダであることと、持ち主と権限を確かめてください。"
        ) from None
    return [folder / name for name in names if _is_key(name)]


def _is_key(name: str) -> bool:
    return name.endswith(".key") and not name.startswith(".") and name not in NOT_EPOCHS


def ring_of(keys: Collection[Key], folder: Path | None = None) -> Keyring:
    return Keyring({(key.kind, key.number): key for key in keys}, folder)


def read_folder(folder: Path) -> Keyring:
    return ring_of([read_key(path) for path in key_files(folder)], folder)


# -- the ring of this process ------------------------------------------------------------------------

_rings: dict[Path, Keyring] = {}


def keyring() -> Keyring:
    """Read once; what is added to the folder later is found when it is asked for."""
    folder: Path = settings.KEY_DIR
    ring = _rings.get(folder)
    if ring is None:
        ring = _rings[folder] = read_folder(folder)
    return ring


def forget_keys() -> None:
    """After keys were made, rotated or destroyed: the next use reads the folder again."""
    _rings.clear()
    _cipher.cache_clear()


def forget_destroyed(living: Mapping[str, Collection[int]]) -> None:
    """So that a key destroyed by another process does not live on in the memory of this one."""
    ring = _rings.get(settings.KEY_DIR)
    held = list(ring.keys) if ring else []
    for kind, number in held:
        if ring and kind in living and number not in living[kind]:
            ring.keys.pop((kind, number), None)
            _cipher.cache_clear()
