"""Lists of the desk: lanes and standing views, newest first, and how many each holds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from madoguchi.foundation.lib import clock, numbers
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Inquiry, Lane, Status, Tally
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `erased` rows show that something was here, and nothing of it; of special-care ones
    the line is left out for everybody, since lists are seen by whoever passes."""

    id: UUID
    receipt_number: str
    company: str
    name: str
    line: str
    lane: str
    status: str
    assignee_id: UUID | None
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None
    unread: bool
    sample: bool
    erased: bool
    special_care: bool
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at the list: a lane, or one of the standing views."""

    name: str
    label: str
    where: Q


def views(viewer: Viewer) -> dict[str, View]:
    """Every list the desk offers, by name."""
    open_ = Q(closed_at=None)
    inbox = open_ & Q(lane=Lane.INBOX)
    all_views = [
        View("inbox", "受信箱", inbox),
        View("sales", "営業", open_ & Q(lane=Lane.SALES)),
        View("junk", "迷惑", open_ & Q(lane=Lane.JUNK)),
        View("mine", "自分の担当", open_ & Q(assignee_id=viewer.ref.id)),
        View("unassigned", "担当なし", inbox & Q(assignee_id=None)),
        View(
            "overdue",
            "期限超過",
            inbox & Q(answered_at=None, due_at__lt=clock.now()) & ~Q(status=Status.PENDING),
        ),
        View("pending", "保留", inbox & Q(status=Status.PENDING)),
        View("done", "完了", Q(closed_at__isnull=False)),
    ]
    return {view.name: view for view in all_views}


def list_page(viewer: Viewer, view: str, *, cursor: str = "", limit: int = PAGE, status: str = "") -> Page:
    """The newest first, paged by key: the cursor names the last row shown, so depth costs nothing."""
    found = of_entity(viewer).filter(narrowed(viewer, view, status))
    found = found.filter(after(cursor)).order_by("-received_at", "-id")
    rows = list(found.defer("answers")[: limit + 1])
    following = cursor_of(rows[limit - 1]) if len(rows) > limit else ""
    return Page(rows_of(rows[:limit]), following)


def narrowed(viewer: Viewer, view: str, status: str = "") -> Q:
    """What lies in this list, and has this status if one is named."""
    chosen = views(viewer).get(view)
    if chosen is None:
        raise NoSuchInquiry
    return chosen.where & Q(status=status) if status else chosen.where


def of_entity(viewer: Viewer) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(entity_id=viewer.entity_id)


def after(cursor: str, received_at: str = "received_at") -> Q:
    """What comes after the row that the cursor names; by another column of the same moment, roughly."""
    if not cursor:
        return Q()
    try:
        at, _, id = cursor.partition("_")
        moment, last = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise NoSuchInquiry from None
    upto = Q(**{f"{received_at}__lte": moment})
    return upto & ~Q(received_at=moment, id__gte=last) if received_at == "received_at" else upto


def cursor_of(row: Inquiry) -> str:
    return f"{row.received_at.isoformat()}_{row.id}"


def rows_of(inquiries: list[Inquiry]) -> list[Row]:
    keys = file_keys([inquiry.file_id for inquiry in inquiries])
    return [_row(inquiry, keys.get(inquiry.file_id)) for inquiry in inquiries]


def _row(inquiry: Inquiry, key: FileKey | None) -> Row:
    head = json.loads(inquiry.opened(key, "headline")) if key else {"company": "", "name": "", "line": ""}
    return Row(
        id=inquiry.id,
        receipt_number=inquiry.receipt_number,
        company=numbers.mask(head["company"]),
        name=numbers.mask(head["name"]),
        line="" if inquiry.special_care_at else numbers.mask(head["line"]),
        lane=inquiry.lane,
        status=inquiry.status,
        assignee_id=inquiry.assignee_id,
        received_at=inquiry.received_at,
        due_at=inquiry.due_at,
        answered_at=inquiry.answered_at,
        unread=inquiry.opened_at is None,
        sample=inquiry.sample,
        erased=key is None,
        special_care=inquiry.special_care_at is not None,
        merged=inquiry.merged_into_id is not None,
    )


def row_of(inquiry: Inquiry) -> Row:
    return rows_of([inquiry])[0]


def same_person(viewer: Viewer, inquiry: Inquiry, *, limit: int = 20) -> list[Row]:
    """Other inquiries from the same address, newest first."""
    others = of_entity(viewer).filter(person_id=inquiry.person_id).exclude(id=inquiry.id)
    return rows_of(list(others.order_by("-received_at", "-id").defer("answers")[:limit]))


def counts(viewer: Viewer) -> dict[str, int]:
    """How many each lane and view holds; lanes from the tally, personal views by their own small indexes."""
    tally = (
        Tally.objects.filter(entity=viewer.entity_id)
        .values_list("lane", "status", "assigned")
        .annotate(n=Sum("n"))
    )
    found = dict.fromkeys(("inbox", "sales", "junk", "pending", "unassigned", "done"), 0)
    for lane, status, assigned, n in tally:
        if status == Status.DONE:
            found["done"] += n
            continue
        found[lane] += n
        if lane == Lane.INBOX:
            found["pending"] += n if status == Status.PENDING else 0
            found["unassigned"] += 0 if assigned else n
    standing = views(viewer)
    return found | {
        name: of_entity(viewer).filter(standing[name].where).count() for name in ("mine", "overdue")
    }


def today(viewer: Viewer, *, everybody: bool, until: datetime, limit: int = 30) -> list[Row]:
    """What waits for an answer until then, the most urgent first: mine, or the whole team's."""
    waiting = _waiting(viewer, everybody, until)
    return rows_of(list(waiting.order_by("due_at", "id").defer("answers")[:limit]))


def today_count(viewer: Viewer, *, everybody: bool, until: datetime) -> int:
    """How many `today` would list without its limit."""
    return _waiting(viewer, everybody, until).count()


def _waiting(viewer: Viewer, everybody: bool, until: datetime) -> QuerySet[Inquiry]:
    waiting = of_entity(viewer).filter(closed_at=None, lane=Lane.INBOX, answered_at=None, due_at__lte=until)
    waiting = waiting.exclude(status=Status.PENDING)
    return waiting if everybody else waiting.filter(assignee_id=viewer.ref.id)


def unassigned(viewer: Viewer, *, limit: int = 8) -> list[Row]:
    waiting = of_entity(viewer).filter(closed_at=None, lane=Lane.INBOX, assignee_id=None)
    return rows_of(list(waiting.order_by("due_at", "id").defer("answers")[:limit]))


def shown_ids(rows: Iterable[Row]) -> list[UUID]:
    return [row.id for row in rows]


def status_label(status: str) -> str:
    return str(Status(status).label)


def lane_label(lane: str) -> str:
    return str(Lane(lane).label)
