"""The file itself: a tar of a manifest and a database, encrypted with age. Any age and any tar can open it.

The tar is never on the disk: it is made while it is encrypted, and unpacked while it is decrypted.
"""

import hashlib
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from madoguchi.config import disk
from madoguchi.config.backup.errors import BackupNotWritten, BackupUnusable

PIECE = 1024 * 1024  # bytes
_BLOCK = tarfile.BLOCKSIZE


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 of the encrypted file, and of the tar inside."""

    outside: str
    inside: str


class _Reading:
    """Pieces as a file to read from, counted into a digest."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._left = iter(pieces), memoryview(b"")
        self.digest = hashlib.sha256()
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        if not self._left:
            try:
                self._left = memoryview(next(self._pieces, b""))
            except BaseException as error:
                self.error = error
                raise
        piece, self._left = bytes(self._left[:size]), self._left[size:]
        self.digest.update(piece)
        return piece


class _Writing:
    """A file to write to, counted into a digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()
        self.error: BaseException | None = None

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        try:
            return self._file.write(piece)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()


def pack(target: Path, members: Mapping[str, Path], to: pyrage.x25519.Recipient) -> Digests:
    """On disk when this returns; readable by its owner only."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=PIECE) as file:
        inside, outside = _Reading(_tar(members)), _Writing(file)
        try:
            pyrage.encrypt_io(inside, outside, [to])
        except pyrage.EncryptError:  # what went wrong in our own hands says more
            raise inside.error or outside.error or BackupNotWritten from None
    disk.sync(target)
    return Digests(outside.digest.hexdigest(), inside.digest.hexdigest())


def _tar(members: Mapping[str, Path]) -> Iterator[bytes]:
    for name, path in members.items():
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = path.stat().st_size, 0o600
        yield entry.tobuf()
        yield from pieces(path)
        yield bytes(-entry.size % _BLOCK)
    yield bytes(2 * _BLOCK)


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def digest_of(path: Path) -> str:
    found = hashlib.sha256()
    for piece in pieces(path):
        found.update(piece)
    return found.hexdigest()


def unpack(source: Path, identity: pyrage.x25519.Identity, folder: Path) -> Digests:
    """Members land in `folder`. What a wrong key, a cut or an altered byte gives is BackupUnusable."""
    outside, trouble = _Reading(pieces(source)), list[BaseException]()
    receiving, sending = os.pipe()

    def decrypt() -> None:
        try:
            with os.fdopen(sending, "wb", buffering=PIECE) as pipe:
                pyrage.decrypt_io(outside, pipe, [identity])
        except (pyrage.DecryptError, OSError, ValueError) as error:
            trouble.append(error)

    thread = threading.Thread(target=decrypt, name="decrypt", daemon=True)
    thread.start()
    with os.fdopen(receiving, "rb") as pipe:
        inside = _Reading(iter(lambda: pipe.read(PIECE), b""))
        try:
            _untar(inside, folder)
        except (tarfile.TarError, EOFError) as error:
            trouble.append(error)
    thread.join()
    if trouble:
        raise BackupUnusable("バックアップを復号できません。鍵(backup.agekey)とファイルを確かめてください。")
    return Digests(outside.digest.hexdigest(), inside.digest.hexdigest())


def _untar(stream: Any, folder: Path) -> None:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        tar.extractall(folder, filter="data")
    while stream.read(PIECE):  # what follows the last member counts into the digest as well
        pass
