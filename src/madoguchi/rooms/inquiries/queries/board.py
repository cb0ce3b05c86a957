"""The inbox as columns, and what changed on a list since it was shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from madoguchi.rooms.inquiries.models import Inquiry, Lane, Status, Tally
from madoguchi.rooms.inquiries.queries.lists import Row, of_entity, rows_of, views
from madoguchi.rooms.organisation.queries import Viewer

COLUMNS = (Status.NEW, Status.OPEN, Status.DOING, Status.PENDING)
MOST_CARDS = 30
MOST_FRESH = 100


@dataclass(frozen=True, slots=True)
class Column:
    """`count` is of all that lie there, `rows` the most urgent of them."""

    status: str
    rows: list[Row]
    count: int


def board(viewer: Viewer, *, since: datetime, mine: bool) -> list[Column]:
    """Open ones by deadline; of the settled ones those settled since then, the newest first."""
    inbox = of_entity(viewer).filter(lane=Lane.INBOX)
    if mine:
        inbox = inbox.filter(assignee_id=viewer.ref.id)
    counted = _counted(viewer, inbox if mine else None)
    ways = {each: inbox.filter(closed_at=None, status=each).order_by("due_at", "id") for each in COLUMNS}
    done = inbox.filter(closed_at__gte=since, closed_at__isnull=False, merged_into=None)
    ways[Status.DONE] = done.order_by("-closed_at", "-id")
    cards = {each: list(rows.defer("answers")[:MOST_CARDS]) for each, rows in ways.items()}
    opened = iter(rows_of([card for column in cards.values() for card in column]))
    found = {each: [next(opened) for _ in column] for each, column in cards.items()}
    counted[Status.DONE] = done.count()
    return [Column(status, rows, counted.get(status, 0)) for status, rows in found.items()]


def _counted(viewer: Viewer, mine: QuerySet[Inquiry] | None) -> dict[str, int]:
    if mine is not None:
        statuses = mine.filter(closed_at=None).order_by().values_list("status", flat=True)
        found = list(statuses)
        return {status: found.count(status) for status in COLUMNS}
    tally = Tally.objects.filter(entity=viewer.entity_id, lane=Lane.INBOX).values_list("status")
    return dict(tally.annotate(n=Sum("n")).order_by())


@dataclass(frozen=True, slots=True)
class State:
    """What a list says of a row besides its words."""

    id: UUID
    status: str
    assignee_id: UUID | None
    merged: bool


def states_of(viewer: Viewer, numbers: Collection[str]) -> dict[str, State]:
    """By receipt number; nothing is opened for it."""
    rows = of_entity(viewer).filter(receipt_number__in=list(numbers))
    facts = rows.values_list("receipt_number", "id", "status", "assignee_id", "merged_into_id")
    return {
        number: State(id, status, assignee, merged is not None)
        for number, id, status, assignee, merged in facts
    }


def fresh_in(viewer: Viewer, view: str, since: datetime) -> int:
    """How many came into one of the standing lists after the newest that was shown."""
    known = views(viewer).get(view)
    newer = of_entity(viewer).filter(known.where if known else Q(), received_at__gt=since)
    return newer.values("id")[:MOST_FRESH].count() if known else 0
