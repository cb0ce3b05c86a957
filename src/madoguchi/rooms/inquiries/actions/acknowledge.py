"""The acknowledgement: rendered first, then queued and noted with the end of its job."""

from uuid import UUID

from madoguchi.foundation.lib.ids import WORKER
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.inquiries import mails, rules
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.evidence import is_own_address
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id, reference
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import hold_file


def acknowledgement_of(inquiry_id: UUID) -> RenderedMail | None:
    """The mail, rendered outside any transaction; None when it was queued before, and for an address that nobody
    reads or that is our own, whichever way it came (DESK §4.3)."""
    inquiry = by_id(inquiry_id)
    answers = answers_of(inquiry)
    address = answers.values.get("email", "")
    ours = bool(address) and is_own_address(inquiry.entity_id, address)
    if inquiry.acknowledgement_id is not None or not rules.may_acknowledge(
        kind="new", automatic="", sender=address, ours=ours
    ):
        return None
    return mails.acknowledgement(inquiry, answers)


@action
def acknowledge(inquiry_id: UUID, mail: RenderedMail) -> None:
    """Exactly one acknowledgement an inquiry, however often the job runs. Raises FileErased when the person was
    erased since it was rendered."""
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(id=inquiry_id)
    if inquiry.acknowledgement_id is not None:
        return
    key = hold_file(inquiry.file_id)
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=key)
    Inquiry.objects.filter(id=inquiry.id).update(acknowledgement_id=mail_id)
    record("inquiry.acknowledged", about=reference(inquiry), by=WORKER)
