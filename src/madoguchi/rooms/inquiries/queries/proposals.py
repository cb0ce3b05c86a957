"""Replies put before a colleague: what waits, what came back, what was approved and not sent yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.errors import DecidedAlready, NoSuchInquiry
from madoguchi.rooms.inquiries.models import Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.lists import Row, rows_of
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal, opened. `before_text`: the text that it follows, None for a first one."""

    id: UUID
    author_id: UUID
    asked_of_id: UUID | None
    asked_at: datetime
    decided_at: datetime | None
    decided_by_id: UUID | None
    decision: str
    text: str
    reason: str
    on_page: bool
    before_text: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the home page."""

    row: Row
    author_id: UUID
    asked_at: datetime
    asked_of_me: bool


def find_proposal(
    viewer: Viewer, inquiry: Inquiry, proposal_id: UUID, *, for_update: bool = False
) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)) if for_update else Proposal.objects
    found = rows.filter(id=proposal_id, inquiry_id=inquiry.id, inquiry__entity_id=viewer.entity_id).first()
    if found is None:
        raise NoSuchInquiry
    return found


def current(inquiry: Inquiry, *, key: FileKey | None) -> Proposed | None:
    """The last one, as long as it matters: waiting, returned to its author, or approved and not sent."""
    last = (
        Proposal.objects.filter(inquiry_id=inquiry.id).select_related("before").order_by("-asked_at", "-id")
    )
    found = last.first() if key else None
    if found is None or key is None or found.sent_id or found.decision == "dropped":
        return None
    return Proposed(
        found.id, found.author_id, found.asked_of_id, found.asked_at, found.decided_at, found.decided_by_id,
        found.decision, found.opened(key, "text"), found.opened(key, "reason"), found.on_page,
        found.before.opened(key, "text") if found.before else None,
    )  # fmt: skip


def waiting_id(inquiry_id: UUID) -> UUID | None:
    waiting = Proposal.objects.filter(inquiry_id=inquiry_id, decision="")
    return waiting.values_list("id", flat=True).first()


def approved_text(viewer: Viewer, inquiry: Inquiry, proposal_id: UUID) -> tuple[str, bool]:
    """Its text, and whether it is shown on the page of the receipt; `reply` asks whether it may still go out."""
    found = find_proposal(viewer, inquiry, proposal_id)
    if found.decision != "approved" or found.sent_id is not None:
        raise DecidedAlready
    return found.opened(file_key(inquiry.file_id), "text"), found.on_page


def approved_with(inquiry_id: UUID, text: str, key: FileKey) -> Proposal | None:
    """The approved proposal with exactly this text, not sent yet: a changed text is not what was approved."""
    last = Proposal.objects.filter(inquiry_id=inquiry_id).order_by("-asked_at", "-id").first()
    ready = last is not None and last.decision == "approved" and last.sent_id is None
    return last if last and ready and last.opened(key, "text") == text else None


def waiting_for(viewer: Viewer, *, limit: int = 20) -> list[Waiting]:
    """What this viewer may decide, those waiting longest first; nothing for who may not send."""
    if not rules.may_send(viewer.role):
        return []
    found = Proposal.objects.filter(decision="", inquiry__entity_id=viewer.entity_id)
    found = found.exclude(author_id=viewer.ref.id).select_related("inquiry").order_by("asked_at", "id")
    return _lines(viewer, list(found[:limit]))


def returned_to(viewer: Viewer, *, limit: int = 20) -> list[Waiting]:
    """What came back to its author and has not been put forward again, nor answered by somebody else."""
    mine = Proposal.objects.filter(
        decision="returned", author_id=viewer.ref.id, inquiry__closed_at=None,
        inquiry__drafts__staff_id=viewer.ref.id,
    ).select_related("inquiry")  # fmt: skip
    latest: dict[UUID, Proposal] = {}
    for proposal in mine.order_by("asked_at", "id"):
        latest[proposal.inquiry_id] = proposal
    return _lines(viewer, list(latest.values())[:limit])


def _lines(viewer: Viewer, proposals: list[Proposal]) -> list[Waiting]:
    rows = rows_of([proposal.inquiry for proposal in proposals]) if proposals else []
    return [
        Waiting(row, proposal.author_id, proposal.asked_at, proposal.asked_of_id == viewer.ref.id)
        for row, proposal in zip(rows, proposals, strict=True)
    ]
