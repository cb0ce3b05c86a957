"""Counted from the tables: did anything leave without a basis that the gate knows?"""

from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.gate.rules import Basis, Purpose
from madoguchi.rooms.promises.rules import Count


def stops_hold() -> Count:
    """Every permit carries a listed purpose and basis; free text would be a hole (LAW C5-4)."""
    total = PermitRow.objects.count()
    listed = PermitRow.objects.filter(purpose__in=list(Purpose), basis__in=list(Basis)).count()
    return Count(listed, total - listed)
