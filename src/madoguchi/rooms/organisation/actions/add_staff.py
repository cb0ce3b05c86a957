"""A new staff account. Nobody chooses a password for somebody else: the setup link does (ASVS 6.4.6)."""

from uuid import UUID

from madoguchi.foundation.lib import links
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.errors import AccountExists
from madoguchi.rooms.organisation.models import Staff


@action
def add_staff(*, email: str, name: str, role: str, entity_id: UUID, by: Ref) -> Staff:
    if Staff.objects.filter(email__iexact=email).exists():
        raise AccountExists
    staff = Staff(id=uuid7(), email=email.lower(), name=name, role=role, entity_id=entity_id)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    record("staff.added", about=Ref("staff", staff.id), by=by, details={"role": role})
    return staff


def setup_token(staff: Staff) -> str:
    """The one-time setup link's token; choosing a password raises the issue and so ends it."""
    return links.mint("setup", staff.id, staff.setup_issue)
