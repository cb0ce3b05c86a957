"""What screens and other rooms may read of inquiries; each takes the viewer and stays in their entity."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.delivery.queries import MailState, in_trouble_to, is_addressed_to, pages_in_trouble
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Lane, Status, Tally, Wording
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.errors import NotYours
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, file_keys

PAGE = 50
_NOTICE = "staff-notice"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, opened, with the fields it was asked under."""

    values: Mapping[str, str]
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `erased` rows show that something was here, and nothing of it."""

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
    chosen = views(viewer).get(view)
    if chosen is None:
        raise NoSuchInquiry
    found = _of(viewer).filter(chosen.where)
    if status:
        found = found.filter(status=status)
    rows = list(_after(found, cursor).order_by("-received_at", "-id").defer("answers")[: limit + 1])
    following = _cursor(rows[limit - 1]) if len(rows) > limit else ""
    return Page(_rows(rows[:limit]), following)


def _of(viewer: Viewer) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(entity_id=viewer.entity_id)


def _after(found: QuerySet[Inquiry], cursor: str) -> QuerySet[Inquiry]:
    if not cursor:
        return found
    try:
        at, _, id = cursor.partition("_")
        moment, last = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise NoSuchInquiry from None
    return found.filter(received_at__lte=moment).exclude(received_at=moment, id__gte=last)


def _cursor(row: Inquiry) -> str:
    return f"{row.received_at.isoformat()}_{row.id}"


def _rows(inquiries: list[Inquiry]) -> list[Row]:
    keys = file_keys([inquiry.file_id for inquiry in inquiries])
    return [_row(inquiry, keys.get(inquiry.file_id)) for inquiry in inquiries]


def _row(inquiry: Inquiry, key: FileKey | None) -> Row:
    head = json.loads(inquiry.opened(key, "headline")) if key else {"company": "", "name": "", "line": ""}
    return Row(
        id=inquiry.id,
        receipt_number=inquiry.receipt_number,
        company=head["company"],
        name=head["name"],
        line=head["line"],
        lane=inquiry.lane,
        status=inquiry.status,
        assignee_id=inquiry.assignee_id,
        received_at=inquiry.received_at,
        due_at=inquiry.due_at,
        answered_at=inquiry.answered_at,
        unread=inquiry.opened_at is None,
        sample=inquiry.sample,
        erased=key is None,
    )


def find(viewer: Viewer, inquiry_id: UUID, *, for_update: bool = False) -> Inquiry:
    """The row, for a verb; another entity's does not exist (T-C5-7)."""
    rows = Inquiry.objects.select_for_update(of=("self",)) if for_update else Inquiry.objects
    return _own(viewer, rows.filter(id=inquiry_id).first())


def find_number(viewer: Viewer, receipt_number: str) -> Inquiry:
    return _own(viewer, Inquiry.objects.filter(receipt_number=receipt_number).first())


def _own(viewer: Viewer, inquiry: Inquiry | None) -> Inquiry:
    if inquiry is None:
        raise NoSuchInquiry
    try:
        organisation.check_own(viewer, inquiry)
    except NotYours:
        raise NoSuchInquiry from None
    return inquiry


def row_of(inquiry: Inquiry) -> Row:
    return _rows([inquiry])[0]


def answers_of(inquiry: Inquiry) -> Answers:
    """Raises FileErased when the person was erased."""
    values = json.loads(inquiry.opened(file_key(inquiry.file_id), "answers"))
    return Answers(values, definition_of(inquiry.form_version_id).fields)


def by_id(inquiry_id: UUID) -> Inquiry:
    """For the worker and the visitor's own links, which have proven what they may see."""
    inquiry = Inquiry.objects.filter(id=inquiry_id).first()
    if inquiry is None:
        raise NoSuchInquiry
    return inquiry


def reference(inquiry: Inquiry) -> Ref:
    return Ref("inquiry", inquiry.id)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, opened."""

    id: UUID
    kind: str
    by: Ref
    at: datetime
    text: str
    code: str
    details: Mapping[str, Any]
    mail_id: UUID | None


def timeline(inquiry: Inquiry) -> list[Line]:
    """Notes, replies and events, oldest first; texts whose key is gone are left empty."""
    entries = list(Entry.objects.filter(inquiry_id=inquiry.id).order_by("at", "id"))
    keys = file_keys({entry.file_id for entry in entries if entry.file_id})
    return [_line(entry, keys) for entry in entries]


def _line(entry: Entry, keys: Mapping[UUID, FileKey]) -> Line:
    key = keys.get(entry.file_id) if entry.file_id else None
    text = entry.opened(key, "text") if key else ""
    return Line(
        entry.id,
        entry.kind,
        Ref(entry.by_kind, entry.by_id),
        entry.at,
        text,
        entry.code,
        entry.details,
        entry.mail_id,
    )


def last_reply_at(inquiry_id: UUID) -> datetime | None:
    replies = Entry.objects.filter(inquiry_id=inquiry_id, kind="reply")
    return replies.order_by("-at").values_list("at", flat=True).first()


def declined_at(inquiry_id: UUID) -> datetime | None:
    refusals = Entry.objects.filter(inquiry_id=inquiry_id, code="declined")
    return refusals.order_by("at").values_list("at", flat=True).first()


def mails_of(inquiry: Inquiry) -> list[UUID]:
    sent = list(
        Entry.objects.filter(inquiry_id=inquiry.id, mail__isnull=False)
        .order_by("at")
        .values_list("mail_id", flat=True)
    )
    mine = [inquiry.acknowledgement_id] if inquiry.acknowledgement_id else []
    return mine + sent


def same_person(viewer: Viewer, inquiry: Inquiry, *, limit: int = 20) -> list[Row]:
    """Other inquiries from the same address, newest first."""
    others = _of(viewer).filter(person_id=inquiry.person_id).exclude(id=inquiry.id)
    return _rows(list(others.order_by("-received_at", "-id").defer("answers")[:limit]))


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
    return found | {name: _of(viewer).filter(standing[name].where).count() for name in ("mine", "overdue")}


def today(viewer: Viewer, *, everybody: bool, until: datetime, limit: int = 30) -> list[Row]:
    """What waits for an answer until then, the most urgent first: mine, or the whole team's."""
    waiting = _waiting(viewer, everybody, until)
    return _rows(list(waiting.order_by("due_at", "id").defer("answers")[:limit]))


def today_count(viewer: Viewer, *, everybody: bool, until: datetime) -> int:
    """How many `today` would list without its limit."""
    return _waiting(viewer, everybody, until).count()


def _waiting(viewer: Viewer, everybody: bool, until: datetime) -> QuerySet[Inquiry]:
    waiting = _of(viewer).filter(closed_at=None, lane=Lane.INBOX, answered_at=None, due_at__lte=until)
    waiting = waiting.exclude(status=Status.PENDING)
    return waiting if everybody else waiting.filter(assignee_id=viewer.ref.id)


def unassigned(viewer: Viewer, *, limit: int = 8) -> list[Row]:
    waiting = _of(viewer).filter(closed_at=None, lane=Lane.INBOX, assignee_id=None)
    return _rows(list(waiting.order_by("due_at", "id").defer("answers")[:limit]))


def answered_since(viewer: Viewer, since: datetime) -> int:
    return Entry.objects.filter(inquiry__entity_id=viewer.entity_id, kind="reply", at__gte=since).count()


@dataclass(frozen=True, slots=True)
class Figures:
    """What came and what became of it, over the inquiries received in a span of time."""

    received: int
    answered_in_time: int
    median_minutes: int | None
    sales: int


def figures(viewer: Viewer, since: datetime, until: datetime) -> Figures:
    """Counts over what was received from `since` until before `until`; the median over at most 4,000.

    In two halves, each by the index of its list, so that no submission has to write one more.
    """
    came = _of(viewer).filter(received_at__gte=since, received_at__lt=until)
    halves = [came.filter(closed_at=None, lane__in=Lane.values), came.filter(closed_at__isnull=False)]
    answered = Q(lane=Lane.INBOX, answered_at__isnull=False)
    counted = [
        half.aggregate(
            received=Count("id"),
            in_time=Count("id", filter=answered & Q(answered_at__lte=F("due_at"))),
            sales=Count("id", filter=Q(lane=Lane.SALES)),
        )
        for half in halves
    ]
    spans = [span for half in halves for span in _spans(half.filter(answered))]
    return Figures(
        received=sum(each["received"] for each in counted),
        answered_in_time=sum(each["in_time"] for each in counted),
        median_minutes=int(median(span.total_seconds() for span in spans) // 60) if spans else None,
        sales=sum(each["sales"] for each in counted),
    )


def _spans(answered: QuerySet[Inquiry]) -> list[timedelta]:
    pairs = answered.order_by("-received_at").values_list("received_at", "answered_at")[:2000]
    return [end - start for start, end in pairs if end is not None]


def numbers_of_mails(viewer: Viewer, mail_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Receipt numbers of the inquiries that these mails belong to; mails of another entity are left out."""
    ids = list(mail_ids)
    # From the mail over its file to the inquiry: both are looked up by key.
    mine = _of(viewer).filter(file__mail__id__in=ids, acknowledgement_id=F("file__mail__id"))
    acknowledged = mine.values_list("acknowledgement_id", "receipt_number")
    written = Entry.objects.filter(mail_id__in=ids, inquiry__entity_id=viewer.entity_id)
    pairs = [*acknowledged, *written.values_list("mail_id", "inquiry__receipt_number")]
    return dict(pairs)


def mails_in_trouble(viewer: Viewer, *, limit: int = 20) -> list[tuple[MailState, str]]:
    """Mails about the viewer's own inquiries that a person must look at, each with the receipt number;
    however many of another entity's there are, they hide none of these."""
    found: list[tuple[MailState, str]] = []
    for page in pages_in_trouble():
        numbers = numbers_of_mails(viewer, [mail.id for mail in page])
        found += [(mail, numbers[mail.id]) for mail in page if mail.id in numbers]
        if len(found) >= limit:
            break
    return found[:limit]


def notices_in_trouble(viewer: Viewer, *, limit: int = 20) -> list[MailState]:
    """Notices to colleagues that did not arrive: for administrators, who can mend an address."""
    return in_trouble_to(_minded(viewer), kind=_NOTICE, limit=limit)


def is_own_notice(viewer: Viewer, mail_id: UUID) -> bool:
    return is_addressed_to(mail_id, _minded(viewer), kind=_NOTICE)


def _minded(viewer: Viewer) -> list[UUID]:
    """The colleagues whose notices this viewer looks after."""
    return list(names(viewer)) if viewer.role == "admin" else []


def status_label(status: str) -> str:
    return str(Status(status).label)


def lane_label(lane: str) -> str:
    return str(Lane(lane).label)


def wording(entity_id: UUID, kind: str) -> Wording:
    return Wording.objects.get(entity_id=entity_id, kind=kind)


def unnotified(entity_id: UUID, *, limit: int) -> list[Inquiry]:
    waiting = Inquiry.objects.filter(entity_id=entity_id, notified_at=None).order_by("received_at")
    return list(waiting.defer("answers", "headline")[:limit])


def shown_ids(rows: Iterable[Row]) -> list[UUID]:
    return [row.id for row in rows]
