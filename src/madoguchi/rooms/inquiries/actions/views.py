"""Lists that colleagues make for themselves or for everybody: saved, renamed, put in order, deleted."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Max

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import SavedView
from madoguchi.rooms.inquiries.queries.saved import find_view, seen_by
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.open_file import open_file


@action
def save_view(
    *, viewer: Viewer, name: str, conditions: Mapping[str, str], words: str = "", everybody: bool = False
) -> UUID:
    """Words are sealed in a file of their own: names are looked for."""
    name = name.strip()
    rules.check_view_name(name)
    id = uuid7()
    key = open_file(kind="view", holder=viewer.ref.id) if words else None
    last = SavedView.objects.filter(entity_id=viewer.entity_id).aggregate(last=Max("position"))["last"]
    SavedView.objects.create(
        id=id, entity_id=viewer.entity_id, owner_id=None if everybody else viewer.ref.id, name=name,
        conditions=dict(conditions), file_id=key.id if key else None,
        words=key.seal(SavedView, "words", id, words) if key else b"", position=(last or 0) + 1,
    )  # fmt: skip
    record("view.saved", about=Ref("view", id), by=viewer.ref, details={"everybody": everybody})
    return id


@action
def rename_view(*, viewer: Viewer, view_id: UUID, name: str) -> None:
    view = find_view(viewer, view_id)
    name = name.strip()
    rules.check_view_name(name)
    SavedView.objects.filter(id=view.id).update(name=name)
    record("view.renamed", about=Ref("view", view.id), by=viewer.ref)


@action
def move_view(*, viewer: Viewer, view_id: UUID, up: bool) -> None:
    """One place up or down among those this viewer sees; at the end of them nothing happens."""
    view = find_view(viewer, view_id)
    ids = list(seen_by(viewer).values_list("id", flat=True))
    place = ids.index(view.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ids):
        return
    ids[place], ids[other] = ids[other], ids[place]
    for position, id in enumerate(ids):
        SavedView.objects.filter(id=id).update(position=position)
    record("view.moved", about=Ref("view", view.id), by=viewer.ref)


@action
def delete_view(*, viewer: Viewer, view_id: UUID) -> None:
    view = find_view(viewer, view_id)
    SavedView.objects.filter(id=view.id).delete()
    record("view.deleted", about=Ref("view", view.id), by=viewer.ref)
