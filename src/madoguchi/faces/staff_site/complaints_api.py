"""Letters and calls that are typed in, and complaints, over the API: the same verbs as the desk."""

import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, P, Router, Schema, Status
from ninja.params import HeaderEx

from madoguchi.faces.staff_site.api import WRITE, ChangedInquiry, StaffToken, changed, find
from madoguchi.rooms.forms.errors import FormNotFound
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in
from madoguchi.rooms.inquiries.errors import UnfitArrival
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions import handle
from madoguchi.rooms.rights.actions.open_complaint import hand_over, opening

router = Router(tags=["staff"])
KindName = Literal["complaint", "question", "opinion", "other"]


class NewLetter(Schema):
    """`answers` by key of the form; only the body is required. `complaint` also opens one of that kind."""

    channel: Literal["letter", "phone", "counter", "fax"]
    arrived_at: datetime
    answers: dict[str, str]
    complaint: KindName | None = None
    acknowledge: bool = False


class NewComplaint(Schema):
    kind: KindName


class Outcome(Schema):
    """`outcome`: answered, mended, handed-on or nothing-to-do. `said`: what was done. `inquiry_too` settles it as well."""

    outcome: str = Field(max_length=20)
    said: str = Field(max_length=20_000)
    inquiry_too: bool = False


@router.post(
    "/letters",
    response={201: ChangedInquiry},
    auth=StaffToken(WRITE),
    summary="受け取った手紙・電話を登録する",
)
def type_in_letter(
    request: HttpRequest,
    body: NewLetter,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key", description="同じ登録の印。")] = "",
) -> Status[dict[str, Any]]:
    """`arrived_at` から期限を数えます。先の日時は登録できません。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    form = first_form()
    if form is None:
        raise FormNotFound
    typed = Typed(
        form=form, channel=body.channel, at=_moment(body.arrived_at), answers=body.answers,
        acknowledge=body.acknowledge, draft=f"desk {viewer.ref.id} api {idempotency_key or secrets.token_urlsafe(32)}",
    )  # fmt: skip
    receipt = type_in(viewer=viewer, typed=typed, then=opening(body.complaint or "", by=viewer.ref))
    return Status(201, changed(viewer, receipt.receipt_number))


def _moment(given: datetime) -> datetime:
    try:
        return given.astimezone(UTC)
    except OverflowError:  # the first or the last day there is, east or west of us
        raise UnfitArrival from None


@router.post(
    "/inquiries/{receipt_number}/complaint",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="個人情報の窓口へ渡す",
)
def hand_over_inquiry(request: HttpRequest, receipt_number: str, body: NewComplaint) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    hand_over(viewer=viewer, inquiry_id=find(viewer, receipt_number).id, kind=body.kind)
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/complaint/close",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="お申し出の結果を記して終える",
)
def close_complaint(request: HttpRequest, receipt_number: str, body: Outcome) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    handle.close_complaint(
        viewer=viewer, inquiry_id=found.id, outcome=body.outcome, said=body.said, inquiry_too=body.inquiry_too
    )
    return changed(viewer, receipt_number)
