"""Forget how a person was found: whoever writes from the same address is somebody new (T-C9-10; LAW 6.3)."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.gate.queries import every_stop
from madoguchi.rooms.people.models import MailedCode, Passkey, Person, VisitorSession
from madoguchi.rooms.vault.queries import has_files


@action
def forget(person: UUID) -> bool:
    """Blanks the address with the row locked: a submission at the same moment claims it before or makes a new
    person. False when there was nothing to forget."""
    known = Person.objects.select_for_update(of=("self",)).filter(id=person, address_index__isnull=False)
    return bool(Person.objects.filter(id__in=[row.id for row in known]).update(address_index=None))


@action
def forget_if_new(person: UUID) -> bool:
    """Takes back a claim that led to nothing: a person who never had a file is nobody, unless they came to their own
    page, or stopped something there."""
    if has_files(person) or every_stop(person) or _came(person):
        return False
    return bool(Person.objects.filter(id=person).delete()[0])


def _came(person: UUID) -> bool:
    return any(
        each.objects.filter(person_id=person).exists() for each in (MailedCode, VisitorSession, Passkey)
    )


@action
def let_go(person: UUID) -> bool:
    """Of whom nothing is held, with what is left of their visit; the caller holds them and has looked."""
    return bool(Person.objects.filter(id=person).delete()[0])
