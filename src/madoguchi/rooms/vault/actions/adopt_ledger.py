"""Two copies of one ledger, as after a move to another machine: the longer one is the ledger."""

from pathlib import Path

from django.conf import settings

from madoguchi.rooms.vault import ledger
from madoguchi.rooms.vault.errors import LedgerBroken


def agreed_lines(given: Path) -> list[ledger.Line]:
    """The lines of the longer of `given` and the key folder's own. Raises LedgerBroken when they part ways."""
    theirs, ours = list(ledger.read(given)), list(ledger.read(ledger.folder_of(settings.KEY_DIR)))
    shorter, longer = sorted((theirs, ours), key=len)
    if longer[: len(shorter)] != shorter:
        raise LedgerBroken(
            "渡された消去台帳と、鍵フォルダの消去台帳が食い違っています。",
            next_step="どちらが続きのある台帳かを確かめ、正しいほうを鍵フォルダの ledger に置いてください。",
        )
    return longer


def adopt_ledger(given: Path) -> None:
    """From now on the key folder holds the lines of `given` too; a later restore must not miss them."""
    home = ledger.folder_of(settings.KEY_DIR)
    if given.resolve() != home.resolve() and ledger.length(given) > ledger.length(home):
        ledger.take_over(home, given)
