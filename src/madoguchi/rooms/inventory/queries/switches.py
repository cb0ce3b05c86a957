"""Which items are collected, since when, and how much of each is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from madoguchi.rooms.inventory.errors import UnknownItem
from madoguchi.rooms.inventory.items import BY_CODE, CATALOGUE, Item
from madoguchi.rooms.inventory.models import Detail, Switch
from madoguchi.rooms.promises.rules import Count as Counted
from madoguchi.rooms.vault.queries import readable

UNDER_WAY = timedelta(minutes=1)  # what was being stored at the moment a switch was turned off


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as it stands: collected since `on_at`, or not; `held`: how many people staff recorded it of."""

    item: Item
    on_at: datetime | None
    held: int


def switched_on(entity_id: UUID) -> frozenset[str]:
    return frozenset(Switch.objects.filter(entity_id=entity_id, off_at=None).values_list("item", flat=True))


def ever_on(entity_id: UUID) -> frozenset[str]:
    """Items that are or were collected: something of them may still lie here."""
    codes = Switch.objects.filter(entity_id=entity_id).values_list("item", flat=True).distinct()
    return frozenset(code for code in codes if code in BY_CODE)


def item(code: str) -> Item:
    """Raises UnknownItem."""
    if code not in BY_CODE:
        raise UnknownItem
    return BY_CODE[code]


def items() -> tuple[Item, ...]:
    return CATALOGUE


def questions(codes: frozenset[str]) -> list[Mapping[str, object]]:
    """What forms ask while these items are collected, in the order of the catalogue."""
    return [each.question for each in CATALOGUE if each.question and each.code in codes]


def standings(entity_id: UUID) -> list[Standing]:
    since = dict(Switch.objects.filter(entity_id=entity_id, off_at=None).values_list("item", "on_at"))
    held = dict(_living().values_list("item").annotate(n=Count("id")))
    return [Standing(each, since.get(each.code), held.get(each.code, 0)) for each in CATALOGUE]


def standing(entity_id: UUID, code: str) -> Standing:
    """Raises UnknownItem."""
    wanted = item(code)
    return next(each for each in standings(entity_id) if each.item is wanted)


def files_with(code: str) -> list[UUID]:
    """The files of this item that can still be read, oldest first."""
    return list(_living().filter(item=code).order_by("stored_at", "id").values_list("file_id", flat=True))


def kept_while_on() -> Counted:
    """Recorded items by whether the switch of their item was on when they were on their way."""
    at = Q(item=OuterRef("item"), on_at__lte=OuterRef("stored_at"))
    ended = Switch.objects.annotate(end=F("off_at") + UNDER_WAY)
    then = ended.filter(at, Q(off_at=None) | Q(end__gt=OuterRef("stored_at")))
    good = Detail.objects.filter(Exists(then)).count()
    return Counted(good, Detail.objects.count() - good)


Times = Mapping[str, Sequence[tuple[datetime, datetime | None]]]


def collected_times() -> Times:
    """From when until when each item was collected, by any company here (None while it still is)."""
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for code, on_at, off_at in Switch.objects.order_by("on_at").values_list("item", "on_at", "off_at"):
        found.setdefault(code, []).append((on_at, off_at))
    return found


def was_collected(times: Times, code: str, at: datetime) -> bool:
    return any(on <= at and (off is None or at < off + UNDER_WAY) for on, off in times.get(code, ()))


def _living() -> "QuerySet[Detail]":
    return Detail.objects.filter(**readable("file"))
