"""The trays, 営業 and 迷惑: everything open in one of them, so that a screen can put it in an order of its own; and what
lies there too long unread."""

from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock, hours
from madoguchi.rooms.inquiries.models import Inquiry, spared
from madoguchi.rooms.inquiries.queries.lists import narrowed, of_entity
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.screening.queries import trays

MOST = 1_000  # the newest; who lets more pile up reads them newest first
TWO_DAYS = hours.Target(2, "days")


def in_tray(viewer: Viewer, lane: str) -> list[UUID]:
    """The newest first."""
    found = of_entity(viewer).filter(narrowed(viewer, lane)).order_by("-received_at", "-id")
    return list(found.values_list("id", flat=True)[:MOST])


def waits_for_a_person(inquiry: Inquiry) -> bool:
    """Lies in a tray, and does not go from there before somebody has said what it is."""
    return inquiry.lane != "inbox" and Inquiry.objects.filter(spared(), id=inquiry.id).exists()


def overlooked(entity_id: UUID) -> dict[str, list[str]]:
    """Receipt numbers by tray, the oldest first: moved with a doubt, and opened by nobody for two working days."""
    now, ours = clock.now(), hours_of(entity_id)
    found = [
        about
        for about, since in trays.overlooked(entity_id, now - timedelta(days=TWO_DAYS.count), limit=MOST)
        if hours.due_at(since, ours, TWO_DAYS) <= now
    ]
    rows = Inquiry.objects.filter(id__in=found, closed_at=None, opened_at=None, lane__in=("sales", "junk"))
    lanes: dict[str, list[str]] = {}
    for lane, number in rows.order_by("received_at", "id").values_list("lane", "receipt_number"):
        lanes.setdefault(lane, []).append(number)
    return lanes
