"""The first keys of an installation: written to disk before the database knows them, safe to repeat."""

from pathlib import Path

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.keyring import KINDS, SINGLE, Key, forget_keys, keyring, write_key
from madoguchi.rooms.vault.models import Epoch
from madoguchi.rooms.vault.queries.epochs import forget_epochs, periods


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
            write_key(folder, kind, 1, made_at=clock.now(), marked_by=None)
    forget_keys()
    _know([keyring().key(kind) for kind in (*KINDS, *SINGLE)])


@action
def _know(keys: list[Key]) -> None:
    now, length = clock.now(), periods()
    for key in keys:
        epoch = {"fingerprint": key.fingerprint, "opened_at": now, "in_use_from": now}
        if key.kind in KINDS:
            epoch["destroy_on"] = rules.last_day(now, length)
        Epoch.objects.get_or_create(kind=key.kind, number=key.number, defaults=epoch)
    forget_epochs()
