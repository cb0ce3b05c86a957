"""Who speaks for the operator at the desk, and what others are told who come to these screens."""

from django.http import HttpRequest

from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.errors import NotForYou
from madoguchi.rooms.organisation.queries import Colleague, Viewer, speakers


def check_speaks(viewer: Viewer) -> None:
    """The refusal names whom to ask."""
    if not rules.may_speak_for_operator(viewer.role):
        asked = in_words(speakers(viewer.entity_id)) or "個人情報管理者か管理者"
        raise NotForYou(
            f"会社として公表する文面は、個人情報管理者か管理者が改めます。変えたいところがあれば、{asked}にお知らせください。"
        )


def in_words(people: list[Colleague]) -> str:
    return "、".join(f"{each.name}さん" for each in people)


def told(request: HttpRequest, viewer: Viewer, refusal: Refusal) -> tuple[str, int]:
    """A refusal that is read on the page itself, where what was typed still stands."""
    if isinstance(refusal, NotFound):
        raise refusal
    record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
    return f"{refusal.message}{refusal.next_step}", refusal.status
