"""A new setup link for somebody who lost theirs, or their password; every earlier link ends."""

from django.db.models import F

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.errors import AccountDisabled
from madoguchi.rooms.organisation.models import Staff


@action
def renew_setup(*, staff: Staff, by: Ref) -> Staff:
    """The account as it is now; `add_staff.setup_token` makes the link. The old password works until then."""
    active = Staff.objects.filter(id=staff.id, is_active=True)
    if not active.update(setup_issue=F("setup_issue") + 1):
        raise AccountDisabled
    staff.refresh_from_db()
    record("staff.link-renewed", about=Ref("staff", staff.id), by=by)
    return staff
