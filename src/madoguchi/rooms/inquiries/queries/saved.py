"""Saved lists, as one colleague sees them: their own, and everybody's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import SavedView
from madoguchi.rooms.inquiries.queries.conditions import Conditions, read_conditions
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import file_key


@dataclass(frozen=True, slots=True)
class View:
    """`sealed` says that it has words; they are opened only for the list itself."""

    id: UUID
    name: str
    everybody: bool
    conditions: Conditions
    sealed: bool


def seen_by(viewer: Viewer) -> QuerySet[SavedView]:
    own = SavedView.objects.filter(Q(owner_id=viewer.ref.id) | Q(owner=None), entity_id=viewer.entity_id)
    return own.order_by("position", "id")


def saved_views(viewer: Viewer) -> list[View]:
    return [_view(each) for each in seen_by(viewer).defer("words")]


def find_view(viewer: Viewer, view_id: UUID) -> SavedView:
    """Somebody else's own does not exist."""
    view = seen_by(viewer).filter(id=view_id).first()
    if view is None:
        raise NoSuchInquiry("この見かたは見つかりませんでした。")
    return view


def saved_view(viewer: Viewer, view_id: UUID) -> View:
    return _view(find_view(viewer, view_id))


def words_of(viewer: Viewer, view_id: UUID) -> str:
    view = find_view(viewer, view_id)
    return view.opened(file_key(view.file_id), "words") if view.file_id else ""


def _view(view: SavedView) -> View:
    return View(
        view.id, view.name, view.owner_id is None, read_conditions(view.conditions), view.file_id is not None
    )
