"""A company's labels, and which inquiries carry them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Label, Labelled
from madoguchi.rooms.organisation.queries import Viewer


@dataclass(frozen=True, slots=True)
class LabelShown:
    id: UUID
    name: str
    colour: str
    retired: bool = False


def find_label(viewer: Viewer, label_id: UUID) -> Label:
    label = Label.objects.filter(id=label_id, entity_id=viewer.entity_id).first()
    if label is None:
        raise NoSuchInquiry("そのラベルは見つかりませんでした。")
    return label


def labels(viewer: Viewer, *, retired: bool = False) -> list[LabelShown]:
    """In the order in which they were made; retired ones only when asked for."""
    own = Label.objects.filter(entity_id=viewer.entity_id).order_by("position", "id")
    shown = own if retired else own.filter(retired_at=None)
    return [_shown(each) for each in shown]


def labels_on(inquiries: Iterable[UUID]) -> dict[UUID, list[LabelShown]]:
    """By inquiry, in their order; retired ones are not shown."""
    found: dict[UUID, list[LabelShown]] = {}
    carried = Labelled.objects.filter(inquiry_id__in=list(inquiries), label__retired_at=None)
    for each in carried.select_related("label").order_by("label__position", "label_id"):
        found.setdefault(each.inquiry_id, []).append(_shown(each.label))
    return found


def how_many_carry(viewer: Viewer) -> dict[UUID, int]:
    counted = Labelled.objects.filter(label__entity_id=viewer.entity_id).values_list("label")
    return dict(counted.annotate(n=Count("id")).order_by())


def _shown(label: Label) -> LabelShown:
    return LabelShown(label.id, label.name, label.colour, label.retired_at is not None)
