"""Note in the ledger what must survive a restore, before it is done."""

from collections.abc import Mapping

from django.conf import settings

from madoguchi.rooms.vault import ledger


def write_ledger(kind: str, *facts: Mapping[str, str]) -> None:
    """A signed line for each: ids and keyed marks (hex), on disk when this returns. Not inside a transaction."""
    ledger.write(ledger.folder_of(settings.KEY_DIR), kind, facts)
