"""Somebody leaves the desk: sessions, links and tokens end at once; what they wrote stays under their name."""

from django.db.models import F

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.models import Staff, Token


@action
def disable_staff(*, staff: Staff, by: Ref) -> None:
    Staff.objects.filter(id=staff.id).update(is_active=False, setup_issue=F("setup_issue") + 1)
    revoke_tokens(staff=staff, by=by)
    record("staff.disabled", about=Ref("staff", staff.id), by=by)


@action
def revoke_tokens(*, staff: Staff, by: Ref) -> int:
    """Gives back how many ended."""
    ended = Token.objects.filter(staff=staff, revoked_at=None).update(revoked_at=clock.now())
    if ended:
        record("staff.tokens-revoked", about=Ref("staff", staff.id), by=by, details={"count": ended})
    return ended
