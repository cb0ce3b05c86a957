"""Counted from the tables: did what was moved stay, and was nothing moved that has to get through?"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q

from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.screening import deciding, moving
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import LIVING
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys

SAMPLE = 200  # newest moves that are opened
AT_LEAST = timedelta(days=89)  # the shortest period of a tray as shipped, counted from the arrival


def never_deletes() -> Count:
    """Whatever was moved lies in a box; and none was ended by a period before a person had time to find it."""
    moved = Verdict.objects.filter(moved=True)
    nowhere = ~Q(lane__in=moving.BOXES)
    early = Q(file__destroyed_for="retention", file__destroyed_at__lt=F("decided_at") + AT_LEAST)
    broken = moved.filter(nowhere | early).count()
    return Count(moved.count() - broken, broken)


def requests_get_through() -> Count:
    """The newest moves: something spoke for the sender in none of them."""
    rows = list(Verdict.objects.filter(moved=True, **LIVING).order_by("-decided_at", "-id")[:SAMPLE])
    keys = file_keys({row.file_id for row in rows})
    broken = sum(_is_guarded(row, keys) for row in rows if row.file_id in keys and row.why)
    return Count(len(rows) - broken, broken)


def _is_guarded(row: Verdict, keys: Mapping[UUID, FileKey]) -> bool:
    why = deciding.unpacked(keys[row.file_id].open_bytes(Verdict, "why", row.id, row.why))
    return bool(why.get("guards"))
