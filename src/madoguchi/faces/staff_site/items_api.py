"""Items that are recorded of one person, over the API: the same verbs as the desk, officers only."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from madoguchi.faces.staff_site.people_api import WRITE, OfficersToken
from madoguchi.faces.staff_site.selection import anchor
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory.actions.drop_item import drop_item
from madoguchi.rooms.inventory.actions.keep_item import MOST_BYTES, keep_item, keep_portrait
from madoguchi.rooms.organisation.queries import Viewer

router = Router(tags=["people"])


class NewItem(Schema):
    inquiry: str
    value: str = Field(max_length=1_000)


class KeptItem(Schema):
    item: str


class DroppedItem(Schema):
    """`deletion`: the record under /deletions/."""

    item: str
    deletion: UUID


@router.put(
    "/people/{person_id}/items/portrait",
    response=KeptItem,
    auth=OfficersToken(WRITE),
    summary="ご本人の写真を記録する",
)
def put_portrait(request: HttpRequest, person_id: UUID, inquiry: str) -> dict[str, Any]:
    """本文は JPEG、PNG、WebP のどれかのデータそのもの（8 MB まで）。描き直した写真だけを保存します。"""
    viewer = _viewer(request, person_id, inquiry)
    keep_portrait(viewer=viewer, person=person_id, content=request.read(MOST_BYTES + 1))
    return {"item": "portrait"}


@router.put(
    "/people/{person_id}/items/{item}",
    response=KeptItem,
    auth=OfficersToken(WRITE),
    summary="取得している項目を記録する",
)
def put_item(request: HttpRequest, person_id: UUID, item: str, body: NewItem) -> dict[str, Any]:
    """`item` は、取扱台帳で取得を始めた項目の名前（`payment_reference`）。`inquiry` は受付番号。"""
    viewer = _viewer(request, person_id, body.inquiry)
    keep_item(viewer=viewer, person=person_id, code=item, value=body.value.strip())
    return {"item": item}


@router.delete(
    "/people/{person_id}/items/{item}",
    response={202: DroppedItem},
    auth=OfficersToken(WRITE),
    summary="記録した項目を消去する",
)
def delete_item(request: HttpRequest, person_id: UUID, item: str, inquiry: str) -> Status[dict[str, Any]]:
    return _drop(request, person_id, item, inquiry)


@router.delete(
    "/people/{person_id}/items/portrait",
    response={202: DroppedItem},
    auth=OfficersToken(WRITE),
    summary="ご本人の写真を消去する",
)
def delete_portrait(request: HttpRequest, person_id: UUID, inquiry: str) -> Status[dict[str, Any]]:
    return _drop(request, person_id, "portrait", inquiry)


def _drop(request: HttpRequest, person_id: UUID, item: str, inquiry: str) -> Status[dict[str, Any]]:
    viewer = _viewer(request, person_id, inquiry)
    record_id = drop_item(viewer=viewer, person=person_id, code=item)
    return Status(202, {"item": item, "deletion": record_id})


def _viewer(request: HttpRequest, person: UUID, receipt_number: str) -> Viewer:
    """Another company's person does not exist; asking is noted (T-C5-7)."""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    try:
        anchor(viewer, person, receipt_number)
    except Refusal as refusal:
        record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
        raise
    return viewer
