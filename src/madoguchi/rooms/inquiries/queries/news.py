"""What came into the inbox since somebody last looked: a count and a mark, without opening anything."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.rooms.inquiries.models import Lane
from madoguchi.rooms.inquiries.queries.lists import of_entity
from madoguchi.rooms.organisation.queries import Viewer

MOST = 99


@dataclass(frozen=True, slots=True)
class News:
    """`latest` is to be given back as `after` the next time."""

    count: int
    latest: str


def arrived_since(viewer: Viewer, after: datetime | None) -> News:
    """Trays are silent. Without `after`, nothing is new: only the mark is given."""
    inbox = of_entity(viewer).filter(closed_at=None, lane=Lane.INBOX).order_by("-received_at", "-id")
    received = inbox.values_list("received_at", flat=True)
    if after is None:
        return News(0, _mark(received.first()))
    found = list(received.filter(received_at__gt=after)[:MOST])
    return News(len(found), _mark(found[0] if found else after))


def _mark(moment: datetime | None) -> str:
    return moment.isoformat() if moment else "2000-01-01T00:00:00+00:00"
