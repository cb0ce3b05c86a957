"""Tell the next few people of a change. Rendered first; then for each in one transaction the permit, the mail and the
note, so that a kill leaves nobody told twice and nobody out.

Everybody is walked in one order, round after round, until a round finds nobody left: who wrote meanwhile, or whose
address changed under our hands, comes in the next.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent import rules as consent
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.consent.queries.standings import standing_of
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.errors import UnsafeHeader
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.queries.addresses import Addressee, addressee, still_reads
from madoguchi.rooms.outreach import mails
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.outreach.queries.changes import ChangeOfPolicy, change_of
from madoguchi.rooms.outreach.queries.telling import outcomes, waiting
from madoguchi.rooms.outreach.rules import Outcome
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import hold_file

AT_ONCE = 20  # people looked at together; each is told in a transaction of their own
AGAIN = timedelta(hours=6)  # until those who wrote meanwhile are told too


@dataclass(frozen=True, slots=True)
class _Ready:
    """One person, and the mail to them if there is to be one."""

    id: UUID
    person: UUID
    outcome: Outcome
    to: Addressee | None = None
    mail: RenderedMail | None = None


def change_told(announcement_id: UUID) -> ChangeOfPolicy:
    """Compared word by word, so once for many people."""
    announcement = Announcement.objects.select_related("policy").get(id=announcement_id)
    return change_of(announcement.entity_id, announcement.policy.number)


def tell_some(announcement_id: UUID, change: ChangeOfPolicy) -> bool:
    """The next few; False when nobody is left at this moment."""
    announcement = Announcement.objects.get(id=announcement_id)
    people = waiting(announcement, limit=AT_ONCE)
    if people:
        found = outcomes(change.version, people)
        for person in people:
            _tell(announcement, _ready(announcement, change, person, found[person]))
        return True
    another = announcement.walked_to is not None
    Announcement.objects.filter(id=announcement_id).update(walked_to=None)
    return another


def next_look(announcement_id: UUID) -> datetime | None:
    """When to look again for those who were shown the old version meanwhile; None, once nobody can be any more."""
    announcement = Announcement.objects.select_related("policy").get(id=announcement_id)
    now, last = clock.now(), announcement.policy.effective_from + GRACE
    if now < last:
        return min(last, now + AGAIN)
    _finish(announcement)
    return None


def _ready(announcement: Announcement, change: ChangeOfPolicy, person: UUID, outcome: Outcome) -> _Ready:
    id, to = uuid7(), addressee(person) if outcome is Outcome.TOLD else None
    if outcome is not Outcome.TOLD:
        return _Ready(id, person, outcome)
    try:
        if to is not None:
            return _Ready(id, person, outcome, to, mails.letter(announcement, change, to, id))
    except UnsafeHeader as unsafe:  # an address that no mail can carry holds up nobody else
        if unsafe.header != "To":  # ours: everybody waits until it is mended
            raise
    return _Ready(id, person, Outcome.NO_ADDRESS)


@action
def _tell(announcement: Announcement, ready: _Ready) -> None:
    _tell_one(announcement, ready)
    Announcement.objects.filter(id=announcement.id).update(walked_to=ready.person)


def _tell_one(announcement: Announcement, ready: _Ready) -> None:
    """An erasure or correction of this moment came before, and then this one is left to the next round, or it waits
    and finds the mail."""
    hold_person(ready.person)
    if Told.objects.filter(announcement_id=announcement.id, person_id=ready.person).exists():
        return
    outcome, mail = ready.outcome, None
    if ready.to and ready.mail:
        if not _still_there(ready.to):
            return
        # Asked before: a refusal from inside a verb would take this transaction back with it, unsaid.
        if consent.may_use(standing_of(announcement.entity_id, ready.person), Purpose.CHANGES):
            mail = _queue(announcement, ready, ready.mail)
        else:
            outcome = Outcome.NOT_SHOWN
    Told.objects.create(
        id=ready.id, announcement_id=announcement.id, person_id=ready.person, outcome=outcome, mail_id=mail
    )


def _still_there(to: Addressee) -> bool:
    try:
        hold_file(to.file_id)
    except FileErased:
        return False
    return still_reads(to)


def _queue(announcement: Announcement, ready: _Ready, mail: RenderedMail) -> UUID:
    permit = permit_use(
        entity_id=announcement.entity_id,
        person=ready.person,
        purpose=Purpose.CHANGES,
        about=Ref("told", ready.id),
    )
    return enqueue(permit=permit, mail=mail, file=open_file(kind="policy-mail", holder=ready.person))


@action
def _finish(announcement: Announcement) -> None:
    open_ones = Announcement.objects.filter(id=announcement.id, finished_at=None)
    if open_ones.update(finished_at=clock.now()):
        record("outreach.announcement-finished", about=Ref("announcement", announcement.id), by=WORKER)
