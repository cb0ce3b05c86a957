"""Inquiries that went into another one, and those that may belong together: the same person, the same number."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries.lists import Row, of_entity, row_of, rows_of
from madoguchi.rooms.organisation.queries import Viewer

_MOST = 5  # offered above an inquiry


def merged_here(inquiry: Inquiry) -> list[Inquiry]:
    """All that went into it, also by way of another one, oldest first."""
    found: list[Inquiry] = []
    layer: Iterable[UUID] = [inquiry.id]
    while step := list(Inquiry.objects.filter(merged_into_id__in=list(layer))):
        found += step
        layer = [each.id for each in step]
    return sorted(found, key=lambda each: (each.received_at, each.id))


def goes_on_in(inquiry: Inquiry) -> Inquiry | None:
    """The inquiry in which this one goes on; None while it stands by itself."""
    target = inquiry
    while target.merged_into_id is not None:
        target = Inquiry.objects.get(id=target.merged_into_id)
    return target if target.id != inquiry.id else None


def check_stands(inquiry: Inquiry) -> None:
    """For verbs: what was merged is worked on where it went."""
    if inquiry.merged_into_id is not None:
        target = goes_on_in(inquiry)
        rules.check_not_merged(target.receipt_number if target else "")


def alike(one: Inquiry, other: Inquiry) -> bool:
    """The same address, and no other name: a mailbox may be shared."""
    return one.person_id == other.person_id and _same_name(row_of(one), row_of(other))


def _same_name(one: Row, other: Row) -> bool:
    names = {search_key(row.name) for row in (one, other) if row.name}
    return len(names) < 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """`by_phone`: another address with the same number; `other_name`: perhaps somebody else."""

    row: Row
    by_phone: bool
    other_name: bool


def open_besides(viewer: Viewer, inquiry: Inquiry, row: Row) -> list[Candidate]:
    """Open inquiries of the inbox from the same address or number, newest first; linked ones are left out."""
    same = Q(person_id=inquiry.person_id)
    if inquiry.phone_index is not None:
        same |= Q(phone_index=inquiry.phone_index)
    found = of_entity(viewer).filter(same, closed_at=None, lane=Lane.INBOX).exclude(id=inquiry.id)
    found = found.exclude(related_from__inquiry_id=inquiry.id).exclude(related__other_id=inquiry.id)
    others = list(found.order_by("-received_at", "-id").defer("answers")[:_MOST])
    return [
        Candidate(other, each.person_id != inquiry.person_id, not _same_name(row, other))
        for each, other in zip(others, rows_of(others), strict=True)
    ]
