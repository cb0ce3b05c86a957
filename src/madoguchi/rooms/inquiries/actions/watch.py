"""What colleagues are told of because time passed: deadlines, mails that did not arrive, the summary of a morning."""

from datetime import timedelta

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.delivery.queries.outbox import refused_lately
from madoguchi.rooms.inquiries.actions.tell import in_charge, tell_all
from madoguchi.rooms.inquiries.models import Inquiry, Lane, Status
from madoguchi.rooms.inquiries.queries.mails import inquiries_of_mails
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.actions.note_notices import Occurrence, note_notices
from madoguchi.rooms.organisation.queries import entities, hours_of, staff_of, wishes_of

NEAR = timedelta(hours=2)  # before an answer is due
LATE = timedelta(days=3)  # what is late longer was told long ago, or lies in the summary of each morning
AT_ONCE = 200


def note_deadlines() -> None:
    """Once when it comes near, once when it has passed; a new deadline is told of anew."""
    now = clock.now()
    waiting = Inquiry.objects.filter(
        closed_at=None, lane=Lane.INBOX, answered_at=None, due_at__gt=now - LATE, due_at__lte=now + NEAR
    ).exclude(status=Status.PENDING)
    for entity in entities():
        mine = list(
            waiting.filter(entity_id=entity).order_by("due_at").defer("answers", "headline")[:AT_ONCE]
        )
        if mine:
            tell_all(entity, [_deadline(each) for each in mine])


def _deadline(inquiry: Inquiry) -> Occurrence:
    step = "over" if inquiry.due_at <= clock.now() else "near"
    occasion = f"{step}:{inquiry.due_at:%Y%m%dT%H%M}"
    return Occurrence("deadline", reference(inquiry), in_charge(inquiry), occasion)


def note_undelivered() -> None:
    """A mail to a person that did not arrive: whoever has the inquiry in hand is told once of each."""
    mails = refused_lately(limit=AT_ONCE)
    found = inquiries_of_mails(mails)
    inquiries = Inquiry.objects.in_bulk(set(found.values())) if found else {}
    for entity in {each.entity_id for each in inquiries.values()}:
        mine = [(mail, inquiries[id]) for mail, id in found.items() if inquiries[id].entity_id == entity]
        tell_all(
            entity,
            [Occurrence("undelivered", reference(each), in_charge(each), str(mail)) for mail, each in mine],
        )


def note_mornings() -> None:
    """The summary of a working day, for whoever wants it, at the hour they chose or as soon after as we run."""
    now = clock.now()
    day = f"{clock.local(now):%Y-%m-%d}"
    for entity in entities():
        hours, people = hours_of(entity), [each.id for each in staff_of(entity)]
        due = [
            id for id, wishes in wishes_of(people).items() if organisation.daily_is_due(wishes, now, hours)
        ]
        if due:
            note_notices(entity, [Occurrence(organisation.DAILY, Ref("entity", entity), due, day)])
