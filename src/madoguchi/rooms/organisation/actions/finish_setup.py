"""The staff member chose a password: the setup link has done its work."""

from django.db.models import F

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.models import Staff


@action
def finish_setup(*, staff: Staff, password: str) -> bool:
    """False when the same link was used meanwhile."""
    fresh = Staff.objects.filter(id=staff.id, setup_issue=staff.setup_issue).update(
        setup_issue=F("setup_issue") + 1
    )
    if not fresh:
        return False
    staff.setup_issue += 1
    staff.set_password(password)
    staff.save(update_fields=["password"])
    record("staff.set-up", about=Ref("staff", staff.id), by=Ref("staff", staff.id))
    return True
