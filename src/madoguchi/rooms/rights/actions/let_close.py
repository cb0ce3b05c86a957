"""What a face hands to the verbs that settle or move an inquiry: asked in the same transaction (ADR 0019)."""

from uuid import UUID

from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.rules import complaints as rules


def let_close(inquiry_id: UUID) -> None:
    """The caller holds the inquiry's row, so that no complaint is opened meanwhile."""
    outcome = _outcome(inquiry_id)
    if outcome is not None:
        rules.check_closable(outcome)


def let_leave(inquiry_id: UUID) -> None:
    """Out of the inbox: the periods of the trays run from the arrival, and would end an open one."""
    outcome = _outcome(inquiry_id)
    if outcome is not None:
        rules.check_may_leave(outcome)


def _outcome(inquiry_id: UUID) -> str | None:
    return Complaint.objects.filter(inquiry_id=inquiry_id).values_list("outcome", flat=True).first()
