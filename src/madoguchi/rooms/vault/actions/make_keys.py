"""The first keys of an installation: written to disk before the database knows them, safe to repeat."""

from pathlib import Path

from django.conf import settings

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.keyring import KINDS, SINGLE, Key, forget_keys, keyring, write_key
from madoguchi.rooms.vault.models import Epoch
from madoguchi.rooms.vault.queries import forget_epochs


def make_keys() -> None:
    """Make what is missing only while the database knows no epoch: a lost key is never replaced silently."""
    folder: Path = settings.KEY_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    forget_keys()
    if Epoch.objects.exists():
        return
    ring = keyring()
    for kind in (*KINDS, *SINGLE):
        if (kind, 1) not in ring.keys:
            write_key(folder, kind, 1)
    forget_keys()
    _know([keyring().key(kind) for kind in (*KINDS, *SINGLE)])


@action
def _know(keys: list[Key]) -> None:
    for key in keys:
        Epoch.objects.get_or_create(
            kind=key.kind, number=key.number, defaults={"fingerprint": key.fingerprint}
        )
    forget_epochs()
