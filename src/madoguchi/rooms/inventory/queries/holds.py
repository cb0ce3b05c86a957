"""What must not end yet, why, and in whose care."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.models import Hold
from madoguchi.rooms.inventory.reading import batches
from madoguchi.rooms.jobs.queries import trusted_today


@dataclass(frozen=True, slots=True)
class Held:
    """A hold on a file. `over` once its last day has passed; for a week it still holds, so that nothing ends unseen."""

    id: UUID
    file: UUID
    ground: str
    owner_id: UUID
    owner: str
    since: datetime
    until: date
    over: bool


def holding_on(on: date) -> QuerySet[Hold]:
    """Holds that keep a file on this day: not lifted, and at most a week past their last day."""
    return Hold.objects.filter(lifted_at=None, until__gte=on - rules.HOLD_GRACE)


def standing(files: Iterable[UUID], on: date) -> dict[UUID, Hold]:
    found: dict[UUID, Hold] = {}
    for some in batches(files):
        found |= {hold.file_id: hold for hold in holding_on(on).filter(file_id__in=some)}
    return found


def holds_on(files: Iterable[UUID]) -> dict[UUID, Held]:
    """The hold of each file that has one, also when it ended and nobody lifted it."""
    found: dict[UUID, Held] = {}
    for some in batches(files):
        holds = Hold.objects.filter(lifted_at=None, file_id__in=some).select_related("owner")
        found |= {hold.file_id: _held(hold, trusted_today()) for hold in holds}
    return found


def open_holds(entity_id: UUID, *, until: date | None = None) -> list[Held]:
    """Holds on what still lives, the one that ends first on top; one for each file."""
    holds = Hold.objects.filter(lifted_at=None, owner__entity_id=entity_id, file__destroyed_at=None)
    holds = holds.filter(file__ending=None, file__kept_for="").select_related("owner")
    if until is not None:
        holds = holds.filter(until__lte=until)
    return [_held(hold, trusted_today()) for hold in holds.order_by("until", "since", "id")]


def _held(hold: Hold, today: date) -> Held:
    return Held(
        id=hold.id,
        file=hold.file_id,
        ground=hold.ground,
        owner_id=hold.owner_id,
        owner=hold.owner.name,
        since=hold.since,
        until=hold.until,
        over=hold.until < today,
    )
