"""How the promises stand, for programs: open to all once the operator has published it, else for officers' tokens."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from madoguchi.faces.staff_site.api import StaffToken
from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.queries import Viewer, only_entity, promises_shown
from madoguchi.rooms.policy.queries.standings import Day, Standing, history, standings

READ = "promises:read"
MOST = 200
router = Router(tags=["お約束"])


class OpenOncePublished(StaffToken):
    """Nobody need say who they are for what any visitor may read."""

    def __call__(self, request: HttpRequest) -> Any:
        entity = only_entity()
        if entity is not None and promises_shown(entity.id):
            return "anybody"
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        viewer = super().authenticate(request, token)
        if viewer is not None:
            rules.check_speaks_for_operator(viewer.role)
        return viewer


class PastDay(Schema):
    on: date
    found: str


class PromiseItem(Schema):
    """`state`: kept, broken, stale, empty, unchecked, planned, attested, outside. `history`: the last thirty days,
    today last; `found` is kept, broken, or empty where nothing was counted."""

    id: str
    room: str
    says: str
    kind: str
    planned: bool
    state: str
    clauses: list[int]
    kept: int
    broken: int
    checked_at: datetime | None
    history: list[PastDay]


class PromisePage(Schema):
    items: list[PromiseItem]
    next_cursor: str


class Paging(Schema):
    limit: int = Field(100, ge=1, le=MOST)
    cursor: str = Field("", description="前の答えの `next_cursor`。")


@router.get(
    "/promises", response=PromisePage, auth=OpenOncePublished(READ), summary="お約束と、最後に数えた結果"
)
def list_promises(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """「お約束」のページを公開しているあいだは、トークンは要りません。"""
    found, past = standings(), history()
    start = _after(found, paging.cursor)
    page = found[start : start + paging.limit]
    more = start + paging.limit < len(found)
    return {
        "items": [_item(each, past[each.promise.id]) for each in page],
        "next_cursor": page[-1].promise.id if more else "",
    }


def _after(found: tuple[Standing, ...], cursor: str) -> int:
    if not cursor:
        return 0
    ids = [each.promise.id for each in found]
    if cursor not in ids:
        raise WrongValue("cursor には、前の答えの next_cursor をそのまま指定してください。")
    return ids.index(cursor) + 1


def _item(each: Standing, past: tuple[Day, ...]) -> dict[str, Any]:
    promise = each.promise
    return {
        "id": promise.id, "room": promise.room, "says": promise.says, "kind": promise.kind.value,
        "planned": promise.planned, "state": each.state.value, "clauses": list(each.clauses), "kept": each.kept,
        "broken": each.broken, "checked_at": each.checked_at,
        "history": [{"on": day.on, "found": day.found} for day in past],
    }  # fmt: skip
