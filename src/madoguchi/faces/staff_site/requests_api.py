"""Requests under the Act over the API: the same verbs as the privacy desk. Nobody outside opens one here."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import P, Router, Schema, Status
from ninja.params import HeaderEx

from madoguchi.faces.staff_site.api import MOST, StaffToken, find
from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.request_shapes import (
    Approval,
    ChangedRequest,
    Charge,
    Check,
    Collected,
    Decided,
    Draft,
    NewCheck,
    NewDay,
    NewDecision,
    NewLetter,
    NewOwner,
    NewPackage,
    NewRequest,
    Refunded,
    RequestPage,
    Settled,
    TakenOver,
    Told,
    WholeRequest,
)
from madoguchi.foundation.lib.ids import Ref, read_request_number
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions import (
    close,
    collect,
    decide,
    execute,
    fee,
    identify,
    letters,
    manage,
    package,
)
from madoguchi.rooms.rights.actions.open_request import open_request, take_over
from madoguchi.rooms.rights.errors import NoSuchRequest, UnfitArrival
from madoguchi.rooms.rights.queries import one, requests
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.queries.requests import Standing
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.rights.rules.asking import Asking

if TYPE_CHECKING:
    from madoguchi.rooms.rights.models import RightsRequest

READ, WRITE = "rights:read", "rights:write"


router = Router(tags=["rights"])


class DeskToken(StaffToken):
    """Officers and administrators: a clerk reads the inquiries themselves."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        viewer = super().authenticate(request, token)
        if viewer is not None:
            rules.check_reader(viewer.role)
        return viewer


@router.get("/rights-requests", response=RequestPage, auth=DeskToken(READ), summary="ご請求の一覧(届いた順)")
def list_requests(
    request: HttpRequest, state: Literal["", "open", "closed"] = "", limit: int = 50, cursor: str = ""
) -> dict[str, Any]:
    if not 1 <= limit <= MOST:
        raise WrongValue(f"limit は 1 から {MOST} までで指定してください。")
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    standing = {"": None, "open": True, "closed": False}[state]
    try:
        page = requests.page(viewer, standing=standing, after=cursor, limit=limit)
    except NoSuchRequest:
        raise WrongValue(
            "cursor が正しくありません。前の応答の next_cursor をそのまま渡してください。"
        ) from None
    if refs := [Ref("request", each.id) for each in page.rows]:
        record("rights.listed", about=viewer.ref, by=viewer.ref, refs=refs, details={"count": len(refs)})
    return {"items": [_row(each) for each in page.rows], "next_cursor": page.following}


@router.post(
    "/rights-requests",
    response={201: ChangedRequest},
    auth=DeskToken(WRITE),
    summary="手紙や電話でのご請求を登録する",
)
def type_in_request(
    request: HttpRequest,
    body: NewRequest,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key", description="同じ登録の印。")] = "",
) -> Status[dict[str, Any]]:
    """`arrived_at` から二週間と期日を数えます。先の日時は登録できません。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    draft = f"desk {viewer.ref.id} api {idempotency_key or secrets.token_urlsafe(32)}"
    opened = open_request(
        entity_id=viewer.entity_id, channel=body.channel, by=viewer.ref, arrived_at=_moment(body.arrived_at),
        asking=Asking(body.kind, body.values, body.wish, body.agent, draft.encode()),
    )  # fmt: skip
    return Status(201, _changed(viewer, opened.number))


@router.post(
    "/inquiries/{receipt_number}/rights-requests",
    response={201: ChangedRequest},
    auth=StaffToken(WRITE),
    summary="お問い合わせをご請求として扱う",
)
def take_over_inquiry(request: HttpRequest, receipt_number: str, body: TakenOver) -> Status[dict[str, Any]]:
    """お問い合わせが届いた日時から数えます。同じ種類で二度呼んでも、ご請求は一つです。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    opened = take_over(
        viewer=viewer, inquiry_id=find(viewer, receipt_number).id, kind=body.kind, values=body.values,
        wish=body.wish, agent=body.agent,
    )  # fmt: skip
    return Status(201, _changed(viewer, opened.number))


def _moment(given: datetime) -> datetime:
    try:
        return given.astimezone(UTC)
    except OverflowError:  # the first or the last day there is, east or west of us
        raise UnfitArrival from None


@router.get("/rights-requests/{number}", response=WholeRequest, auth=DeskToken(READ), summary="ご請求一件")
def read_request(request: HttpRequest, number: str) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = _find(viewer, number)
    record("rights.read", about=Ref("request", found.id), by=viewer.ref)
    whole = one.whole(viewer, found)
    return _row(whole.row) | {
        "asked": dict(whole.asked),
        "identified": whole.identified,
        "checks": [_only(each, Check) for each in whole.checks],
        "fee": _only(whole.fee, Charge) if whole.fee else None,
        "matters": sorted(whole.matters.values()),
        "decision": _only(whole.decision, Decided) if whole.decision else None,
        "letters": [_only(each, Told) for each in whole.letters],
        "steps": [{"code": each.code, "at": each.at, "by": str(each.by)} for each in whole.steps],
        "may": whole.moves.names,
        "living": sorted(living_of(found.person_id)),
    }


def _verb(path: str, summary: str) -> Callable[[Any], Any]:
    return router.post(
        f"/rights-requests/{{number}}/{path}", response=ChangedRequest, auth=DeskToken(WRITE), summary=summary
    )


@_verb("checks", "ご本人の確認を記す")
def note_check(request: HttpRequest, number: str, body: NewCheck) -> dict[str, Any]:
    viewer, id = _found(request, number)
    identify.note_check(
        viewer=viewer, request_id=id, way=body.way, passed=body.passed, document=body.document,
        destroyed_on=body.destroyed_on,
    )  # fmt: skip
    return _changed(viewer, number)


@_verb("fee", "手数料の入金を記す・いただかない")
def settle_fee(request: HttpRequest, number: str, body: Settled) -> dict[str, Any]:
    viewer, id = _found(request, number)
    fee.settle_fee(
        viewer=viewer, request_id=id, how=body.how, paid_on=body.paid_on, waived_for=body.waived_for
    )
    return _changed(viewer, number)


@_verb("fee/refund", "手数料をお返ししたことを記す")
def refund_fee(request: HttpRequest, number: str, body: Refunded) -> dict[str, Any]:
    viewer, id = _found(request, number)
    fee.refund_fee(viewer=viewer, request_id=id, on=body.on)
    return _changed(viewer, number)


@_verb("collection", "対象を確かめたことを記す")
def collect_files(request: HttpRequest, number: str, body: Collected) -> dict[str, Any]:
    """`seen` は GET の `living` です。その間に何かが加わっていれば断ります(409)。"""
    viewer, id = _found(request, number)
    collect.collect(viewer=viewer, request_id=id, files=body.files, seen=body.seen)
    return _changed(viewer, number)


@_verb("decision", "決定する")
def decide_request(request: HttpRequest, number: str, body: NewDecision) -> dict[str, Any]:
    """応じないとき、一部に応じるとき、代わりの措置をとるときは、根拠と理由が要ります(ないときは422)。"""
    viewer, id = _found(request, number)
    decide.decide(
        viewer=viewer, request_id=id, outcome=body.outcome, ground=body.ground, reason=body.reason,
        instead=body.instead,
    )  # fmt: skip
    return _changed(viewer, number)


@_verb("approval", "決定を確かめる")
def approve_decision(request: HttpRequest, number: str, body: Approval) -> dict[str, Any]:
    viewer, id = _found(request, number)
    decide.approve(viewer=viewer, request_id=id, alone_for=body.alone_for, seen=body.decision)
    return _changed(viewer, number)


@_verb("reopening", "決定を取り消して調査に戻す")
def reopen_request(request: HttpRequest, number: str) -> dict[str, Any]:
    viewer, id = _found(request, number)
    decide.reopen(viewer=viewer, request_id=id)
    return _changed(viewer, number)


@_verb("execution", "決めたことを実施する")
def execute_request(request: HttpRequest, number: str) -> dict[str, Any]:
    viewer, id = _found(request, number)
    execute.execute(viewer=viewer, request_id=id)
    return _changed(viewer, number)


@_verb("package", "お渡しするファイルを用意する")
def order_package(request: HttpRequest, number: str, body: NewPackage) -> dict[str, Any]:
    viewer, id = _found(request, number)
    package.order_package(viewer=viewer, request_id=id, form=body.form)
    return _changed(viewer, number)


@router.get(
    "/rights-requests/{number}/letters/{kind}", response=Draft, auth=DeskToken(READ), summary="お手紙の下書き"
)
def draft_letter(request: HttpRequest, number: str, kind: str) -> dict[str, Any]:
    """決まっていないところは ｛…｝ のまま返します。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = _find(viewer, number)
    worded = letters.draft_letter(viewer, found, kind)
    record("rights.read", about=Ref("request", found.id), by=viewer.ref)
    return {"subject": worded.subject, "body": worded.body}


@_verb("letters", "お手紙を送る・送ったことを記す")
def send_letter(request: HttpRequest, number: str, body: NewLetter) -> dict[str, Any]:
    viewer, id = _found(request, number)
    letters.send_letter(
        viewer=viewer, request_id=id, kind=body.kind, subject=body.subject, body=body.body, channel=body.channel,
        sent_on=body.sent_on,
    )  # fmt: skip
    return _changed(viewer, number)


@_verb("close", "完了にする")
def close_request(request: HttpRequest, number: str) -> dict[str, Any]:
    """ご本人に結果をお知らせするまでは、完了にできません(409)。"""
    viewer, id = _found(request, number)
    close.close(viewer=viewer, request_id=id)
    return _changed(viewer, number)


@_verb("withdrawal", "取下げを記す")
def withdraw_request(request: HttpRequest, number: str) -> dict[str, Any]:
    viewer, id = _found(request, number)
    close.withdraw(request_id=id, by=viewer.ref)
    return _changed(viewer, number)


@_verb("owner", "担当を替える")
def change_owner(request: HttpRequest, number: str, body: NewOwner) -> dict[str, Any]:
    viewer, id = _found(request, number)
    manage.change_owner(viewer=viewer, request_id=id, to=body.to)
    return _changed(viewer, number)


@_verb("due", "期日を替える")
def change_due(request: HttpRequest, number: str, body: NewDay) -> dict[str, Any]:
    viewer, id = _found(request, number)
    manage.change_due(viewer=viewer, request_id=id, on=body.on, reason=body.reason)
    return _changed(viewer, number)


def _found(request: HttpRequest, number: str) -> tuple[Viewer, UUID]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    return viewer, _find(viewer, number).id


def _find(viewer: Viewer, number: str) -> "RightsRequest":
    """In any width and case; another company's does not exist, and asking for it is noted."""
    try:
        return requests.find(viewer, read_request_number(number) or "")
    except NoSuchRequest as refusal:
        record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
        raise


def _row(each: Standing) -> dict[str, Any]:
    names = (
        "number", "kind", "name", "state", "outcome", "channel", "arrived_at", "line_on", "due_on", "closed_at",
    )  # fmt: skip
    return {name: getattr(each, name) for name in names} | {"owner": each.owner_id}


def _changed(viewer: Viewer, number: str) -> dict[str, Any]:
    each = requests.standings([_find(viewer, number)])[0]
    return {name: getattr(each, name) for name in ("number", "state", "outcome", "due_on")} | {
        "owner": each.owner_id
    }


def _only(thing: object, schema: type[Schema]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in schema.model_fields}
