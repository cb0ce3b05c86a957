"""新しいメールを書く: to somebody who has a matter with us, and an inquiry of its own that their answer comes back to.

Nobody asked for it just now, so it is no answer: it needs a purpose that this person was shown, and a stop holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.delivery import rules as delivery
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import Enclosed
from madoguchi.rooms.forms.queries import OpenForm
from madoguchi.rooms.gate.queries import check_still_may_leave
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries import mails, rules
from madoguchi.rooms.inquiries.actions.enclose import Offered, enclose, made_ready
from madoguchi.rooms.inquiries.actions.entries import write_text
from madoguchi.rooms.inquiries.actions.index import KIND as INDEX
from madoguchi.rooms.inquiries.actions.receive import Arrival, Receipt, Submission, receive
from madoguchi.rooms.inquiries.models import Inquiry, Status
from madoguchi.rooms.inquiries.queries.addresses import Addressee, addressee, known_here
from madoguchi.rooms.inquiries.queries.one import Answers, by_id, reference
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import hold_file, suppression_mark


@dataclass(frozen=True, slots=True)
class NewMail:
    """`to` as typed; `draft` tells a repeated press from a second mail."""

    form: OpenForm
    to: str
    subject: str
    text: str
    draft: str
    files: Sequence[Offered] = ()


def recipient_of(*, viewer: Viewer, to: str) -> tuple[UUID, Addressee]:
    """Who would get it, to be looked at before sending. Raises Unreadable, NobodyKnown."""
    person = known_here(viewer.entity_id, read_email(to).key)
    found = addressee(person) if person else None
    rules.check_known_here(found is not None)
    assert person is not None
    assert found is not None
    return person, found


def write_to(*, viewer: Viewer, mail: NewMail) -> Receipt:
    """Stored, queued and noted together. Raises what the gate and consent refuse, and then nothing is kept."""
    rules.check_may_send(viewer.role)
    rules.check_subject(mail.subject)
    rules.check_written(mail.text)
    person, found = recipient_of(viewer=viewer, to=mail.to)
    files = made_ready(mail.files)
    delivery.check_size([Enclosed(each.name, each.media_type, each.content) for each in files])
    values = {"email": found.email, "name": found.name, "company": found.company, "body": mail.subject}
    submission = Submission(
        form=mail.form, hours=hours_of(viewer.entity_id), notice=None, policy=None, draft=mail.draft,
        values={key: value for key, value in values.items() if value},
    )  # fmt: skip
    arrival = Arrival(clock.now(), channel=rules.OUTGOING, by=viewer.ref, acknowledge=False)
    return receive(submission, arrival, then=lambda receipt: _send(viewer, receipt, mail, person, files))


def _send(viewer: Viewer, receipt: Receipt, mail: NewMail, person: UUID, files: Sequence[Offered]) -> None:
    """In the transaction that makes the inquiry: its number and token stand in the mail, and are known only now."""
    inquiry = by_id(receipt.id, for_update=True)
    key, about = hold_file(inquiry.file_id), reference(inquiry)
    answers = Answers({"email": mail.to, "name": "", "company": ""}, ())
    enclosed = [Enclosed(each.name, each.media_type, each.content) for each in files]
    rendered = mails.first_letter(inquiry, answers, mail.subject, mail.text, enclosed)
    permit = permit_use(entity_id=inquiry.entity_id, person=person, purpose=Purpose.SERVICE, about=about)
    check_still_may_leave(permit, suppression_mark("email", read_email(mail.to).key))
    sent = enqueue(permit=permit, mail=rendered, file=key)
    entry = write_text(inquiry_id=inquiry.id, by=viewer.ref, kind="reply", text=mail.text, key=key, mail=sent)
    enclose(inquiry_id=inquiry.id, entry_id=entry, key=key, files=files)
    Inquiry.objects.filter(id=inquiry.id).update(
        status=Status.DOING, assignee_id=viewer.ref.id, opened_at=clock.now(), answered_at=clock.now()
    )
    add_job(INDEX, inquiry.id)
    record("inquiry.written-to", about=about, by=viewer.ref, refs=[person_ref(person), Ref("mail", sent)])
