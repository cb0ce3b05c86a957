"""How a company answers, and the texts it begins a reply with."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from madoguchi.rooms.inquiries.errors import NoSuchTemplate
from madoguchi.rooms.inquiries.models import DeskRules, Template
from madoguchi.rooms.organisation.queries import Viewer


@dataclass(frozen=True, slots=True)
class Manner:
    """返信のきまり; what nobody has set is as written here."""

    approval: bool = False
    always_check: bool = False
    warning_words: tuple[str, ...] = ()
    take_back_seconds: int = 30


def manner_of(entity_id: UUID) -> Manner:
    found = DeskRules.objects.filter(entity_id=entity_id).first()
    if found is None:
        return Manner()
    return Manner(found.approval, found.always_check, tuple(found.warning_words), found.take_back_seconds)


def templates(viewer: Viewer, *, retired: bool = False) -> list[Template]:
    """In the order their company put them; those no longer used only when asked for."""
    found = Template.objects.filter(entity_id=viewer.entity_id).order_by("position", "name", "id")
    return list(found if retired else found.filter(retired_at=None))


def template_names(viewer: Viewer) -> Iterable[tuple[UUID, str]]:
    living = Template.objects.filter(entity_id=viewer.entity_id, retired_at=None)
    return list(living.order_by("position", "name", "id").values_list("id", "name"))


def find_template(viewer: Viewer, template_id: UUID) -> Template:
    found = Template.objects.filter(id=template_id, entity_id=viewer.entity_id).first()
    if found is None:
        raise NoSuchTemplate
    return found
