"""The address at which a person can be told something: the one they are known by, as it reads today."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.rooms.consent.queries.standings import usable
from madoguchi.rooms.gate.errors import Stopped
from madoguchi.rooms.gate.queries import out_of_use
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.people.queries import is_address_of, person_by_address
from madoguchi.rooms.vault.queries import file_keys, readable


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where it was read: whoever writes to it holds that file, so that nothing goes out after an erasure, and sees that
    nobody corrected it since. `sealed`: how the answers lay there."""

    email: str
    name: str
    company: str
    file_id: UUID
    inquiry_id: UUID
    sealed: bytes


def lanes_of(people: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The lanes of what can still be read of each; nobody of whom nothing is left."""
    found = defaultdict[UUID, set[str]](set)
    rows = Inquiry.objects.filter(person_id__in=list(people), **readable("file")).order_by()
    for person, lane in rows.values_list("person_id", "lane").distinct():
        found[person].add(lane)
    return dict(found)


def for_mailing(entity_id: UUID, purpose: Purpose, people: Iterable[UUID]) -> list[UUID]:
    """Who of these a mailing may select: only whoever agreed to it, and nobody of whom anything lies in a tray, whether
    a person or the machine put it there (T-F2-5)."""
    asked = list(people)
    lanes = lanes_of(asked)
    return [each for each in usable(entity_id, purpose, asked).people if lanes.get(each) == {Lane.INBOX}]


def addressee(person: UUID) -> Addressee | None:
    """From their newest inquiry that is no junk and has the address they are known by: a corrected value counts,
    the value before does not. None when there is none that can be read, and where they stopped the use of each."""
    rows = _in_use(Inquiry.objects.filter(person_id=person, **readable("file")))
    inquiries = list(rows.order_by("-received_at", "-id").only("id", "file_id", "answers"))
    keys = file_keys([inquiry.file_id for inquiry in inquiries])
    for inquiry in inquiries:
        if inquiry.file_id in keys:
            values = json.loads(inquiry.opened(keys[inquiry.file_id], "answers"))
            if _is_theirs(person, values.get("email", "")):
                name, company = (values.get(key, "") for key in ("name", "company"))
                sealed = bytes(inquiry.answers)
                return Addressee(values["email"], name, company, inquiry.file_id, inquiry.id, sealed)
    return None


def known_here(entity_id: UUID, email_key: str) -> UUID | None:
    """Whoever is known by this address and has a living matter with this company that is no junk. Raises Stopped
    when they stopped the use of every one."""
    person = person_by_address(email_key)
    if person is None:
        return None
    theirs = Inquiry.objects.filter(entity_id=entity_id, person_id=person, **readable("file")).exclude(
        lane=Lane.JUNK
    )
    if not theirs.exists():
        return None
    if not _in_use(theirs).exists():
        raise Stopped
    return person


def _in_use(theirs: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    return theirs.exclude(lane=Lane.JUNK).exclude(id__in=out_of_use())


def still_reads(to: Addressee) -> bool:
    """Whether it stands there as it was read: a correction seals the answers anew."""
    sealed = Inquiry.objects.filter(id=to.inquiry_id).values_list("answers", flat=True).first()
    return sealed is not None and bytes(sealed) == to.sealed


def _is_theirs(person: UUID, email: str) -> bool:
    try:
        return bool(email) and is_address_of(person, read_email(email).key)
    except Unreadable:
        return False
