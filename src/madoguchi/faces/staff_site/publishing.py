"""What spans rooms when something is published. No HTTP in here: the command line publishes through it too."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.consent.actions.set_notice import name_facts_anew
from madoguchi.rooms.policy.actions.publish import publish

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion


@action
def publish_draft(
    *, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref, reason: str = ""
) -> "PolicyVersion":
    """Publish what was seen; every notice names the company as it is from then on (clause 10, T-C10-4)."""
    version = publish(entity_id=entity_id, draft_id=draft_id, seen=seen, by=by, reason=reason)
    name_facts_anew(entity_id=entity_id, by=by)
    return version
