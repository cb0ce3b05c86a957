"""Who says they hold this address: one person an address, however many ask at once."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import upsert
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.queries import blind


def claim(*, email_key: str | None) -> UUID:
    """The person of this address, made now if nobody claimed it before; unverified until a link comes back.

    Without an address (a letter, a form that asks for none) the person is new each time.
    """
    (id,) = upsert(
        Person,
        conflict=("address_index",),
        returning=("id",),
        id=uuid7(),
        address_index=blind("email", email_key) if email_key else None,
        first_seen_at=clock.now(),
    )
    return id if isinstance(id, UUID) else UUID(str(id))
