"""When the desk is open, and within what it answers. Who looks after the installation sets it."""

from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.models import LegalEntity
from madoguchi.rooms.organisation.queries import Viewer


@action
def set_hours(*, viewer: Viewer, hours: Hours) -> bool:
    """True when something changed; what is due by the hours before is recomputed by whoever calls."""
    rules.check_administers(viewer.role)
    entity = LegalEntity.objects.select_for_update(of=("self",)).get(id=viewer.entity_id)
    if Hours.from_json(entity.hours) == hours:
        return False
    LegalEntity.objects.filter(id=entity.id).update(hours=hours.to_json())
    record("organisation.hours-set", about=Ref("entity", entity.id), by=viewer.ref)
    return True
