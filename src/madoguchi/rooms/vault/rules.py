"""When keys fit the database, and when they may not be used."""

from collections.abc import Iterable
from typing import Protocol

from madoguchi.rooms.promises.registry import keeps
from madoguchi.rooms.vault.errors import FileErased, KeysUnusable
from madoguchi.rooms.vault.keyring import Keyring, file_name


class KnownEpoch(Protocol):
    kind: str
    number: int
    fingerprint: str


class Wrapped(Protocol):
    @property
    def wrapped(self) -> bytes | memoryview | None: ...


@keeps("vault.erased-stays-erased")
def check_not_erased(file: Wrapped) -> None:
    if file.wrapped is None:
        raise FileErased


def check_keys_fit(epochs: Iterable[KnownEpoch], ring: Keyring) -> None:
    """Every living epoch has its key, and it is the key that the database was written with."""
    for epoch in epochs:
        if ring.key(epoch.kind, epoch.number).fingerprint != epoch.fingerprint:
            raise KeysUnusable(
                f"鍵ファイル {file_name(epoch.kind, epoch.number)} は、このデータベースの鍵ではありません。"
                "同じ日のバックアップの鍵とデータを組にして戻してください。"
            )
