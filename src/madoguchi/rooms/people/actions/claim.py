"""Who says they hold this address: one person an address, however many ask at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import upsert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.queries import blinds


def claim(*, email_key: str | None) -> UUID:
    """The person of this address, made now if nobody claimed it before; unverified until a link comes back.

    Without an address (a letter, a form that asks for none) the person is new each time.
    """
    if not email_key:
        return _claimed(None)
    index, *older = blinds("email", email_key)
    if not older:
        return _claimed(index)
    with action:
        _bring_along(index, older)
        return _claimed(index)


def _claimed(index: bytes | None) -> UUID:
    (id,) = upsert(
        Person,
        conflict=("address_index",),
        returning=("id",),
        id=uuid7(),
        address_index=index,
        first_seen_at=clock.now(),
    )
    return id if isinstance(id, UUID) else UUID(str(id))


def _bring_along(index: bytes, older: Sequence[bytes]) -> None:
    """While the index key changes: who is known under another one comes over to the one in use.

    Two that ask at once may even disagree about which that is, so on PostgreSQL they take turns by address.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_turn(min(index, *older))])
    if Person.objects.filter(address_index=index).exists():
        return
    known = Person.objects.filter(address_index__in=older)
    found = known.order_by("first_seen_at").values_list("id", flat=True).first()
    if found is not None:
        known.filter(id=found).update(address_index=index)


def _turn(index: bytes) -> int:
    """Of the oldest open key, which all know; eight bytes are enough for a turn."""
    return int.from_bytes(index[2:10], signed=True)
