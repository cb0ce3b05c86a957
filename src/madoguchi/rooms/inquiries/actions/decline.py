"""丁寧にお断りする: the polite refusal of a sales pitch, once, by a person's click (T-F2-2)."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.gate.queries import check_in_use
from madoguchi.rooms.inquiries import mails, rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.learn import Prepared, learn, lesson_of
from madoguchi.rooms.inquiries.actions.reply import sent_before
from madoguchi.rooms.inquiries.actions.set_status import Closing, change_status
from madoguchi.rooms.inquiries.models import Status
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import answers_of, declined_at, find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import hold_file


def decline(*, viewer: Viewer, inquiry_id: UUID, closing: Closing | None = None) -> None:
    inquiry = find(viewer, inquiry_id)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    _send(
        viewer=viewer,
        inquiry_id=inquiry_id,
        mail=mails.refusal(inquiry, answers_of(inquiry), sent_before(inquiry)),
        closing=closing,
        lesson=lesson_of(viewer, inquiry_id),
    )


def preview(*, viewer: Viewer, inquiry_id: UUID) -> tuple[str, str]:
    """Subject and text to be read before sending; refuses where `decline` would."""
    inquiry = find(viewer, inquiry_id)
    check_in_use(inquiry.person_id, inquiry.id)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    return mails.refusal_text(inquiry, answers_of(inquiry))


@action
def _send(
    *,
    viewer: Viewer,
    inquiry_id: UUID,
    mail: RenderedMail,
    closing: Closing | None,
    lesson: Prepared | None,
) -> None:
    rules.check_may_send(viewer.role)
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    check_in_use(inquiry.person_id, inquiry.id)
    rules.check_may_decline(inquiry.lane, declined_at(inquiry.id))
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=hold_file(inquiry.file_id))
    write_event(
        inquiry_id=inquiry.id, by=viewer.ref, code="declined", mail=mail_id, details={"role": viewer.role}
    )
    if inquiry.status != Status.DONE:
        change_status(inquiry, Status.DONE, by=viewer.ref, closing=closing)
    learn(inquiry, lesson, inquiry.lane, by=viewer.ref)
    record("inquiry.declined", about=reference(inquiry), by=viewer.ref)
