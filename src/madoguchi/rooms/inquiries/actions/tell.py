"""Tell colleagues of something about an inquiry: each as they wish, once an occasion, without personal data."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.actions.note_notices import Occurrence, note_notices
from madoguchi.rooms.organisation.queries import last_told, staff_of

KIND = "inquiries.tell"
FOLD = timedelta(seconds=2)  # a burst becomes one mail that lists it all


@action
def tell(
    *, event: str, inquiry: Inquiry, to: Collection[UUID], occasion: str = "", but: UUID | None = None
) -> None:
    """`event` is one of organisation.rules.EVENTS; `but` is who did it and knows. The same occasion is told once."""
    people = [id for id in to if id != but]
    tell_all(inquiry.entity_id, [Occurrence(event, reference(inquiry), people, occasion)] if people else [])


@action
def tell_all(entity_id: UUID, occurrences: Iterable[Occurrence]) -> None:
    wake(note_notices(entity_id, occurrences))


def wake(staff: Iterable[UUID]) -> None:
    """Ask for the mail of each, a little later: what happens until then goes along."""
    now, calm = clock.now(), timedelta(seconds=settings.NOTICE_SECONDS)  # a storm becomes one mail each time
    for id in staff:
        last = last_told(id)
        add_job(KIND, id, due_at=max(now + FOLD, last + calm) if last else now + FOLD)


def in_charge(inquiry: Inquiry) -> list[UUID]:
    """Whoever has it in hand; as long as nobody has, everybody."""
    if inquiry.assignee_id is not None:
        return [inquiry.assignee_id]
    return [each.id for each in staff_of(inquiry.entity_id)]
