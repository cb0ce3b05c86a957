"""Saved lists, as one colleague sees them: their own, and everybody's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import SavedView
from madoguchi.rooms.inquiries.queries.conditions import Conditions, read_conditions
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, file_keys


@dataclass(frozen=True, slots=True)
class View:
    """`worded`: it has words, which are opened only for the list itself."""

    id: UUID
    name: str
    everybody: bool
    conditions: Conditions
    worded: bool


def seen_by(viewer: Viewer) -> QuerySet[SavedView]:
    own = SavedView.objects.filter(Q(owner_id=viewer.ref.id) | Q(owner=None), entity_id=viewer.entity_id)
    return own.order_by("position", "id")


def saved_views(viewer: Viewer) -> list[View]:
    """One that named somebody who was erased is gone."""
    views = list(seen_by(viewer))
    keys = file_keys([each.file_id for each in views])
    return [_view(each, keys[each.file_id]) for each in views if each.file_id in keys]


def find_view(viewer: Viewer, view_id: UUID) -> SavedView:
    """Somebody else's own does not exist."""
    view = seen_by(viewer).filter(id=view_id).first()
    if view is None:
        raise NoSuchInquiry("この見かたは見つかりませんでした。")
    return view


def saved_view(viewer: Viewer, view_id: UUID) -> View:
    view = find_view(viewer, view_id)
    return _view(view, file_key(view.file_id))


def words_of(viewer: Viewer, view_id: UUID) -> str:
    view = find_view(viewer, view_id)
    return view.opened(file_key(view.file_id), "words")


def _view(view: SavedView, key: FileKey) -> View:
    conditions = read_conditions(view.conditions)
    return View(view.id, view.opened(key, "name"), view.owner_id is None, conditions, bool(view.words))
