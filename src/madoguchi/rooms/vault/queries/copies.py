"""What a copy of the database has to say about keys and ledger, so that a restore knows whether it can be read."""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

from madoguchi.rooms.vault import ledger
from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.keyring import KINDS, file_name, keyring
from madoguchi.rooms.vault.models import Epoch
from madoguchi.rooms.vault.queries.epochs import in_use


class KeyInUse(NamedTuple):
    """A key that was not destroyed yet; `needed` when something lies under it, or nothing works without it."""

    kind: str
    number: int
    fingerprint: str
    needed: bool


def keys_in_use() -> list[KeyInUse]:
    """Inside a snapshot: as of the copy that is made in it."""
    living = Epoch.objects.filter(destroyed_at=None).order_by("kind", "number")
    return [KeyInUse(each.kind, each.number, each.fingerprint, _needed(each)) for each in living]


def _needed(epoch: Epoch) -> bool:
    return epoch.kind not in KINDS or epoch.closed_at is None or in_use(epoch.kind, epoch.number)


def check_keys_at_hand(needed: Iterable[KeyInUse]) -> None:
    """Raises KeysUnusable, with the mend, unless each of these keys lies in the key folder."""
    ring = keyring()
    for key in needed:
        if ring.key(key.kind, key.number).fingerprint != key.fingerprint:
            raise KeysUnusable(
                f"鍵ファイル {file_name(key.kind, key.number)} は、このバックアップの鍵ではありません。"
                "同じ日の鍵のバックアップから戻してください。"
            )


def ledger_length() -> int:
    """The number of the ledger's last line; 0 before the first."""
    return ledger.length(ledger.folder_of(settings.KEY_DIR))
