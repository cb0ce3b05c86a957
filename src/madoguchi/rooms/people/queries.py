"""Finding a person by address, under every living key epoch."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.queries import blinds


def person_by_address(email_key: str) -> UUID | None:
    return (
        Person.objects.filter(address_index__in=blinds("email", email_key))
        .values_list("id", flat=True)
        .first()
    )


def person_ref(id: UUID) -> Ref:
    return Ref("person", id)
