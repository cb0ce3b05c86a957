"""丁寧にお断りする: the polite refusal of a sales pitch, once, by a person's click (T-F2-2)."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.inquiries import mails, rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.reply import sent_before
from madoguchi.rooms.inquiries.actions.set_status import change_status
from madoguchi.rooms.inquiries.models import Status
from madoguchi.rooms.inquiries.queries import answers_of, declined_at, find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import file_key


def decline(*, viewer: Viewer, inquiry_id: UUID) -> None:
    inquiry = find(viewer, inquiry_id)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    _send(
        viewer=viewer,
        inquiry_id=inquiry_id,
        mail=mails.refusal(inquiry, answers_of(inquiry), sent_before(inquiry)),
    )


def preview(*, viewer: Viewer, inquiry_id: UUID) -> tuple[str, str]:
    """Subject and text to be read before sending; refuses where `decline` would."""
    inquiry = find(viewer, inquiry_id)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    return mails.refusal_text(inquiry, answers_of(inquiry))


@action
def _send(*, viewer: Viewer, inquiry_id: UUID, mail: RenderedMail) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=file_key(inquiry.file_id))
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="declined", mail=mail_id)
    if inquiry.status != Status.DONE:
        change_status(inquiry, Status.DONE, by=viewer.ref)
    record("inquiry.declined", about=reference(inquiry), by=viewer.ref)
