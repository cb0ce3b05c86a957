"""One inquiry: its row, its answers, its timeline. Another entity's does not exist (T-C5-7)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Related
from madoguchi.rooms.inquiries.queries.merged import merged_here
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.errors import NotYours
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, file_keys


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, opened, with the fields it was asked under."""

    values: Mapping[str, str]
    fields: tuple[FieldSpec, ...]


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


def by_id(inquiry_id: UUID, *, for_update: bool = False) -> Inquiry:
    """For the worker and the visitor's own links, which have proven what they may see."""
    rows = Inquiry.objects.select_for_update(of=("self",)) if for_update else Inquiry.objects
    inquiry = rows.filter(id=inquiry_id).first()
    if inquiry is None:
        raise NoSuchInquiry
    return inquiry


def reference(inquiry: Inquiry) -> Ref:
    return Ref("inquiry", inquiry.id)


def answers_of(inquiry: Inquiry) -> Answers:
    """Raises FileErased when the person was erased."""
    values = json.loads(inquiry.opened(file_key(inquiry.file_id), "answers"))
    return Answers(values, definition_of(inquiry.form_version_id).fields)


def visit_of(inquiry: Inquiry) -> dict[str, str]:
    """What came with it beside the answers, while that was collected; raises FileErased like the answers."""
    return dict(json.loads(inquiry.opened(file_key(inquiry.file_id), "visit") or "{}"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, opened. `head` of what came by mail: from_name, from_address, subject. `of` is the receipt number it was said under, when that inquiry was merged
    into this one."""

    id: UUID
    kind: str
    by: Ref
    at: datetime
    text: str
    code: str
    details: Mapping[str, Any]
    mail_id: UUID | None
    of: str = ""
    head: Mapping[str, str] = field(default_factory=dict)
    arrived_id: UUID | None = None


def timeline(inquiry: Inquiry) -> list[Line]:
    """Notes, replies and events, oldest first; texts whose key is gone are left empty. What was merged into it is told
    in between, each submission as a message."""
    merged = merged_here(inquiry)
    numbers = {each.id: each.receipt_number for each in merged}
    told = Entry.objects.filter(inquiry_id__in=[inquiry.id, *numbers])
    entries = list(told.order_by("at", "id"))
    files = [each.file_id for each in merged] + [each.file_id for each in entries if each.file_id]
    keys = file_keys(set(files))
    lines = [_line(entry, keys, numbers.get(entry.inquiry_id, "")) for entry in entries]
    repeated = _split_off({inquiry.id, *numbers}) if merged else set()
    submissions = [_submission(each, keys.get(each.file_id)) for each in merged if each.id not in repeated]
    return sorted([*submissions, *lines], key=lambda line: line.at) if merged else lines


def _split_off(group: set[UUID]) -> set[UUID]:
    """Of these, those made from a message that stands among them already."""
    pairs = Related.objects.filter(kind="split", other_id__in=group, inquiry_id__in=group)
    return set(pairs.values_list("other_id", flat=True))


def _submission(inquiry: Inquiry, key: FileKey | None) -> Line:
    """The other answers of the form follow the text, except how to reach whoever wrote."""
    text = ""
    if key:
        values = json.loads(inquiry.opened(key, "answers"))
        others = [
            f"{spec.label}: {values[spec.key]}"
            for spec in definition_of(inquiry.form_version_id).fields
            if spec.key not in ("body", "phone", "email") and values.get(spec.key)
        ]
        text = "\n".join([values.get("body", ""), "", *others]).strip()
    details = {"channel": inquiry.channel}
    return Line(
        inquiry.id,
        "message",
        VISITOR,
        inquiry.received_at,
        text,
        "",
        details,
        None,
        of=inquiry.receipt_number,
    )


def _line(entry: Entry, keys: Mapping[UUID, FileKey], of: str) -> Line:
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
        of=of,
        head=json.loads(entry.opened(key, "head") or "{}") if key else {},
        arrived_id=entry.arrived_id,
    )


def last_reply_at(inquiry_id: UUID) -> datetime | None:
    replies = Entry.objects.filter(inquiry_id=inquiry_id, kind="reply")
    return replies.order_by("-at").values_list("at", flat=True).first()


def last_reply_id(inquiry_id: UUID) -> UUID | None:
    replies = Entry.objects.filter(inquiry_id=inquiry_id, kind="reply")
    return replies.order_by("-at").values_list("id", flat=True).first()


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
