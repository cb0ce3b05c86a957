"""What the gate knows now: permits, stops, suppression."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.gate import rules
from madoguchi.rooms.gate.models import PermitRow, StopRow, Suppression
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose, Stop, _permit


def read_permit(id: UUID) -> Permit:
    row = PermitRow.objects.get(id=id)
    recipient, about = Ref(row.recipient_kind, row.recipient_id), Ref(row.about_kind, row.about_id)
    return _permit(row.id, recipient, Purpose(row.purpose), Basis(row.basis), about)


def is_suppressed(mark: bytes) -> bool:
    return Suppression.objects.filter(Q(until=None) | Q(until__gt=clock.now()), mark=mark).exists()


def stops_of(person: UUID) -> frozenset[str]:
    return frozenset(StopRow.objects.filter(person=person, lifted_at=None).values_list("scope", flat=True))


def check_still_may_leave(permit: Permit, mark: bytes) -> None:
    """Ask again at the moment of sending; raises the refusal with its reason."""
    stops = stops_of(permit.recipient.id) if permit.recipient.kind == "person" else frozenset[str]()
    rules.check_may_leave(permit, stops, is_suppressed(mark))


def announcing() -> QuerySet[PermitRow, UUID]:
    """Ids of permits for what nobody asked for, unknown purposes included: what a stop binds."""
    return PermitRow.objects.exclude(purpose__in=[Purpose.ANSWER, Purpose.STAFF]).values_list("id", flat=True)


def was_stopped(permit_id: UUID, mark: bytes | None, *, since: datetime, until: datetime) -> bool:
    """Whether a stop of the recipient stood all the time between two moments.

    A lifted suppression is no longer there to be seen; a `mark` of None leaves suppressions out.
    """
    listed = Suppression.objects.filter(Q(until=None) | Q(until__gt=until), since__lte=since)
    if mark is not None and listed.filter(mark=mark).exists():
        return True
    holder = PermitRow.objects.filter(id=permit_id, recipient_kind="person").values("recipient_id")
    stops = StopRow.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=until), asked_at__lte=since)
    return stops.filter(person__in=holder, scope__in=list(Stop)).exists()
