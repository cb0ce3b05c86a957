"""What is done with an open one: another owner, another day, its outcome; or it was none."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.queries.one import find
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.rights.actions.let_close import let_close
from madoguchi.rooms.rights.errors import NoSuchComplaint, UnfitOwner
from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.vault.queries import hold_file


@action
def change_owner(*, viewer: Viewer, inquiry_id: UUID, to: UUID) -> None:
    complaint = _held(viewer, inquiry_id)
    role = next((each.role for each in colleagues(viewer) if each.id == to), None)
    if role is None:
        raise UnfitOwner
    rules.check_owner(role)
    if complaint.owner_id == to:
        return
    Complaint.objects.filter(id=complaint.id).update(owner_id=to)
    _tell(viewer, inquiry_id, "owner", {"to": str(to)})


@action
def change_due(*, viewer: Viewer, inquiry_id: UUID, on: date, reason: str) -> None:
    complaint = _held(viewer, inquiry_id)
    rules.check_reason(reason, rules.DUE_REASONS)
    rules.check_day(on, clock.today())
    Complaint.objects.filter(id=complaint.id).update(due_on=on)
    _tell(viewer, inquiry_id, "due", {"to": on.isoformat(), "reason": reason})


@action
def close_complaint(
    *, viewer: Viewer, inquiry_id: UUID, outcome: str, said: str, inquiry_too: bool = False
) -> None:
    """What was done lies sealed with the inquiry. `inquiry_too` settles the inquiry with it."""
    complaint = _held(viewer, inquiry_id)
    rules.check_closable(outcome)
    rules.check_said(said)
    sealed = hold_file(complaint.file_id).seal(Complaint, "said", complaint.id, said.strip())
    _end(viewer, complaint, outcome, said=sealed)
    _tell(viewer, inquiry_id, "closed", {"outcome": outcome})
    if inquiry_too:
        set_status(viewer=viewer, inquiry_id=inquiry_id, status="done", closing=let_close)


@action
def take_back(*, viewer: Viewer, inquiry_id: UUID, reason: str) -> None:
    """It was opened by mistake: by a handler, or by whoever opened it. It stays on record, with the reason."""
    complaint = _held(viewer, inquiry_id, opener=True)
    rules.check_reason(reason, rules.MISTAKES)
    _end(viewer, complaint, rules.TAKEN_BACK)
    _tell(viewer, inquiry_id, "taken-back", {"reason": reason})


def _held(viewer: Viewer, inquiry_id: UUID, *, opener: bool = False) -> Complaint:
    """An open one in the hands of somebody who may; the inquiry's row is taken first, as everybody takes it."""
    find(viewer, inquiry_id, for_update=True)
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(inquiry_id=inquiry_id).first()
    if complaint is None:
        raise NoSuchComplaint
    opened = (complaint.opened_by_kind, complaint.opened_by_id) == viewer.ref
    rules.check_handler(viewer.role, own=complaint.owner_id == viewer.ref.id or (opener and opened))
    rules.check_open(complaint.outcome)
    return complaint


def _end(viewer: Viewer, complaint: Complaint, outcome: str, *, said: bytes = b"") -> None:
    Complaint.objects.filter(id=complaint.id).update(
        outcome=outcome, said=said, closed_at=clock.now(), closed_by=viewer.ref.id
    )


def _tell(viewer: Viewer, inquiry_id: UUID, what: str, details: dict[str, str]) -> None:
    write_event(inquiry_id=inquiry_id, by=viewer.ref, code=f"complaint-{what}", details=details)
    refs = [Ref("staff", UUID(details["to"]))] if what == "owner" else []
    told: dict[str, str | int | bool] = {} if what == "owner" else dict(details)
    record(f"complaint.{what}", about=Ref("inquiry", inquiry_id), by=viewer.ref, details=told, refs=refs)
