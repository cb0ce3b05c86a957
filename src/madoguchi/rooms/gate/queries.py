"""What the gate knows now: permits, stops, suppression."""

from uuid import UUID

from django.db.models import Q

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.gate import rules
from madoguchi.rooms.gate.models import PermitRow, StopRow, Suppression
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose, _permit


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
