"""Somebody is to be told: written with what they are told of, once a colleague and occasion; the mail follows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation import telling
from madoguchi.rooms.organisation.models import Notice
from madoguchi.rooms.organisation.queries import active_among, hours_of, wishes_of

KEPT = timedelta(days=30)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`to` may name former colleagues: they are left out."""

    event: str
    about: Ref
    to: Collection[UUID]
    occasion: str = ""


@action
def note_notices(entity_id: UUID, occurrences: Iterable[Occurrence]) -> set[UUID]:
    """Gives back who is to be told at once. What was noted before under the same occasion stays as it was."""
    told = list(occurrences)
    people = active_among(entity_id, {id for each in told for id in each.to})
    wishes, hours, now = wishes_of(people), hours_of(entity_id), clock.now()
    rows = [
        Notice(
            staff_id=staff, event=each.event, about_kind=each.about.kind, about_id=each.about.id,
            occasion=each.occasion, at=now, due_at=due,
        )
        for each in told
        for staff in each.to
        if staff in people and (due := telling.due_at(wishes[staff], each.event, now, hours)) is not None
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
    return {row.staff_id for row in rows if row.due_at <= now}


class ToldMeanwhile(Exception):
    """Another worker told them: what was made ready is thrown away with its transaction."""


def mark_told(ids: Collection[UUID], at: datetime) -> None:
    """In the transaction that queues the mail."""
    if Notice.objects.filter(id__in=list(ids), told_at=None).update(told_at=at) != len(ids):
        raise ToldMeanwhile


@action
def forget_told() -> None:
    old = Notice.objects.filter(told_at__lt=clock.now() - KEPT).values_list("id", flat=True)[:AT_ONCE]
    Notice.objects.filter(id__in=list(old)).delete()
