"""要確認: a colleague takes in a mail that was put aside, as a new inquiry or into one that is there."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.delivery.actions.settle_arrived import place_again
from madoguchi.rooms.delivery.queries.arrived import Arrived, find_arrived
from madoguchi.rooms.inquiries.actions.place_mail import Mail, begin, listen, understood
from madoguchi.rooms.inquiries.errors import NoSuchInquiry, TakenInAlready
from madoguchi.rooms.inquiries.placing import Decision
from madoguchi.rooms.inquiries.queries.evidence import inquiry_of_arrived
from madoguchi.rooms.inquiries.queries.one import find_number
from madoguchi.rooms.organisation.queries import Viewer


def take_in_anew(*, viewer: Viewer, arrived_id: UUID) -> str:
    """Gives back the receipt number."""
    begin(_aside(viewer, arrived_id), Decision("new"))
    return _number(arrived_id)


def take_in_under(*, viewer: Viewer, arrived_id: UUID, number: str) -> str:
    """The receipt number under which it is said now: that of the inquiry it was merged into, if it was."""
    inquiry = find_number(viewer, read_receipt_number(number) or "")
    mail = _aside(viewer, arrived_id)
    thread = mail.facts.thread
    known = thread is not None and thread.id == inquiry.id and thread.known
    details: dict[str, Any] = {"channel": "mail", "taken_in": True} | (
        {} if known else {"other_sender": True}
    )
    listen(mail, Decision("thread", inquiry.id, details=details))
    return _number(arrived_id)


def try_again(*, viewer: Viewer, arrived_id: UUID) -> None:
    """もう一度読み取る: as if it had just arrived."""
    _check_aside(find_arrived(viewer, arrived_id))
    place_again(arrived_id, kind="inquiries.place", by=viewer.ref)


def _aside(viewer: Viewer, arrived_id: UUID) -> Mail:
    row = find_arrived(viewer, arrived_id)
    _check_aside(row)
    return understood(row, viewer.ref)


def _check_aside(row: Arrived) -> None:
    if row.state != "aside":
        raise TakenInAlready


def _number(arrived_id: UUID) -> str:
    number = inquiry_of_arrived(arrived_id)
    if not number:
        raise NoSuchInquiry
    return number
