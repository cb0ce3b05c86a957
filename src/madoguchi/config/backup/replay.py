"""What the ledger's lines mean for a database that is older than they are. Every act may be repeated."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.consent.actions.choose import apply_withdrawal
from madoguchi.rooms.inventory.actions.replay import replay_erasures
from madoguchi.rooms.vault.actions.rotate import replay_epoch
from madoguchi.rooms.vault.actions.search import reset

if TYPE_CHECKING:
    from madoguchi.rooms.vault.ledger import Line


def replay(lines: Sequence["Line"]) -> int:
    """Gives back how many acts were done again. The search index is of another database: it is made anew."""
    reset()
    acted = 0
    for line in lines:
        act = REPLAYS.get(line.kind)
        if act is not None:
            act(line)
            acted += 1
    return acted + replay_erasures(lines)


def _withdrawal(line: "Line") -> None:
    apply_withdrawal(
        person=UUID(line.facts["person"]),
        purpose=line.facts["purpose"],
        mark=bytes.fromhex(line.facts["mark"]),
        by=COMMAND,
        asked_at=datetime.fromisoformat(line.at),
    )


def _epoch(line: "Line") -> None:
    replay_epoch(line.kind, line.facts)


REPLAYS: Mapping[str, Callable[["Line"], None]] = {
    "withdrawal": _withdrawal,
    "epoch-closed": _epoch,
    "epoch-destroyed": _epoch,
}
