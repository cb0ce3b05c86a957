"""A person is the claimed holder of an address. Names and numbers are snapshots of each inquiry."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7


class Person(models.Model):
    """Known by the blind index of one address; erasing blanks it, and a new inquiry makes a new person."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    address_index = models.BinaryField(max_length=32, unique=True, null=True)
    first_seen_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "first_seen_at")
        | {"address_index": personal("2-1b", purposes=("answer", "rights"), on_erase=OnErase.BLANK)},
        subject="id",
        retention="inquiry",
    )
