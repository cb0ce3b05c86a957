"""What came and what became of it, in numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet

from madoguchi.foundation.lib.hours import Hours, business_time
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Lane
from madoguchi.rooms.inquiries.queries.lists import of_entity
from madoguchi.rooms.organisation.queries import Viewer


def answered_since(viewer: Viewer, since: datetime) -> int:
    return Entry.objects.filter(inquiry__entity_id=viewer.entity_id, kind="reply", at__gte=since).count()


@dataclass(frozen=True, slots=True)
class Figures:
    """What came and what became of it, over the inquiries received in a span of time."""

    received: int
    answered_in_time: int
    median_minutes: int | None
    sales: int


def figures(viewer: Viewer, since: datetime, until: datetime, hours: Hours) -> Figures:
    """Counts over what was received from `since` until before `until`; the median, in business time, over at most 4,000.

    In two halves, each by the index of its list, so that no submission has to write one more.
    """
    came = of_entity(viewer).filter(received_at__gte=since, received_at__lt=until)
    halves = [came.filter(closed_at=None, lane__in=Lane.values), came.filter(closed_at__isnull=False)]
    answered = Q(lane=Lane.INBOX, first_answered_at__isnull=False)
    counted = [
        half.aggregate(
            received=Count("id"),
            in_time=Count("id", filter=answered & Q(first_answered_at__lte=F("first_due_at"))),
            sales=Count("id", filter=Q(lane=Lane.SALES)),
        )
        for half in halves
    ]
    spans = [span for half in halves for span in _spans(half.filter(answered), hours)]
    return Figures(
        received=sum(each["received"] for each in counted),
        answered_in_time=sum(each["in_time"] for each in counted),
        median_minutes=int(median(span.total_seconds() for span in spans) // 60) if spans else None,
        sales=sum(each["sales"] for each in counted),
    )


def _spans(answered: QuerySet[Inquiry], hours: Hours) -> list[timedelta]:
    pairs = answered.order_by("-received_at").values_list("received_at", "first_answered_at")[:2000]
    return [business_time(start, end, hours) for start, end in pairs if end is not None]
