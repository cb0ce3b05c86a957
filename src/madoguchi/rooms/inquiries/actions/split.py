"""別件として分ける: a message of the person becomes an inquiry of its own, with the moment it arrived."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.queries import OpenForm, open_forms
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.index import KIND as INDEX
from madoguchi.rooms.inquiries.actions.receive import Arrival, Receipt, Submission, receive
from madoguchi.rooms.inquiries.actions.relate import tie
from madoguchi.rooms.inquiries.errors import NotAMessage
from madoguchi.rooms.inquiries.models import Enclosure, Entry, Inquiry
from madoguchi.rooms.inquiries.queries.messages import Message, message_of
from madoguchi.rooms.inquiries.queries.one import answers_of, find
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.vault.queries import hold_file

_CONTACT = ("name", "company", "phone", "email")


def split(*, viewer: Viewer, entry_id: UUID) -> Receipt:
    """The message stays where it was said, too. Pressed twice, it is the same new inquiry. Raises FileErased when
    either was ended. No transaction of ours is open around `receive`, which may have to begin anew."""
    entry = Entry.objects.filter(id=entry_id, kind="message").first()
    if entry is None:
        raise NotAMessage
    inquiry = find(viewer, entry.inquiry_id)
    message = message_of(entry)
    form = next(each for each in open_forms(viewer.entity_id) if each.id == inquiry.form_id)
    submission = Submission(
        form=form, hours=hours_of(viewer.entity_id), values=_values(inquiry, form, message), notice=None,
        policy=None, draft=f"split:{entry.id}",
    )  # fmt: skip
    channel = "mail" if entry.arrived_id else inquiry.channel
    arrival = Arrival(entry.at, channel=channel, by=viewer.ref, acknowledge=False)
    return receive(submission, arrival, then=lambda receipt: _follow_up(viewer, inquiry, entry, receipt))


def _values(inquiry: Inquiry, form: OpenForm, message: Message) -> dict[str, str]:
    """Who it is as the inquiry has it, unless somebody else wrote the message."""
    known = answers_of(inquiry).values
    contact = {key: known.get(key, "") for key in _CONTACT}
    if message.address and message.address.casefold() != contact["email"].casefold():
        contact = dict.fromkeys(_CONTACT, "") | {"name": message.name, "email": message.address}
    asked = {spec.key for spec in form.definition.fields}
    return {**{key: value for key, value in contact.items() if value and key in asked}, "body": message.text}


def _follow_up(viewer: Viewer, inquiry: Inquiry, entry: Entry, receipt: Receipt) -> None:
    """Held again first: either may have been ended since it was read."""
    find(viewer, inquiry.id, for_update=True)
    for file in filter(None, (inquiry.file_id, entry.file_id)):
        hold_file(file)
    tie(inquiry_id=inquiry.id, other_id=receipt.id, kind="split", by=viewer.ref)
    Inquiry.objects.filter(id=receipt.id).update(notified_at=clock.now())  # a colleague has just made it
    _enclose(entry, receipt.id)
    number = {"number": receipt.receipt_number, "entry": str(entry.id)}
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="split", details=number)
    from_here = {"number": inquiry.receipt_number}
    write_event(inquiry_id=receipt.id, by=viewer.ref, code="split-off", details=from_here)
    add_job(INDEX, receipt.id)
    refs = [Ref("inquiry", receipt.id)]
    record("inquiry.split", about=Ref("inquiry", inquiry.id), by=viewer.ref, refs=refs)


def _enclose(entry: Entry, inquiry_id: UUID) -> None:
    """What was attached is shown with both; it lies in the message's file and ends with it."""
    for each in Enclosure.objects.filter(entry_id=entry.id, attachment__isnull=False):
        Enclosure.objects.create(
            inquiry_id=inquiry_id, attachment_id=each.attachment_id, position=each.position, kind=each.kind,
            state=each.state,
        )  # fmt: skip
