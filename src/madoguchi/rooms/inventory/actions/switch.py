"""Begin or stop collecting an item. What is held when it stops stays until its time or until it is erased."""

from django.db import IntegrityError, transaction

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.models import Switch
from madoguchi.rooms.inventory.queries.switches import item
from madoguchi.rooms.organisation.queries import Viewer


@action
def switch(*, viewer: Viewer, code: str, on: bool) -> bool:
    """True when something changed: pressed twice, or by two at once, it is one switch."""
    rules.check_officer(viewer.role)
    found = item(code)
    if on:
        rules.check_ready(found)
    changed = _begin(viewer, code) if on else _stop(viewer, code)
    if changed:
        about = Ref("entity", viewer.entity_id)
        record("inventory.switched", about=about, by=viewer.ref, details={"item": code, "on": on})
    return changed


def _begin(viewer: Viewer, code: str) -> bool:
    open_ones = Switch.objects.filter(entity_id=viewer.entity_id, item=code, off_at=None)
    if open_ones.exists():
        return False
    try:
        with transaction.atomic():  # a savepoint: a colleague may press at the same moment
            Switch.objects.create(entity_id=viewer.entity_id, item=code, on_by=viewer.ref.id)
    except IntegrityError:
        return False
    return True


def _stop(viewer: Viewer, code: str) -> bool:
    open_ones = Switch.objects.filter(entity_id=viewer.entity_id, item=code, off_at=None)
    return bool(open_ones.update(off_at=clock.now(), off_by=viewer.ref.id))
