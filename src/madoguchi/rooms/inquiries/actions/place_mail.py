"""Place a mail that arrived: into its inquiry, as a new one, as an event, or aside with a reason (DESK §4.6, §4.9).

It was kept before; here it is understood. Everything of one mail is one transaction, so that it is placed once and
whole, or still waits; many attached files follow in steps of their own.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import VISITOR, WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.note_bounce import Returned, note_bounce
from madoguchi.rooms.delivery.actions.settle_arrived import note_placed, set_aside, take_arrived
from madoguchi.rooms.delivery.queries.arrived import Arrived, arrived, read_mail
from madoguchi.rooms.delivery.rules import Attachment, DecodedMail
from madoguchi.rooms.inquiries import placing, rules
from madoguchi.rooms.inquiries.actions.arrivals import head_of, note_arrival, submission_of
from madoguchi.rooms.inquiries.actions.enclose import Offered, enclose
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.receive import Arrival, Receipt, receive
from madoguchi.rooms.inquiries.actions.tell import in_charge, tell
from madoguchi.rooms.inquiries.actions.trip_breaker import trip_breaker
from madoguchi.rooms.inquiries.models import Enclosure, Entry, Inquiry, Related
from madoguchi.rooms.inquiries.placing import Decision, Facts
from madoguchi.rooms.inquiries.queries.evidence import facts_of
from madoguchi.rooms.inquiries.queries.one import by_id
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file, hold_files

ENCLOSE = "inquiries.take-out"
AT_ONCE = 20  # attached files in one transaction


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that arrived, with what it says. `by`: whoever takes it in."""

    arrived: Arrived
    read: DecodedMail
    facts: Facts
    by: Ref = WORKER


def place(arrived_id: UUID) -> None:
    """Raises FileErased when the mail, or the person it belongs to, was erased meanwhile."""
    row = arrived(arrived_id)
    if row.state != "waiting":
        return
    mail = understood(row)
    decision = placing.decide(mail.facts)
    _DOING[decision.to](mail, decision)


def understood(row: Arrived, by: Ref = WORKER) -> Mail:
    read = read_mail(row)
    return Mail(row, read, facts_of(row, read), by)


def put_aside_unread(arrived_id: UUID, code: str) -> None:
    set_aside(arrived_id, kind="", code=code, silent=code == "erased")


def _put_aside(mail: Mail, decision: Decision) -> None:
    if decision.code == "breaker" and decision.thread is not None:
        trip_breaker(decision.thread)
    set_aside(mail.arrived.id, kind=mail.read.kind, code=decision.code[:40], silent=decision.silent)


@action
def note_event(mail: Mail, decision: Decision) -> None:
    key, inquiry = _held(mail, decision)
    if key is not None and inquiry is not None:
        _event(mail, inquiry, key, "auto-reply", {"why": mail.read.automatic})
        note_placed(mail.arrived.id, kind=mail.read.kind, holder=inquiry.person_id)


@action
def _note_returned(mail: Mail, decision: Decision) -> None:
    """Of a mail that belongs to no inquiry (a notice to a colleague) only the state of that mail is noted."""
    back = mail.read.bounce
    returned = mail.facts.bounced
    if returned is not None and back is not None:
        note_bounce(Returned(returned, back.status, back.permanent))
    if decision.thread is None:
        set_aside(mail.arrived.id, kind=mail.read.kind, code="bounced", silent=True)
        return
    key, inquiry = _held(mail, decision)
    if key is not None and inquiry is not None:
        told = {"status": back.status, "permanent": back.permanent} if back else {}
        _event(mail, inquiry, key, "bounced", told)
        if back and back.permanent:
            tell(
                event="undelivered",
                inquiry=inquiry,
                to=in_charge(inquiry),
                occasion=str(returned or mail.arrived.id),
            )
        note_placed(mail.arrived.id, kind=mail.read.kind, holder=inquiry.person_id)


def _event(mail: Mail, inquiry: Inquiry, key: FileKey, code: str, details: dict[str, Any]) -> None:
    note_arrival(
        inquiry_id=inquiry.id,
        key=key,
        arrived=mail.arrived.id,
        head=head_of(mail.read),
        code=code,
        details=details,
    )


def _held(mail: Mail, decision: Decision) -> tuple[FileKey | None, Inquiry | None]:
    """Both files at once, in one order; the inquiry's row before them."""
    assert decision.thread is not None
    inquiry = by_id(decision.thread, for_update=True)
    hold_files([inquiry.file_id, mail.arrived.file_id])
    hold_file(inquiry.file_id)  # raises FileErased
    return take_arrived(mail.arrived.id), inquiry


@action
def listen(mail: Mail, decision: Decision) -> None:
    key, inquiry = _held(mail, decision)
    if key is None or inquiry is None:
        return
    entry = hear(
        inquiry_id=inquiry.id,
        heard=Heard(
            text=mail.read.text or mail.read.whole_text, key=key, at=mail.arrived.arrived_at,
            head=head_of(mail.read), arrived=mail.arrived.id, details=decision.details,
        ),
    )  # fmt: skip
    note_placed(mail.arrived.id, kind=mail.read.kind, holder=inquiry.person_id, by=mail.by)
    _enclose_first(mail, Entry.objects.values_list("inquiry_id", flat=True).get(id=entry), entry, key)


def begin(mail: Mail, decision: Decision) -> None:
    """A new inquiry. Its draft is the mail itself: placed twice, it is the same one."""
    acknowledge = rules.may_acknowledge(
        kind=mail.read.kind, automatic=mail.read.automatic, sender=mail.facts.sender, ours=mail.facts.ours
    )
    by = VISITOR if mail.by == WORKER else mail.by
    arrival = Arrival(mail.arrived.arrived_at, channel="mail", by=by, acknowledge=acknowledge)
    submission = submission_of(mail.arrived, mail.read)
    with suppress(_PlacedMeanwhile):
        receive(submission, arrival, then=lambda receipt: _begun(mail, decision, receipt))


class _PlacedMeanwhile(Exception):
    """Somebody else took it in: what was begun is rolled back."""


def _begun(mail: Mail, decision: Decision, receipt: Receipt) -> None:
    """The mail's file is held last, after the person: an erasure takes them in this order."""
    key = take_arrived(mail.arrived.id)
    if key is None:
        raise _PlacedMeanwhile
    inquiry = Inquiry.objects.only("id", "person_id").get(id=receipt.id)
    Inquiry.objects.filter(id=inquiry.id).update(mailbox_id=mail.arrived.mailbox_id)
    _event(mail, inquiry, key, "came-by-mail", {})
    note_placed(mail.arrived.id, kind=mail.read.kind, holder=inquiry.person_id, by=mail.by)
    if decision.continued is not None:
        Related.objects.create(
            inquiry_id=inquiry.id,
            other_id=decision.continued,
            kind="continued",
            by_kind=mail.by.kind,
            by_id=mail.by.id,
        )
    _enclose_first(mail, inquiry.id, None, key)


# -- attached files --------------------------------------------------------------------------------


def _enclose_first(mail: Mail, inquiry: UUID, entry: UUID | None, key: FileKey) -> None:
    offered = _offered(mail.read.attachments)
    enclose(inquiry_id=inquiry, entry_id=entry, key=key, files=offered[:AT_ONCE])
    if len(offered) > AT_ONCE:
        add_job(ENCLOSE, mail.arrived.id)


def take_out_more(arrived_id: UUID) -> None:
    """The rest of a mail with many files, some at a time; a killed run goes on where it was."""
    row = arrived(arrived_id)
    came = Entry.objects.filter(arrived_id=arrived_id).first()
    if came is None:
        return
    entry = came.id if came.kind == "message" else None
    offered = _offered(read_mail(row).attachments)
    while _enclose_some(came.inquiry_id, entry, row.file_id, offered):
        pass


@action
def _enclose_some(inquiry: UUID, entry: UUID | None, file: UUID, offered: Sequence[Offered]) -> bool:
    by_id(inquiry, for_update=True)
    key = hold_file(file)
    done = Enclosure.objects.filter(inquiry_id=inquiry, attachment__file_id=file).count()
    enclose(inquiry_id=inquiry, entry_id=entry, key=key, files=offered[done : done + AT_ONCE], first=done)
    return done + AT_ONCE < len(offered)


def _offered(attachments: Sequence[Attachment]) -> list[Offered]:
    return [Offered(each.name, each.content) for each in attachments if each.content]


_DOING: dict[str, Callable[[Mail, Decision], None]] = {
    "aside": _put_aside, "event": note_event, "bounce": _note_returned, "thread": listen, "new": begin,
}  # fmt: skip
