"""承認 and 取り消し over the API: the same verbs as the desk, so that no client approves what it wrote itself."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from madoguchi.faces.staff_site.api import WRITE, ChangedInquiry, StaffToken, changed, find
from madoguchi.rooms.inquiries.actions.decide import approve, send_back
from madoguchi.rooms.inquiries.actions.propose import propose
from madoguchi.rooms.inquiries.actions.take_back import take_back
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.queries.one import last_reply_id
from madoguchi.rooms.inquiries.queries.proposals import waiting_id
from madoguchi.rooms.organisation.queries import Viewer

router = Router(tags=["staff"])


class NewProposal(Schema):
    """`asked_of`: a colleague who may send; without one, whoever may."""

    text: str = Field(max_length=20_000)
    asked_of: UUID | None = None


class Decision(Schema):
    """`reason` is asked for when it is sent back."""

    decision: Literal["approve", "return"]
    reason: str = Field(default="", max_length=2_000)


@router.post(
    "/inquiries/{receipt_number}/approval-requests",
    response={201: ChangedInquiry},
    auth=StaffToken(WRITE),
    summary="お返事の承認を依頼する",
)
def ask_for_approval(request: HttpRequest, receipt_number: str, body: NewProposal) -> Status[dict[str, Any]]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    propose(viewer=viewer, inquiry_id=found.id, text=body.text, asked_of=body.asked_of)
    return Status(201, changed(viewer, receipt_number))


@router.post(
    "/inquiries/{receipt_number}/approval",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="待っているお返事を承認する・差し戻す",
)
def decide_approval(request: HttpRequest, receipt_number: str, body: Decision) -> dict[str, Any]:
    """承認したお返事は、同じ文を reply に渡すと送れます。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    waiting = waiting_id(found.id)
    if waiting is None:
        raise NoSuchInquiry("待っている承認依頼はありません。")
    if body.decision == "approve":
        approve(viewer=viewer, inquiry_id=found.id, proposal_id=waiting)
    else:
        send_back(viewer=viewer, inquiry_id=found.id, proposal_id=waiting, reason=body.reason)
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/reply/take-back",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="送ったばかりのお返事を取り消す",
)
def take_back_last(request: HttpRequest, receipt_number: str) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    last = last_reply_id(found.id)
    if last is None:
        raise NoSuchInquiry("取り消せるお返事はありません。")
    take_back(viewer=viewer, inquiry_id=found.id, entry_id=last)
    return changed(viewer, receipt_number)
