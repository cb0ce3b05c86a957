"""Forget how a person was found: whoever writes from the same address is somebody new (T-C9-10; LAW 6.3)."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.queries import has_files


@action
def forget(person: UUID) -> bool:
    """Blanks the address with the row locked: a submission at the same moment claims it before or makes a new
    person. False when there was nothing to forget."""
    known = Person.objects.select_for_update(of=("self",)).filter(id=person, address_index__isnull=False)
    return bool(Person.objects.filter(id__in=[row.id for row in known]).update(address_index=None))


@action
def forget_if_new(person: UUID) -> bool:
    """Takes back a claim that led to nothing: a person who never had a file is nobody."""
    return not has_files(person) and bool(Person.objects.filter(id=person).delete()[0])
