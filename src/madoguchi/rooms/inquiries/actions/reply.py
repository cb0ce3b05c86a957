"""返信する: rendered before the transaction, then stored, queued and noted together.

The recipient is the address of the inquiry and nobody else (LAW 8.20). For a few seconds it waits in the outbox,
so that it can be taken back (`take_back`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.queries import mail_states
from madoguchi.rooms.delivery.rules import Enclosed, RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.gate.queries import check_in_use
from madoguchi.rooms.inquiries import filling, mails, rules
from madoguchi.rooms.inquiries.actions.entries import write_text
from madoguchi.rooms.inquiries.actions.index import KIND
from madoguchi.rooms.inquiries.actions.pen import put_down
from madoguchi.rooms.inquiries.actions.set_status import Closing, change_status
from madoguchi.rooms.inquiries.errors import DecidedAlready
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Entry, Inquiry, Proposal, Status
from madoguchi.rooms.inquiries.queries import enclosures
from madoguchi.rooms.inquiries.queries.checking import odd_in
from madoguchi.rooms.inquiries.queries.desk_rules import manner_of
from madoguchi.rooms.inquiries.queries.drafts import pen_of_another
from madoguchi.rooms.inquiries.queries.mails import has_page
from madoguchi.rooms.inquiries.queries.one import answers_of, find, last_reply_at, mails_of, reference
from madoguchi.rooms.inquiries.queries.proposals import approved_with
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, hold_file

_JUST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is to be sent, and what its writer had before their eyes: `seen` replies, up to `seen_until`."""

    text: str
    on_page: bool
    seen_until: datetime | None
    seen: int | None
    then: str
    closing: Closing | None
    asking: bool


def reply(
    *,
    viewer: Viewer,
    inquiry_id: UUID,
    text: str,
    seen_until: datetime | None,
    then: str = Status.DOING,
    closing: Closing | None = None,
    seen: int | None = None,
    on_page: bool = False,
    confirmed: Collection[str] | None = None,
) -> None:
    """Send `text` to the person; `then` is the status afterwards. Stops when somebody answered meanwhile, and
    raises FileErased when the person was erased while it was being written: then nothing is kept of it.

    `confirmed`: the oddities that the writer has looked at (`queries.checking.odd_in`); None asks nobody, not even
    whoever has the pen. An approved proposal is sent by giving its very text.
    """
    rules.check_may_send(viewer.role)
    rules.check_written(text)
    rules.check_filled(filling.blanks(text))
    inquiry = find(viewer, inquiry_id)
    check_in_use(inquiry.person_id, inquiry.id)
    on_page = on_page and has_page(inquiry)
    key = file_key(inquiry.file_id)
    files = _files(viewer, inquiry, approved_with(inquiry.id, text, key))
    if confirmed is not None:
        rules.check_not_sent_already(same=_just_sent(viewer, inquiry, text, key))
        rules.check_nobody_answered(last_reply_at(inquiry.id), seen_until)
        rules.check_looked_at(odd_in(viewer, inquiry, text, files=len(files)), confirmed)
    mail = mails.reply(
        inquiry, answers_of(inquiry), text, sent_before(inquiry), list(map(_enclosed, files)), on_page=on_page
    )
    writing = _Reply(text, on_page, seen_until, seen, then, closing, confirmed is not None)
    _send(viewer=viewer, inquiry_id=inquiry_id, writing=writing, mail=mail, files=[each.id for each in files])


@action
def _send(
    *, viewer: Viewer, inquiry_id: UUID, writing: _Reply, mail: RenderedMail, files: list[UUID]
) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    check_in_use(inquiry.person_id, inquiry.id)
    _check_still_one(viewer, inquiry, writing, key)
    proposal = approved_with(inquiry.id, writing.text, key)
    rules.check_approved(needed=manner_of(inquiry.entity_id).approval, approved=proposal is not None)
    if {each.id for each in _files(viewer, inquiry, proposal)} != set(files):
        raise DecidedAlready("添付ファイルが変わりました。画面を開き直してお確かめください。")
    entry = _write(viewer, inquiry, writing, mail, key)
    Enclosure.objects.filter(id__in=files).update(entry_id=entry, draft=None, proposal=None)
    _put_away(viewer, inquiry, proposal, entry)
    _after(inquiry, viewer, writing.then, writing.closing)
    add_job(KIND, inquiry.id)
    record("inquiry.replied", about=reference(inquiry), by=viewer.ref)


def _check_still_one(viewer: Viewer, inquiry: Inquiry, writing: _Reply, key: FileKey) -> None:
    """Under the inquiry's lock: nobody else writes or has answered, and this opening has not sent yet."""
    rules.check_not_sent_already(same=_just_sent(viewer, inquiry, writing.text, key))
    rules.check_nobody_answered(last_reply_at(inquiry.id), writing.seen_until)
    rules.check_seen_all(Entry.objects.filter(inquiry_id=inquiry.id, kind="reply").count(), writing.seen)
    other = pen_of_another(viewer, inquiry.id) if writing.asking else None
    rules.check_pen_is_free(names(viewer).get(other.staff_id, "").split(" ")[0] if other else None)


def _just_sent(viewer: Viewer, inquiry: Inquiry, text: str, key: FileKey) -> bool:
    mine = Entry.objects.filter(inquiry_id=inquiry.id, kind="reply", by_id=viewer.ref.id, file_id=key.id)
    last = mine.filter(at__gt=clock.now() - _JUST).order_by("-at").first()
    if last is None or last.opened(key, "text") != text:
        return False
    mail = mail_states([last.mail_id]).get(last.mail_id) if last.mail_id else None
    return mail is None or mail.state != "stopped"  # one that was stopped never left


def _write(viewer: Viewer, inquiry: Inquiry, writing: _Reply, mail: RenderedMail, key: FileKey) -> UUID:
    """`details` say how long it can be taken back, and to what: codes and times only."""
    until = clock.now() + timedelta(seconds=manner_of(inquiry.entity_id).take_back_seconds)
    permit = answer_own_request(about=reference(inquiry), recipient=person_ref(inquiry.person_id))
    mail_id = enqueue(permit=permit, mail=mail, file=key, not_before=until)
    details = {"role": viewer.role, "until": until.isoformat(), "on_page": writing.on_page, **_stood(inquiry)}
    return write_text(
        inquiry_id=inquiry.id, by=viewer.ref, kind="reply", text=writing.text, key=key, mail=mail_id,
        details=details,
    )  # fmt: skip


def _stood(inquiry: Inquiry) -> dict[str, Any]:
    times = ("answered_at", "first_answered_at", "closed_at", "due_at")
    return {
        "status": inquiry.status,
        "assignee": str(inquiry.assignee_id or ""),
        **{name: at.isoformat() if (at := getattr(inquiry, name)) else "" for name in times},
    }


def _put_away(viewer: Viewer, inquiry: Inquiry, proposal: Proposal | None, entry: UUID) -> None:
    """What led to this reply has done its work; the drafts of colleagues stay theirs."""
    if proposal is not None:
        Proposal.objects.filter(id=proposal.id).update(sent_id=entry)
    Draft.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).delete()
    put_down(inquiry.id, viewer)


def _files(viewer: Viewer, inquiry: Inquiry, proposal: Proposal | None) -> list[enclosures.Enclosed]:
    if proposal is not None:
        return enclosures.of_proposal(proposal.id)
    return enclosures.of_draft(inquiry.id, viewer.ref.id)


def _enclosed(file: enclosures.Enclosed) -> Enclosed:
    return Enclosed(file.name, file.media_type, b"".join(enclosures.content_of(file, role="clerk")))


def _after(inquiry: Inquiry, viewer: Viewer, then: str, closing: Closing | None) -> None:
    now = clock.now()
    Inquiry.objects.filter(id=inquiry.id).update(
        answered_at=inquiry.answered_at or now,
        first_answered_at=inquiry.first_answered_at or now,
        assignee_id=inquiry.assignee_id or viewer.ref.id,
    )
    if then != inquiry.status:
        rules.check_move(inquiry, then)
        change_status(inquiry, then, by=viewer.ref, closing=closing)


def sent_before(inquiry: Inquiry) -> list[str]:
    """Message-IDs of our mails in this thread, oldest first; what was taken back never stood in it."""
    ids = mails_of(inquiry)
    states = mail_states(ids)
    return [states[id].message_id for id in ids if id in states and states[id].state != "stopped"]
