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
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.queries import hold_file


@action
def save_view(
    *, viewer: Viewer, name: str, conditions: Mapping[str, str], words: str = "", everybody: bool = False
) -> UUID:
    """Name and words are sealed in a file of their own, which is nobody's."""
    name = name.strip()
    rules.check_view_name(name)
    id, key = uuid7(), open_file(kind="view", holder=None)
    last = SavedView.objects.filter(entity_id=viewer.entity_id).aggregate(last=Max("position"))["last"]
    SavedView.objects.create(
        id=id, entity_id=viewer.entity_id, owner_id=None if everybody else viewer.ref.id,
        conditions=dict(conditions), file_id=key.id, name=key.seal(SavedView, "name", id, name),
        words=key.seal(SavedView, "words", id, words) if words else b"", position=(last or 0) + 1,
    )  # fmt: skip
    record("view.saved", about=Ref("view", id), by=viewer.ref, details={"everybody": everybody})
    return id


@action
def rename_view(*, viewer: Viewer, view_id: UUID, name: str) -> None:
    view = find_view(viewer, view_id)
    name = name.strip()
    rules.check_view_name(name)
    key = hold_file(view.file_id)
    SavedView.objects.filter(id=view.id).update(name=key.seal(SavedView, "name", view.id, name))
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
    begin_ending(ending=view.id, files=[view.file_id])
    destroy_some(ending=view.id, reason="view-deleted")
    record("view.deleted", about=Ref("view", view.id), by=viewer.ref)
