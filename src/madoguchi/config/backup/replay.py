"""What the ledger's lines mean for a database that is older than they are. Every act may be repeated."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.consent.actions.choose import apply_withdrawal
from madoguchi.rooms.gate.actions.stop import lift, stop_again
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


def _stop(line: "Line") -> None:
    stop_again(**_stopped(line), by=COMMAND, asked_at=datetime.fromisoformat(line.at))


def _stop_lifted(line: "Line") -> None:
    lift(**_stopped(line), by=COMMAND, asked_before=datetime.fromisoformat(line.at))


def _stopped(line: "Line") -> dict[str, Any]:
    facts = line.facts
    about = UUID(facts["about"]) if "about" in facts else None
    return {"person": UUID(facts["person"]), "scope": facts["scope"], "about": about}


def _epoch(line: "Line") -> None:
    replay_epoch(line.kind, line.facts)


REPLAYS: Mapping[str, Callable[["Line"], None]] = {
    "withdrawal": _withdrawal,
    "stop": _stop,
    "stop-lifted": _stop_lifted,
    "epoch-closed": _epoch,
    "epoch-destroyed": _epoch,
}
