"""Inquiries that belong together and stay apart."""

from dataclasses import dataclass

from django.db.models import Q

from madoguchi.rooms.inquiries.models import Inquiry, Related
from madoguchi.rooms.inquiries.queries.lists import Row, of_entity, rows_of
from madoguchi.rooms.organisation.queries import Viewer


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind` as stored; `from_here`: this inquiry is the one that named the other."""

    row: Row
    kind: str
    from_here: bool


def related_to(viewer: Viewer, inquiry: Inquiry) -> list[Relation]:
    pairs = Related.objects.filter(Q(inquiry_id=inquiry.id) | Q(other_id=inquiry.id)).order_by("at", "id")
    facts = [
        (other if one == inquiry.id else one, kind, one == inquiry.id)
        for one, other, kind in pairs.values_list("inquiry_id", "other_id", "kind")
    ]
    if not facts:
        return []
    others = list(of_entity(viewer).filter(id__in=[id for id, _, _ in facts]).defer("answers"))
    rows = {row.id: row for row in rows_of(others)}
    return [Relation(rows[id], kind, here) for id, kind, here in facts if id in rows]
