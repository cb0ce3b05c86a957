"""How the sender stood when somebody last looked: `check` says so without asking the network."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.queries.sender import state_key
from madoguchi.rooms.organisation.actions.remember import remember

KEPT = 90 * 24 * 3600.0  # seconds


def note_sender(*, entity_id: UUID, wrong: int) -> None:
    remember(key=state_key(entity_id), value={"wrong": wrong, "at": clock.now().isoformat()}, seconds=KEPT)
