"""承認する, 差し戻す: by somebody who did not write it; it needs not be the one who was asked."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.queries import check_in_use
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.propose import give_back, settle
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.models import Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.inquiries.queries.proposals import find_proposal
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file


@action
def approve(*, viewer: Viewer, inquiry_id: UUID, proposal_id: UUID) -> None:
    inquiry, proposal = _to_decide(viewer, inquiry_id, proposal_id)
    check_in_use(inquiry.person_id, inquiry.id)
    settle(proposal, "approved", by=viewer)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="proposal-approved")
    _tell_author(inquiry, proposal)
    record("inquiry.proposal-approved", about=reference(inquiry), by=viewer.ref)


@action
def send_back(*, viewer: Viewer, inquiry_id: UUID, proposal_id: UUID, reason: str) -> None:
    """差し戻す: the reason is the author's to read; the text is their draft again."""
    rules.check_reason(reason)
    inquiry, proposal = _to_decide(viewer, inquiry_id, proposal_id)
    key = hold_file(inquiry.file_id)
    proposal.reason = key.seal(Proposal, "reason", proposal.id, reason.strip())
    settle(proposal, "returned", by=viewer)
    give_back(inquiry, proposal, key)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="proposal-returned")
    _tell_author(inquiry, proposal)
    record("inquiry.proposal-returned", about=reference(inquiry), by=viewer.ref)


def _tell_author(inquiry: Inquiry, proposal: Proposal) -> None:
    tell(event="approval", inquiry=inquiry, to=[proposal.author_id], occasion=f"decided:{proposal.id}")


def _to_decide(viewer: Viewer, inquiry_id: UUID, proposal_id: UUID) -> tuple[Inquiry, Proposal]:
    inquiry = find(viewer, inquiry_id, for_update=True)
    hold_file(inquiry.file_id)
    proposal = find_proposal(viewer, inquiry, proposal_id, for_update=True)
    rules.check_may_decide(role=viewer.role, own=proposal.author_id == viewer.ref.id)
    rules.check_undecided(proposal.decision)
    return inquiry, proposal
