"""The trays, 営業 and 迷惑: everything open in one of them, so that a screen can put it in an order of its own."""

from uuid import UUID

from madoguchi.rooms.inquiries.queries.lists import narrowed, of_entity
from madoguchi.rooms.organisation.queries import Viewer

MOST = 1_000  # the newest; who lets more pile up reads them newest first


def in_tray(viewer: Viewer, lane: str) -> list[UUID]:
    """The newest first."""
    found = of_entity(viewer).filter(narrowed(viewer, lane)).order_by("-received_at", "-id")
    return list(found.values_list("id", flat=True)[:MOST])
