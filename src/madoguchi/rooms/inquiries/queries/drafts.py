"""Replies being written: whose, since when, and what lists say of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Value

from madoguchi.foundation.lib import clock, numbers
from madoguchi.rooms.inquiries.models import Draft, Inquiry, Pen, Proposal
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys


@dataclass(frozen=True, slots=True)
class Written:
    """A reply that somebody has not sent yet."""

    id: UUID
    staff_id: UUID
    text: str
    on_page: bool
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Who has the pen, since when, and until when without a sign of life."""

    staff_id: UUID
    since: datetime
    until: datetime


@dataclass
class Marks:
    """What a list says of an inquiry besides: staff ids."""

    drafts: list[UUID] = field(default_factory=list)
    writer: UUID | None = None
    proposed: bool = False


def drafts_on(inquiry: Inquiry, *, key: FileKey | None) -> list[Written]:
    """The newest first; nothing once the file is erased."""
    found = Draft.objects.filter(inquiry_id=inquiry.id).order_by("-saved_at") if key else []
    return [_written(draft, key) for draft in found if key]


def draft_of(viewer: Viewer, inquiry: Inquiry) -> Written | None:
    key = file_keys([inquiry.file_id]).get(inquiry.file_id)
    draft = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).first()
    return _written(draft, key) if draft and key else None


def _written(draft: Draft, key: FileKey) -> Written:
    return Written(draft.id, draft.staff_id, draft.opened(key, "text"), draft.on_page, draft.saved_at)


def to_be_read(written: Written) -> str:
    """What a colleague sees of it: numbers that should not be typed are masked, as everywhere."""
    return numbers.mask(written.text)


def pen_on(inquiry_id: UUID) -> Held | None:
    """The pen, if somebody has it in hand still."""
    pen = Pen.objects.filter(inquiry_id=inquiry_id, until__gt=clock.now()).first()
    return Held(pen.staff_id, pen.since, pen.until) if pen else None


def pen_of_another(viewer: Viewer, inquiry_id: UUID) -> Held | None:
    held = pen_on(inquiry_id)
    return held if held and held.staff_id != viewer.ref.id else None


def marks_on(inquiry_ids: Iterable[UUID]) -> dict[UUID, Marks]:
    """For one page of a list, in one question."""
    ids = list(inquiry_ids)
    found: dict[UUID, Marks] = {}
    if not ids:
        return found
    drafts = _told(Draft.objects.filter(inquiry_id__in=ids), "staff_id", "draft")
    pens = _told(Pen.objects.filter(inquiry_id__in=ids, until__gt=clock.now()), "staff_id", "pen")
    waiting = _told(Proposal.objects.filter(inquiry_id__in=ids, decision=""), "author_id", "proposal")
    for inquiry, staff, what in drafts.union(pens, waiting, all=True):
        marks = found.setdefault(inquiry, Marks())
        if what == "draft":
            marks.drafts.append(staff)
        elif what == "pen":
            marks.writer = staff
        else:
            marks.proposed = True
    return found


def _told(rows: Any, who: str, what: str) -> Any:
    """(inquiry, staff, what): alike for the three tables, so that they can be asked together."""
    return (
        rows.annotate(what=Value(what, output_field=CharField()))
        .order_by()
        .values_list("inquiry_id", who, "what")
    )
