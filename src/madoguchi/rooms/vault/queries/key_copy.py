"""Whether a copy of the key folder would do: its keys are ours, and one of our files opens with each."""

from collections.abc import Mapping

from madoguchi.foundation.lib import clock
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.errors import FileErased, KeysUnusable
from madoguchi.rooms.vault.keyring import Keyring, file_name, key_files, parse_key, ring_of
from madoguchi.rooms.vault.models import Epoch, File
from madoguchi.rooms.vault.wrapping import unwrap

__all__ = ("key_files",)
_TRIES = 3  # files of an epoch: one damaged file does not condemn a good key


def ring_of_copy(files: Mapping[str, bytes]) -> Keyring:
    """Keys by file name, as they lay in the folder; they are never put on a disk here."""
    return ring_of([parse_key(name, raw) for name, raw in files.items()])


def check_copy(ring: Keyring) -> int:
    """Raises KeysUnusable, with the name of the key that is wrong; gives back how many files were opened."""
    rules.check_keys_fit(Epoch.objects.all(), ring, today=clock.today())
    used = Epoch.objects.filter(kind="kek", closed_at=None, in_use_from__isnull=False)
    return sum(_opens_one(ring, number) for number in used.values_list("number", flat=True))


def _opens_one(ring: Keyring, epoch: int) -> bool:
    living = File.objects.filter(epoch=epoch, destroyed_at=None, ending=None)
    files = list(living.select_related("key").only("key__wrapped")[:_TRIES])
    for file in files:
        try:
            unwrap(file.id, file.key.wrapped, ring.wrapper(epoch))
        except FileErased:
            continue
        return True
    if files:
        raise KeysUnusable(
            f"鍵のバックアップの {file_name('kek', epoch)} では、保存されている内容を開けません。"
        )
    return False
