"""返信する: rendered before the transaction, then stored, queued and noted together.

The recipient is the address of the inquiry and nobody else (LAW 8.20).
"""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.queries import mail_states
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.inquiries import mails, rules
from madoguchi.rooms.inquiries.actions.entries import write_text
from madoguchi.rooms.inquiries.actions.set_status import change_status
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries import answers_of, find, last_reply_at, mails_of, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import file_key


def reply(
    *, viewer: Viewer, inquiry_id: UUID, text: str, seen_until: datetime | None, then: str = Status.DOING
) -> None:
    """Send `text` to the person; `then` is the status afterwards. Stops when somebody answered meanwhile."""
    rules.check_written(text)
    inquiry = find(viewer, inquiry_id)
    mail = mails.reply(inquiry, answers_of(inquiry), text, sent_before(inquiry))
    _send(viewer=viewer, inquiry_id=inquiry_id, text=text, mail=mail, seen_until=seen_until, then=then)


@action
def _send(
    *, viewer: Viewer, inquiry_id: UUID, text: str, mail: RenderedMail, seen_until: datetime | None, then: str
) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    rules.check_nobody_answered(last_reply_at(inquiry.id), seen_until)
    key = file_key(inquiry.file_id)
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=key)
    write_text(inquiry_id=inquiry.id, by=viewer.ref, kind="reply", text=text, key=key, mail=mail_id)
    _after(inquiry, viewer, then)
    record("inquiry.replied", about=reference(inquiry), by=viewer.ref)


def _after(inquiry: Inquiry, viewer: Viewer, then: str) -> None:
    answered = inquiry.answered_at or clock.now()
    assignee = inquiry.assignee_id or viewer.ref.id
    Inquiry.objects.filter(id=inquiry.id).update(answered_at=answered, assignee_id=assignee)
    if then != inquiry.status:
        rules.check_move(inquiry, then)
        change_status(inquiry, then, by=viewer.ref)


def sent_before(inquiry: Inquiry) -> list[str]:
    """Message-IDs of our mails in this thread, oldest first."""
    ids = mails_of(inquiry)
    states = mail_states(ids)
    return [states[id].message_id for id in ids if id in states]
