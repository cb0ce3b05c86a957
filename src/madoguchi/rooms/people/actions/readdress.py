"""A person's address was corrected: they are known by the new one (APPI Art 34)."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.queries import blind


@action
def readdress(*, person: UUID, email_key: str | None) -> None:
    """Raises IntegrityError when somebody else holds that address already; asked before, it is rare."""
    Person.objects.filter(id=person).update(address_index=blind("email", email_key) if email_key else None)
