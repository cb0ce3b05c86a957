"""A company's own labels: made, changed, retired and brought back; put on an inquiry and taken off."""

from uuid import UUID

from django.db.models import Max

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.models import Label, Labelled
from madoguchi.rooms.inquiries.queries.labels import find_label
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer


@action
def add_label(*, viewer: Viewer, name: str, colour: str) -> UUID:
    own = Label.objects.filter(entity_id=viewer.entity_id)
    rules.check_label(name, colour, taken=own.filter(name=name).exists())
    last = own.aggregate(last=Max("position"))["last"]
    label = Label.objects.create(
        entity_id=viewer.entity_id, name=name, colour=colour, position=(last or 0) + 1
    )
    record("label.added", about=Ref("label", label.id), by=viewer.ref)
    return label.id


@action
def change_label(*, viewer: Viewer, label_id: UUID, name: str, colour: str) -> None:
    label = find_label(viewer, label_id)
    others = Label.objects.filter(entity_id=viewer.entity_id).exclude(id=label.id)
    rules.check_label(name, colour, taken=others.filter(name=name).exists())
    Label.objects.filter(id=label.id).update(name=name, colour=colour)
    record("label.changed", about=Ref("label", label.id), by=viewer.ref)


@action
def retire_label(*, viewer: Viewer, label_id: UUID, retired: bool = True) -> None:
    """It is offered no more; what carries it keeps it, so that it can be brought back whole."""
    label = find_label(viewer, label_id)
    Label.objects.filter(id=label.id).update(retired_at=clock.now() if retired else None)
    kind = "label.retired" if retired else "label.brought-back"
    record(kind, about=Ref("label", label.id), by=viewer.ref)


@action
def put_label(*, viewer: Viewer, inquiry_id: UUID, label_id: UUID, on: bool = True) -> bool:
    """Gives back whether anything changed: repeating it writes nothing."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    label = find_label(viewer, label_id)
    there = Labelled.objects.filter(inquiry_id=inquiry.id, label_id=label.id)
    if there.exists() == on:
        return False
    if on:
        Labelled.objects.create(inquiry_id=inquiry.id, label_id=label.id, received_at=inquiry.received_at)
    else:
        there.delete()
    details = {"label": str(label.id), "name": label.name, "on": on}
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="labelled", details=details)
    refs = [Ref("label", label.id)]
    record("inquiry.labelled", about=Ref("inquiry", inquiry.id), by=viewer.ref, details={"on": on}, refs=refs)
    return True
