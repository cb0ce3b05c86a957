"""How one wants to be told: each for themselves."""

from dataclasses import asdict
from datetime import time
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.models import Wish
from madoguchi.rooms.organisation.telling import Wishes


@action
def set_wishes(*, staff_id: UUID, wishes: Wishes) -> None:
    values = {name: _stored(value) for name, value in asdict(wishes).items()}
    Wish.objects.update_or_create(staff_id=staff_id, defaults=values)
    record("staff.wishes-set", about=Ref("staff", staff_id), by=Ref("staff", staff_id))


def _stored(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else value
