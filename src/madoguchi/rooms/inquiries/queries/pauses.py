"""When an inquiry waited for the customer (保留), read from its timeline: our targets stand still meanwhile."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.hours import Pause, resumed
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Status
from madoguchi.rooms.organisation.queries import hours_of


def waits_since(inquiries: Collection[Inquiry]) -> dict[UUID, tuple[datetime, list[Pause]]]:
    """By unanswered inquiry: since when somebody waits for us (its arrival, or the first message after our last
    answer), and its pauses since then."""
    told: dict[UUID, list[Any]] = {each.id: [] for each in inquiries}
    entries = Entry.objects.filter(inquiry_id__in=list(told)).exclude(kind="note").order_by("at", "id")
    for entry in entries.only("inquiry_id", "kind", "code", "details", "at"):
        told[entry.inquiry_id].append(entry)
    return {each.id: _replayed(each, told[each.id]) for each in inquiries}


def _replayed(inquiry: Inquiry, told: list[Any]) -> tuple[datetime, list[Pause]]:
    since, answered, pauses, paused = inquiry.received_at, False, list[Pause](), None
    for entry in told:
        if entry.kind == "message" and answered:
            since, answered, pauses, paused = entry.at, False, [], None
        elif entry.kind == "reply":
            answered = True
        elif entry.code == "status":
            if paused is not None:
                pauses.append(Pause(paused, entry.at))
            paused = entry.at if entry.details["to"] == Status.PENDING else None
            answered = answered or entry.details["to"] == Status.DONE
    return since, [*pauses, Pause(paused, None)] if paused is not None else pauses


def due_after_pause(inquiry: Inquiry, until: datetime) -> dict[str, datetime]:
    """What changes when a pause ends: what was left of the time runs on. A deadline that nobody kept stays."""
    told = Entry.objects.filter(inquiry_id=inquiry.id, code="status", details__to=Status.PENDING)
    since = told.order_by("-at").values_list("at", flat=True).first()
    if since is None or inquiry.answered_at is not None:
        return {}
    due = resumed(inquiry.due_at, since, until, hours_of(inquiry.entity_id))
    return {"due_at": due} | ({"first_due_at": due} if inquiry.first_answered_at is None else {})
