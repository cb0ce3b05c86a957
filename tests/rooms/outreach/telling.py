"""An announcement begun through the real verb, and what its worker does."""

from collections import Counter
from uuid import UUID

from madoguchi.config.worker import Worker
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.mails import wording
from madoguchi.rooms.outreach.actions.announce import JOB, announce
from madoguchi.rooms.outreach.models import Announcement, Told
from tests.house import House


def person(house: House, email: str = "hanako@example.jp", **answers: str) -> UUID:
    return Inquiry.objects.get(id=house.submit(email=email, **answers).id).person_id


def begin(house: House, number: int = 2, *, role: str = "officer", **words: str) -> Announcement:
    own = wording(house.entity_id, "policy_change")
    given = {"subject": own.subject, "text": own.text} | words
    by = Ref("staff", house.staff[role].id)
    return announce(entity_id=house.entity_id, number=number, by=by, **given)


def tell_all() -> None:
    """As the worker's thread does it; nothing is sent yet."""
    worker = Worker()
    while worker.work_off([JOB]):
        pass


def outcomes() -> Counter[str]:
    return Counter(Told.objects.values_list("outcome", flat=True))
