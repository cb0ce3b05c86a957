"""Machines that write to each other: the inquiry notes no more of it for a while, and administrators are told."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.queries.one import by_id, reference
from madoguchi.rooms.organisation.queries import staff_of


@action
def trip_breaker(inquiry_id: UUID) -> None:
    """Told once an hour and inquiry."""
    inquiry = by_id(inquiry_id)
    admins = [each.id for each in staff_of(inquiry.entity_id) if each.role == "admin"]
    hour = f"breaker-{clock.now():%Y%m%d%H}"
    tell(event="mail", inquiry=inquiry, to=admins, occasion=hour)
    record("inquiry.mail-breaker", about=reference(inquiry), by=WORKER)
