"""The lists that staff can look through: what is remembered of pitches, and who always stays in the inbox.

No address lies here in the clear: a line says of which inquiry it comes, and the screen names that by its number.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.screening.models import Allowed, Repeat
from madoguchi.rooms.screening.queries.memory import LIVING, kept_for, living_repeats

KINDS = dict(Repeat._meta.get_field("kind").flatchoices)
ALLOWED_KINDS = dict(Allowed._meta.get_field("kind").flatchoices)


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    kind: str
    label: str
    about: UUID
    since: datetime
    by: UUID
    last_hit_at: datetime | None = None
    hits: int = 0
    until: datetime | None = None


def ledger(entity_id: UUID) -> list[Entry]:
    """The newest first; those that have ended are not told."""
    lasting = kept_for(entity_id)
    return [
        Entry(
            row.id, row.kind, KINDS[row.kind], row.lesson.about, row.since, row.lesson.by,
            row.last if row.hits else None, row.hits, row.last + lasting,
        )
        for row in living_repeats(entity_id).select_related("lesson").order_by("-since", "-id")
    ]  # fmt: skip


def allowed(entity_id: UUID) -> list[Entry]:
    rows = Allowed.objects.filter(entity_id=entity_id, **LIVING).order_by("-since", "-id")
    return [Entry(row.id, row.kind, ALLOWED_KINDS[row.kind], row.about, row.since, row.by) for row in rows]
