"""Leave to use a person's address for one purpose: asked of this person's own standing, minted by the gate."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.consent import rules
from madoguchi.rooms.consent.queries.standings import standing_of
from madoguchi.rooms.gate.actions.mint import use_as_announced, use_by_consent
from madoguchi.rooms.gate.rules import Permit, Purpose


@action
def permit_use(*, entity_id: UUID, person: UUID, purpose: Purpose, about: Ref) -> Permit:
    """The action decides the purpose; raises NotShown or NotChosen, which say what can be done instead."""
    rules.check_use(standing_of(entity_id, person), purpose)
    mint = use_by_consent if purpose in rules.CHOSEN else use_as_announced
    return mint(about=about, recipient=Ref("person", person), purpose=purpose)
