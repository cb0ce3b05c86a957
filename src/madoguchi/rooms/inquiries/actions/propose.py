"""承認を依頼する, 取り下げる: a reply is put before a colleague, with what is attached to it."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.queries import check_in_use
from madoguchi.rooms.inquiries import filling, rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.pen import put_down
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.errors import OwnProposal, UnknownColleague
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.inquiries.queries.proposals import find_proposal
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@action
def propose(
    *, viewer: Viewer, inquiry_id: UUID, text: str, on_page: bool = False, asked_of: UUID | None = None
) -> UUID:
    """The writer's earlier proposal, if one still waits or was approved, gives way to this one."""
    rules.check_written(text)
    rules.check_filled(filling.blanks(text))
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    check_in_use(inquiry.person_id, inquiry.id)
    _check_asked(viewer, asked_of)
    waiting = Proposal.objects.filter(inquiry_id=inquiry.id, decision="")
    rules.check_nobody_asked(waiting.exclude(author_id=viewer.ref.id).exists())
    waiting.update(decision="dropped", decided_at=clock.now(), decided_by_id=viewer.ref.id)
    id = _insert(inquiry, viewer, key, text, on_page, asked_of)
    _carry(inquiry, viewer, id)
    put_down(inquiry.id, viewer)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="proposed", details={"to": str(asked_of or "")})
    asked = [asked_of] if asked_of else [each.id for each in colleagues(viewer) if rules.may_send(each.role)]
    tell(event="approval", inquiry=inquiry, to=asked, occasion=f"asked:{id}", but=viewer.ref.id)
    refs = [Ref("staff", asked_of)] if asked_of else []
    record("inquiry.proposed", about=reference(inquiry), by=viewer.ref, refs=refs)
    return id


@action
def withdraw(*, viewer: Viewer, inquiry_id: UUID, proposal_id: UUID) -> None:
    """取り下げる: the author takes it back, and writes on from there."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    proposal = find_proposal(viewer, inquiry, proposal_id, for_update=True)
    rules.check_undecided(proposal.decision if proposal.author_id == viewer.ref.id else "another's")
    settle(proposal, "dropped", by=viewer)
    give_back(inquiry, proposal, key)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="proposal-withdrawn")
    record("inquiry.proposal-withdrawn", about=reference(inquiry), by=viewer.ref)


def settle(proposal: Proposal, decision: str, *, by: Viewer) -> None:
    proposal.decision, proposal.decided_at, proposal.decided_by_id = decision, clock.now(), by.ref.id
    proposal.save(update_fields=["decision", "decided_at", "decided_by", "reason"])


def give_back(inquiry: Inquiry, proposal: Proposal, key: FileKey) -> None:
    """Its text is the author's draft again, unless they have begun another one, and its files hang on that."""
    drafts = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=proposal.author_id)
    draft = drafts.first()
    if draft is None:
        draft = Draft(id=uuid7(), inquiry_id=inquiry.id, staff_id=proposal.author_id, file_id=key.id)
        draft.text = key.seal(Draft, "text", draft.id, proposal.opened(key, "text"))
        draft.on_page = proposal.on_page
        draft.save(force_insert=True)
    Enclosure.objects.filter(proposal_id=proposal.id).update(proposal=None, draft=draft)


def _check_asked(viewer: Viewer, asked_of: UUID | None) -> None:
    if asked_of is None:
        return
    if asked_of == viewer.ref.id:
        raise OwnProposal
    asked = next((each for each in colleagues(viewer) if each.id == asked_of), None)
    if asked is None or not rules.may_send(asked.role):
        raise UnknownColleague


def _insert(
    inquiry: Inquiry, viewer: Viewer, key: FileKey, text: str, on_page: bool, asked_of: UUID | None
) -> UUID:
    id = uuid7()
    mine = Proposal.objects.filter(inquiry_id=inquiry.id, author_id=viewer.ref.id, sent=None)
    before = mine.order_by("-asked_at", "-id").values_list("id", flat=True).first()
    insert(
        Proposal, id=id, inquiry_id=inquiry.id, author_id=viewer.ref.id, before_id=before, file_id=key.id,
        text=key.seal(Proposal, "text", id, text), on_page=on_page, asked_at=clock.now(), asked_of_id=asked_of,
    )  # fmt: skip
    return id


def _carry(inquiry: Inquiry, viewer: Viewer, proposal_id: UUID) -> None:
    """From the draft, or from the proposal that this one replaces; the draft itself has done its work."""
    replaced = Proposal.objects.filter(inquiry_id=inquiry.id, author_id=viewer.ref.id, sent=None)
    mine = Enclosure.objects.filter(inquiry_id=inquiry.id)
    mine.filter(proposal__in=replaced.exclude(id=proposal_id)).update(proposal_id=proposal_id)
    mine.filter(draft__staff_id=viewer.ref.id).update(draft=None, proposal_id=proposal_id)
    Draft.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).delete()
