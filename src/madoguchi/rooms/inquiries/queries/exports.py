"""Exports: what somebody may see of them, and the rows that go into one, read in batches and masked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock, numbers
from madoguchi.foundation.lib.hours import Hours, business_minutes
from madoguchi.rooms.forms.queries import definition_of, open_forms, parts
from madoguchi.rooms.gate.queries import out_of_use, use_stopped_since, whose_use_is_stopped
from madoguchi.rooms.inquiries.errors import ExportGone, ExportOutdated, ExportStopped, NoSuchExport
from madoguchi.rooms.inquiries.models import Export, Inquiry, Lane
from madoguchi.rooms.inquiries.queries import exporting
from madoguchi.rooms.inquiries.queries.days import bounds
from madoguchi.rooms.inquiries.queries.lists import lane_label, status_label
from madoguchi.rooms.inquiries.queries.reading import CONTACT, FREE
from madoguchi.rooms.organisation.queries import Viewer, hours_of, names_in
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import ended_since, file_keys

AT_ONCE = 300
_GONE = {"erasure": ExportOutdated, "stop": ExportStopped}
COVERED = "（配慮が必要な内容のため、伏せています）"


def columns_of() -> dict[str, str]:
    """Every column by its code, in order: what we know of an inquiry, then the questions of the forms."""
    asked = {f"{exporting.ANSWER}{part.key}": part.label for part in parts()}
    return {**exporting.COLUMNS, **asked}


def exports_of(viewer: Viewer, *, limit: int = 30) -> list[Export]:
    """Own ones; the officer sees everybody's."""
    found = Export.objects.filter(entity_id=viewer.entity_id).select_related("asked_by")
    mine = found if viewer.role == "officer" else found.filter(asked_by_id=viewer.ref.id)
    return list(mine.order_by("-asked_at")[:limit])


def find_export(viewer: Viewer, export_id: UUID) -> Export:
    export = (
        Export.objects.filter(id=export_id, entity_id=viewer.entity_id).select_related("asked_by").first()
    )
    if export is None:
        raise NoSuchExport
    exporting.check_may_fetch(own=export.asked_by_id == viewer.ref.id, role=viewer.role)
    return export


def check_fetchable(export: Export) -> None:
    if export.gone_at is not None or (export.until and export.until <= clock.now()):
        raise _GONE.get(export.gone_for, ExportGone)
    if export.ready_at is None or export.attachment_id is None:
        raise NoSuchExport
    if ended_since(export.asked_at):
        raise ExportOutdated
    if use_stopped_since(export.asked_at):
        raise ExportStopped


def over(now: datetime) -> list[tuple[UUID, str]]:
    """Exports whose time is over, and those that hold somebody who was erased since, each with the reason."""
    found = list[tuple[UUID, str]]()
    for id, asked_at, until in Export.objects.filter(file__isnull=False, gone_at=None).values_list(
        "id", "asked_at", "until"
    ):
        if until is not None and until <= now:
            found.append((id, "time"))
        elif ended_since(asked_at):
            found.append((id, "erasure"))
        elif use_stopped_since(asked_at):
            found.append((id, "stop"))
    return found


# -- rows -------------------------------------------------------------------------------------------


def selected(entity_id: UUID, conditions: Mapping[str, Any]) -> QuerySet[Inquiry]:
    since, until = bounds(date.fromisoformat(conditions["first"]), date.fromisoformat(conditions["last"]))
    lanes = [Lane.INBOX] + [Lane.SALES] * conditions["sales"] + [Lane.JUNK] * conditions["junk"]
    found = Inquiry.objects.filter(
        entity_id=entity_id, received_at__gte=since, received_at__lt=until, lane__in=lanes
    )
    match conditions["state"]:
        case "open":
            return found.filter(closed_at=None)
        case "done":
            return found.filter(closed_at__isnull=False)
    return found


def in_use(found: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """Without those whose person stopped every use (clauses 4-2, 9-1): they are counted and do not leave."""
    return found.exclude(id__in=out_of_use()).exclude(person_id__in=whose_use_is_stopped())


@dataclass
class Rows:
    """Reads batch by batch, oldest first; each row as text, in the order of `columns`."""

    entity_id: UUID
    columns: Sequence[str]
    plain: bool
    hours: Hours = field(init=False)
    staff: dict[UUID, str] = field(init=False)
    forms: dict[UUID, str] = field(init=False)

    def __post_init__(self) -> None:
        self.hours = hours_of(self.entity_id)
        self.staff = names_in(self.entity_id)
        self.forms = {form.id: form.definition.title for form in open_forms(self.entity_id)}

    def batches(self, found: QuerySet[Inquiry]) -> Iterator[list[list[str]]]:
        last: tuple[datetime, UUID] | None = None
        while some := self._next(found, last):
            last = (some[-1].received_at, some[-1].id)
            keys = file_keys([each.file_id for each in some])
            yield [self._row(each, keys.get(each.file_id)) for each in some]

    def _next(self, found: QuerySet[Inquiry], last: tuple[datetime, UUID] | None) -> list[Inquiry]:
        if last is not None:
            at, id = last
            found = found.filter(received_at__gte=at).exclude(Q(received_at=at) & Q(id__lte=id))
        return list(found.order_by("received_at", "id").defer("headline", "visit")[:AT_ONCE])

    def _row(self, inquiry: Inquiry, key: FileKey | None) -> list[str]:
        """An erased one keeps its number, so that it is seen that something was here, and nothing else."""
        if key is None:
            return [inquiry.receipt_number if code == "number" else "" for code in self.columns]
        values = {**self._known(inquiry), **self._answers(inquiry, key)}
        return [values.get(code, "") for code in self.columns]

    def _known(self, inquiry: Inquiry) -> dict[str, str]:
        return {
            "number": inquiry.receipt_number,
            "received": self._at(inquiry.received_at),
            "channel": inquiry.channel if self.plain else CHANNELS.get(inquiry.channel, inquiry.channel),
            "form": self.forms.get(inquiry.form_id, ""),
            "lane": inquiry.lane if self.plain else lane_label(inquiry.lane),
            "status": inquiry.status if self.plain else status_label(inquiry.status),
            "assignee": self.staff.get(inquiry.assignee_id, "") if inquiry.assignee_id else "",
            "due": self._at(inquiry.due_at),
            "first": self._at(inquiry.first_answered_at),
            "first_minutes": self._minutes(inquiry, inquiry.first_answered_at),
            "done": self._at(inquiry.closed_at),
            "done_minutes": self._minutes(inquiry, inquiry.closed_at),
        }

    def _at(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        local = clock.local(moment)
        return local.isoformat(timespec="seconds") if self.plain else f"{local:%Y/%m/%d %H:%M:%S}"

    def _minutes(self, inquiry: Inquiry, end: datetime | None) -> str:
        return "" if end is None else str(max(0, business_minutes(inquiry.received_at, end, self.hours)))

    def _answers(self, inquiry: Inquiry, key: FileKey) -> dict[str, str]:
        """Masked as on the screen of whoever has not asked for more (LAW pitfall 19)."""
        values: dict[str, str] = json.loads(inquiry.opened(key, "answers"))
        covered = inquiry.special_care_at is not None
        kinds = {spec.key: spec.kind for spec in definition_of(inquiry.form_version_id).fields}
        return {
            f"{exporting.ANSWER}{name}": _shown(name, value, kinds.get(name, "text"), covered=covered)
            for name, value in values.items()
        }


def _shown(name: str, value: str, kind: str, *, covered: bool) -> str:
    if covered and name not in CONTACT:
        return COVERED if value else ""
    return numbers.mask(value) if kind in FREE else value


CHANNELS: Mapping[str, str] = {
    "form": "フォーム", "api": "API", "mail": "メール", "letter": "手紙", "phone": "電話", "counter": "窓口",
    "fax": "ファックス", "import": "取り込み",
}  # fmt: skip
