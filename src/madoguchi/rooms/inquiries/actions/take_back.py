"""取り消す: a reply comes back before it has left, and everything stands as before; the timeline says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.recall import recall
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.index import KIND
from madoguchi.rooms.inquiries.errors import NoSuchInquiry, TooLateToTakeBack
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Entry, Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@action
def take_back(*, viewer: Viewer, inquiry_id: UUID, entry_id: UUID) -> None:
    """Whoever sees the countdown may press it. Too late once the worker has the mail in hand."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    entry = Entry.objects.filter(id=entry_id, inquiry_id=inquiry.id).first()
    if entry is None or entry.mail_id is None:
        raise NoSuchInquiry
    rules.check_may_take_back(taken_back_until(entry), clock.now())
    if not recall(mail_id=entry.mail_id, code="taken-back"):
        raise TooLateToTakeBack
    _write_again(inquiry, entry, key)
    _as_before(inquiry, entry, viewer)
    _tell(entry, viewer)
    add_job(KIND, inquiry.id)
    record("inquiry.reply-taken-back", about=reference(inquiry), by=viewer.ref)


def taken_back_until(entry: Entry) -> datetime | None:
    until = entry.details.get("until") if entry.kind == "reply" else None
    return datetime.fromisoformat(until) if until else None


def _write_again(inquiry: Inquiry, entry: Entry, key: FileKey) -> None:
    """An approved proposal can be sent anew; anything else is its writer's draft, before what they began since."""
    proposal = Proposal.objects.filter(sent_id=entry.id).first()
    if proposal is not None:
        Proposal.objects.filter(id=proposal.id).update(sent=None)
        Enclosure.objects.filter(entry_id=entry.id).update(entry=None, proposal=proposal)
        return
    draft = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=entry.by_id).first()
    begun = draft.opened(key, "text").strip() if draft else ""
    draft = draft or Draft(id=uuid7(), inquiry_id=inquiry.id, staff_id=entry.by_id, file_id=key.id)
    text = "\n\n".join(filter(None, (entry.opened(key, "text"), begun)))
    draft.text, draft.saved_at = key.seal(Draft, "text", draft.id, text), clock.now()
    draft.on_page = bool(entry.details.get("on_page"))
    draft.save()
    Enclosure.objects.filter(entry_id=entry.id).update(entry=None, draft=draft)


def _as_before(inquiry: Inquiry, entry: Entry, viewer: Viewer) -> None:
    """Only what the reply itself changed and nobody has changed since."""
    stood, changed = entry.details, dict[str, Any]()
    if inquiry.answered_at is not None and inquiry.answered_at >= entry.at:
        changed["answered_at"] = _time(stood, "answered_at")
    if inquiry.first_answered_at is not None and inquiry.first_answered_at >= entry.at:
        changed["first_answered_at"] = _time(stood, "first_answered_at")
    if not stood["assignee"] and inquiry.assignee_id == entry.by_id:
        changed["assignee_id"] = None
    if _status_is_the_replys(inquiry, entry):
        changed |= {name: _time(stood, name) for name in ("closed_at", "due_at")} | {
            "status": stood["status"]
        }
        details = {"from": inquiry.status, "to": stood["status"]}
        write_event(inquiry_id=inquiry.id, by=viewer.ref, code="status", details=details)
    Inquiry.objects.filter(id=inquiry.id).update(**changed)


def _status_is_the_replys(inquiry: Inquiry, entry: Entry) -> bool:
    """The last move of the status is the one that came with it."""
    if inquiry.status == entry.details["status"]:
        return False
    moves = Entry.objects.filter(inquiry_id=inquiry.id, code="status", at__gte=entry.at)
    return moves.count() == 1


def _time(stood: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(stood[name]) if stood[name] else None


def _tell(entry: Entry, viewer: Viewer) -> None:
    """The line of the reply becomes the line that it was taken back; its mail, which never left, stays named."""
    details = {"role": entry.details["role"], "sent": entry.at.isoformat(), "writer": str(entry.by_id)}
    Entry.objects.filter(id=entry.id).update(
        kind="event", code="taken-back", text=b"", file=None, at=clock.now(), by_kind=viewer.ref.kind,
        by_id=viewer.ref.id, details=details,
    )  # fmt: skip
