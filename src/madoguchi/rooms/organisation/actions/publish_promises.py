"""Whether the public page 「お約束」 is shown is the operator's choice (DESIGN §4)."""

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.models import LegalEntity
from madoguchi.rooms.organisation.queries import Viewer


@action
def publish_promises(*, viewer: Viewer, shown: bool) -> None:
    """Repeating it changes nothing."""
    rules.check_speaks_for_operator(viewer.role)
    found = LegalEntity.objects.filter(id=viewer.entity_id, promises_published_at__isnull=shown)
    at, by = (clock.now(), viewer.ref.id) if shown else (None, None)
    if found.update(promises_published_at=at, promises_published_by=by):
        kind = "promises.shown" if shown else "promises.hidden"
        record(kind, about=viewer.ref, by=viewer.ref)
