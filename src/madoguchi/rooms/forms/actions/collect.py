"""Begin or stop collecting an item, and let every form ask exactly what is collected: one transaction."""

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.forms.actions.set_form import ask_switched
from madoguchi.rooms.inventory import rules as inventory
from madoguchi.rooms.inventory.actions.switch import switch
from madoguchi.rooms.inventory.queries.switches import item
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.policy.queries.versions import announced


@action
def collect(*, viewer: Viewer, code: str, on: bool) -> bool:
    """True when something changed. Nothing begins that the policy in force does not announce (clause 2)."""
    found = item(code)
    inventory.check_officer(viewer.role)
    if on:
        inventory.check_announced(found, announced(viewer.entity_id))
    changed = switch(viewer=viewer, code=code, on=on)
    if changed:
        ask_switched(entity_id=viewer.entity_id, by=viewer.ref)
    return changed
