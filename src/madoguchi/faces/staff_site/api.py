"""The staff half of API v1: the same actions as the screens, with a token of one member of staff.

Whose token it is decides what it sees; looks are recorded as on the screens.
"""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.security import HttpBearer

from madoguchi.faces.staff_site.errors import ScopeMissing, WrongValue
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care, unflag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.read import mark_read, record_list_look
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.reveal import reveal as uncover
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.queries.asked import read_asked
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.reading import read
from madoguchi.rooms.inquiries.queries.search import Results, search
from madoguchi.rooms.inquiries.rules import Delicate, LaneName
from madoguchi.rooms.organisation.queries import Viewer, viewer_by_token
from madoguchi.rooms.rights.actions.let_close import let_close, let_leave

READ, WRITE, DELICATE = "inquiries:read", "inquiries:write", "inquiries:delicate"
MOST = 200
StatusName = Literal["new", "open", "doing", "pending", "done"]


class StaffToken(HttpBearer):
    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        found = viewer_by_token(token)
        if found is None:
            return None
        viewer, scopes = found
        if self.scope not in scopes:
            raise ScopeMissing
        request.scopes = scopes  # type: ignore[attr-defined]
        return viewer


class InquiryRow(Schema):
    receipt_number: str
    company: str
    name: str
    first_line: str
    lane: str
    status: str
    assignee: UUID | None
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None
    sample: bool
    erased: bool
    special_care: bool


class InquiryPage(Schema):
    """`whole`, of a search: false while the index is being made and older ones may be missing."""

    items: list[InquiryRow]
    next_cursor: str
    whole: bool = True


class Answer(Schema):
    key: str
    label: str
    value: str


class TimelineEntry(Schema):
    kind: str
    at: datetime
    by: str
    text: str
    code: str


class WholeInquiry(InquiryRow):
    """`masked`: kinds of numbers that are covered with ●●●●. `covered`: special-care text is left out."""

    covered: bool
    masked: list[str]
    answers: list[Answer]
    timeline: list[TimelineEntry]


class ChangedInquiry(Schema):
    """Where an inquiry stands after a verb. Its contents are read with their own scope, and that is noted."""

    receipt_number: str
    lane: str
    status: str
    assignee: UUID | None
    answered_at: datetime | None


class AssignTo(Schema):
    to: UUID | None = None


class NewStatus(Schema):
    status: StatusName


class NewLane(Schema):
    lane: LaneName


class SpecialCare(Schema):
    flagged: bool


class NewNote(Schema):
    text: str = Field(max_length=20_000)


class NewReply(Schema):
    """`seen_until`: up to when the writer has read; a later reply of a colleague stops this one (409). What is odd
    with it is asked about once (409 needs-confirmation), unless `confirm` says that somebody has looked."""

    text: str = Field(max_length=20_000)
    seen_until: datetime | None = None
    then: Literal["doing", "done"] = "doing"
    confirm: bool = False


router = Router(tags=["staff"])


@router.get(
    "/inquiries",
    response=InquiryPage,
    exclude_unset=True,
    auth=StaffToken(READ),
    summary="お問い合わせの一覧(新しい順)",
)
def list_inquiries(
    request: HttpRequest,
    lane: LaneName | None = None,
    status: StatusName | None = None,
    assignee: str = "",
    q: str = "",
    limit: int = 50,
    cursor: str = "",
) -> dict[str, Any]:
    """`assignee` は `me` か `none`。どちらも受信箱の中から選びます。`q` は画面の検索と同じ書き方で、lane などを
    指定しなければ、営業・迷惑・完了も含めて探します。"""
    if not 1 <= limit <= MOST:
        raise WrongValue(f"limit は 1 から {MOST} までで指定してください。")
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    view = _view(lane, status, assignee)
    try:
        if q:
            found = _searched(viewer, q, view if lane or status or assignee else "", status, cursor, limit)
            rows, following, more = [hit.row for hit in found.hits], found.next_cursor, {"whole": found.whole}
        else:
            page = lists.list_page(viewer, view, cursor=cursor, limit=limit, status=status or "")
            rows, following, more = page.rows, page.next_cursor, {}
    except NoSuchInquiry:
        raise WrongValue(
            "cursor が正しくありません。前の応答の next_cursor をそのまま渡してください。"
        ) from None
    record_list_look(viewer=viewer, inquiry_ids=lists.shown_ids(row for row in rows if not row.erased))
    return {"items": [_row(row) for row in rows], "next_cursor": following, **more}


def _searched(viewer: Viewer, q: str, view: str, status: str | None, cursor: str, limit: int) -> Results:
    """Within a list of the desk, or anywhere."""
    where = lists.narrowed(viewer, view, status or "") if view else None
    return search(viewer, read_asked(q), cursor=cursor, limit=limit, where=where)


def _view(lane: str | None, status: str | None, assignee: str) -> str:
    """The list of the desk that answers these filters."""
    if assignee and lane not in (None, "inbox"):
        raise WrongValue("assignee は、lane を指定しないか inbox のときに使えます。")
    if status == "done":
        if lane or assignee:
            raise WrongValue("完了(done)は、lane や assignee と一緒には指定できません。")
        return "done"
    if assignee:
        named = {"me": "mine", "none": "unassigned"}
        if assignee not in named:
            raise WrongValue("assignee は me か none を指定してください。")
        return named[assignee]
    return lane or "inbox"


@router.get(
    "/inquiries/{receipt_number}", response=WholeInquiry, auth=StaffToken(READ), summary="お問い合わせ一件"
)
def read_inquiry(request: HttpRequest, receipt_number: str, reveal: bool = False) -> dict[str, Any]:
    """番号などは伏せて返します。`reveal=true` は `inquiries:delicate` の範囲が必要で、表示の記録が残ります。"""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    opened = _reveal(request, viewer, found) if reveal else frozenset()
    mark_read(viewer=viewer, inquiry_id=found.id)
    return _whole(viewer, receipt_number, opened)


def _reveal(request: HttpRequest, viewer: Viewer, found: Any) -> frozenset[Delicate]:
    if DELICATE not in request.scopes:  # type: ignore[attr-defined]
        raise ScopeMissing
    what: frozenset[Delicate] = frozenset({"numbers", "text"} if found.special_care_at else {"numbers"})
    uncover(viewer=viewer, inquiry_id=found.id, what=what)
    return what


@router.post(
    "/inquiries/{receipt_number}/assign",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="担当を決める",
)
def assign_inquiry(request: HttpRequest, receipt_number: str, body: AssignTo) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    assign(viewer=viewer, inquiry_id=find(viewer, receipt_number).id, to=body.to)
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/status",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="状況を変える",
)
def set_inquiry_status(request: HttpRequest, receipt_number: str, body: NewStatus) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    set_status(
        viewer=viewer, inquiry_id=find(viewer, receipt_number).id, status=body.status, closing=let_close
    )
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/lane",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="仕分けを変える",
)
def move_inquiry(request: HttpRequest, receipt_number: str, body: NewLane) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    move_lane(viewer=viewer, inquiry_id=find(viewer, receipt_number).id, lane=body.lane, leaving=let_leave)
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/special-care",
    response=ChangedInquiry,
    auth=StaffToken(WRITE),
    summary="要配慮として伏せる・やめる",
)
def set_special_care(request: HttpRequest, receipt_number: str, body: SpecialCare) -> dict[str, Any]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    change = flag_special_care if body.flagged else unflag_special_care
    change(viewer=viewer, inquiry_id=find(viewer, receipt_number).id)
    return changed(viewer, receipt_number)


@router.post(
    "/inquiries/{receipt_number}/notes",
    response={201: ChangedInquiry},
    auth=StaffToken(WRITE),
    summary="社内メモを残す",
)
def note_inquiry(request: HttpRequest, receipt_number: str, body: NewNote) -> Status[dict[str, Any]]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    add_note(viewer=viewer, inquiry_id=find(viewer, receipt_number).id, text=body.text)
    return Status(201, changed(viewer, receipt_number))


@router.post(
    "/inquiries/{receipt_number}/reply",
    response={202: ChangedInquiry},
    auth=StaffToken(WRITE),
    summary="返信する",
)
def reply_to_inquiry(request: HttpRequest, receipt_number: str, body: NewReply) -> Status[dict[str, Any]]:
    viewer: Viewer = request.auth  # type: ignore[attr-defined]
    found = find(viewer, receipt_number)
    seen = (body.seen_until or clock.now()).astimezone(UTC)
    reply(
        viewer=viewer, inquiry_id=found.id, text=body.text, seen_until=seen, then=body.then, closing=let_close,
        confirmed=None if body.confirm else (),
    )  # fmt: skip
    return Status(202, changed(viewer, receipt_number))


def find(viewer: Viewer, receipt_number: str) -> Any:
    """By its number in any width and case; another company's does not exist, and asking for it is noted."""
    try:
        return one.find_number(viewer, read_receipt_number(receipt_number) or "")
    except NoSuchInquiry as refusal:
        record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
        raise


def _row(row: Row) -> dict[str, Any]:
    names = (
        "receipt_number", "company", "name", "lane", "status", "received_at", "due_at", "answered_at", "sample", "erased",
        "special_care",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "first_line": row.line,
        "assignee": row.assignee_id,
    }


def changed(viewer: Viewer, receipt_number: str) -> dict[str, Any]:
    row = lists.row_of(find(viewer, receipt_number))
    return {name: getattr(row, name) for name in ("receipt_number", "lane", "status", "answered_at")} | {
        "assignee": row.assignee_id
    }


def _whole(viewer: Viewer, receipt_number: str, opened: frozenset[Delicate]) -> dict[str, Any]:
    found = find(viewer, receipt_number)
    row = lists.row_of(found)
    reading = read(viewer, found, erased=row.erased, opened=opened)
    answers = reading.answers
    asked = answers.fields if answers else ()
    return _row(row) | {
        "covered": reading.covered,
        "masked": list(reading.masked),
        "answers": [
            {"key": f.key, "label": f.label, "value": answers.values.get(f.key, "")} for f in asked if answers
        ],
        "timeline": [
            {"kind": line.kind, "at": line.at, "by": str(line.by), "text": line.text, "code": line.code}
            for line in reading.lines
        ],
    }
