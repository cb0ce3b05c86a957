"""統合する and 元に戻す: one inquiry goes into another; both numbers keep working, and no entry moves (DESK §4.4)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.flag_special_care import flag
from madoguchi.rooms.inquiries.actions.set_status import Closing, change_status
from madoguchi.rooms.inquiries.errors import CannotMerge, NotMerged
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Status
from madoguchi.rooms.inquiries.queries.merged import alike
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.inquiries.queries.proposals import waiting_id
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file


@action
def merge(
    *,
    viewer: Viewer,
    source_id: UUID,
    target_id: UUID,
    confirmed: bool = False,
    closing: Closing | None = None,
) -> None:
    """`confirmed`: a person has seen both addresses. The source is settled, so whatever must be settled first asks.

    What needs care is covered there too. Of two merges in opposite directions one finds that the other was quicker: both take the rows in one order.
    """
    source, target = _both(viewer, source_id, target_id)
    rules.check_may_merge(source, target)
    rules.check_nothing_proposed(source.receipt_number, waiting=waiting_id(source.id) is not None)
    rules.check_same_person(alike=alike(source, target), confirmed=confirmed)
    for file in sorted((source.file_id, target.file_id)):
        hold_file(file)
    if closing is not None:
        closing(source.id)
    before = {"from": source.status, **_wait_there(source, target)}
    if source.special_care_at and not target.special_care_at:
        flag(target, viewer)
    Inquiry.objects.filter(id=source.id).update(
        merged_into_id=target.id, status=Status.DONE, closed_at=source.closed_at or clock.now()
    )
    _tell("merged", viewer, source, target, before)


def _both(viewer: Viewer, one: UUID, other: UUID) -> tuple[Inquiry, Inquiry]:
    if one == other:
        raise CannotMerge
    found = {id: find(viewer, id, for_update=True) for id in sorted((one, other))}
    return found[one], found[other]


def _wait_there(source: Inquiry, target: Inquiry) -> dict[str, Any]:
    """Somebody who waited for us waits on; gives back how the target stood, when that changes."""
    waits = source.status not in (Status.DONE, Status.PENDING) and source.answered_at is None
    if not waits or (target.answered_at is None and target.due_at <= source.due_at):
        return {}
    Inquiry.objects.filter(id=target.id).update(answered_at=None, due_at=source.due_at)
    answered = target.answered_at.isoformat() if target.answered_at else ""
    return {"due": target.due_at.isoformat(), "answered": answered, "waited": source.due_at.isoformat()}


@action
def unmerge(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """As it stood before: its status, and the target's deadline if nobody answered meanwhile. Raises FileErased once
    what it says was ended."""
    merged_into = find(viewer, inquiry_id).merged_into_id
    if merged_into is None:
        raise NotMerged
    source, target = _both(viewer, inquiry_id, merged_into)
    if source.merged_into_id != target.id:
        raise NotMerged
    hold_file(source.file_id)
    merged = Entry.objects.filter(inquiry_id=source.id, code="merged").order_by("-at", "-id")
    before = merged.values_list("details", flat=True)[0]
    Inquiry.objects.filter(id=source.id).update(merged_into_id=None)
    if before["from"] != Status.DONE:
        change_status(source, before["from"], by=viewer.ref)
    _wait_no_more(target, before)
    _tell("unmerged", viewer, source, target, {})


def _wait_no_more(target: Inquiry, before: dict[str, str]) -> None:
    if "due" not in before or target.answered_at or target.due_at.isoformat() != before["waited"]:
        return
    answered = datetime.fromisoformat(before["answered"]) if before["answered"] else None
    Inquiry.objects.filter(id=target.id).update(
        due_at=datetime.fromisoformat(before["due"]), answered_at=answered
    )


def _tell(code: str, viewer: Viewer, source: Inquiry, target: Inquiry, before: dict[str, Any]) -> None:
    there = {"number": target.receipt_number, **before}
    write_event(inquiry_id=source.id, by=viewer.ref, code=code, details=there)
    here = {"number": source.receipt_number}
    write_event(inquiry_id=target.id, by=viewer.ref, code=f"{code}-here", details=here)
    refs = [Ref("inquiry", source.id)]
    record(f"inquiry.{code}", about=Ref("inquiry", target.id), by=viewer.ref, refs=refs)
