"""Something arrived: everybody is told of a new inquiry, whoever has it in hand of what its person says since.

Trays stay silent (SCREENING §8) but count as told.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.index import index_or_later
from madoguchi.rooms.inquiries.actions.receive import SCREEN
from madoguchi.rooms.inquiries.actions.screen import WAIT
from madoguchi.rooms.inquiries.actions.tell import in_charge, tell_all
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Lane
from madoguchi.rooms.inquiries.queries.mails import unnotified
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.jobs.queries import unfinished_since
from madoguchi.rooms.organisation.actions.note_notices import Occurrence

MOST = 100  # looked at in one step


def notify(entity_id: UUID) -> bool:
    """One step; True when more wait: a screening that is under way is waited for, and not for long."""
    found = unnotified(entity_id, limit=MOST)
    held = unfinished_since(SCREEN, [each.id for each in found], clock.now() - WAIT) if found else set()
    waiting = [each for each in found if each.id not in held]
    if waiting:
        index_or_later([inquiry.id for inquiry in waiting])  # staff who come at the notice can already search
        _note(entity_id, waiting)
    return len(found) == MOST or bool(held)


@action
def _note(entity_id: UUID, waiting: Sequence[Inquiry]) -> None:
    told = [inquiry.id for inquiry in waiting]
    if not Inquiry.objects.filter(id__in=told, notified_at=None).update(notified_at=clock.now()):
        return  # another worker told them
    tell_all(entity_id, _occurrences([each for each in waiting if each.lane == Lane.INBOX]))
    record("inquiry.staff-notified", about=reference(waiting[0]), by=WORKER, details={"count": len(told)})


def _occurrences(loud: Sequence[Inquiry]) -> Iterator[Occurrence]:
    said = Entry.objects.filter(inquiry_id__in=[each.id for each in loud], kind="message").order_by(
        "at", "id"
    )
    last = dict(said.values_list("inquiry_id", "id"))
    for inquiry in loud:
        event = "heard" if inquiry.id in last and inquiry.assignee_id else "new"
        yield Occurrence(event, reference(inquiry), in_charge(inquiry), str(last.get(inquiry.id, "")))
