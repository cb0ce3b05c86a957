"""The acknowledgement: rendered first, then queued and noted with the end of its job."""

from uuid import UUID

from madoguchi.foundation.lib.ids import WORKER
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.inquiries import mails
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import answers_of, by_id, reference
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import file_key


def acknowledgement_of(inquiry_id: UUID) -> RenderedMail | None:
    """The mail, rendered outside any transaction; None without an address, or when it was queued before."""
    inquiry = by_id(inquiry_id)
    answers = answers_of(inquiry)
    if inquiry.acknowledgement_id is not None or not answers.values.get("email"):
        return None
    return mails.acknowledgement(inquiry, answers)


@action
def acknowledge(inquiry_id: UUID, mail: RenderedMail) -> None:
    """Exactly one acknowledgement an inquiry, however often the job runs."""
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(id=inquiry_id)
    if inquiry.acknowledgement_id is not None:
        return
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=file_key(inquiry.file_id))
    Inquiry.objects.filter(id=inquiry.id).update(acknowledgement_id=mail_id)
    record("inquiry.acknowledged", about=reference(inquiry), by=WORKER)
