"""Hold a matter: it must not end yet, for a reason, under somebody's care, until a day (LAW 6.3)."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.errors import NotHeld, UnknownOwner
from madoguchi.rooms.inventory.models import Hold
from madoguchi.rooms.inventory.queries.retention import matter_files
from madoguchi.rooms.organisation.queries import Viewer, colleagues
from madoguchi.rooms.vault.queries import hold_file


@action
def hold(*, viewer: Viewer, table: str, row: UUID, about: Ref, ground: str, until: date, owner: UUID) -> None:
    """Of the row of a matter (`table` is its model's label) with everything that is part of it. What is held
    already gets the new ground, day and owner. Raises FileErased when its ending has begun."""
    rules.check_officer(viewer.role)
    rules.check_ground(ground, rules.HOLD_GROUNDS)
    rules.check_hold_until(until, clock.today())
    if owner not in {colleague.id for colleague in colleagues(viewer)}:
        raise UnknownOwner
    now = {"ground": ground, "until": until, "owner_id": owner}
    hold_file(matter_files(table, row)[0])  # whoever adds a part to the matter holds this file first
    for file in matter_files(table, row):
        hold_file(file)
        Hold.objects.update_or_create(file_id=file, lifted_at=None, defaults=now)
    details = {"ground": ground, "until": until.isoformat()}
    record("inventory.held", about=about, by=viewer.ref, details=details)


@action
def hold_alike(*, file: UUID, like: UUID) -> None:
    """What is added to a held matter is held with it: `file` is a part just opened, `like` the matter's own file."""
    for found in Hold.objects.filter(file_id=like, lifted_at=None):
        Hold.objects.create(file_id=file, ground=found.ground, owner_id=found.owner_id, until=found.until)


@action
def lift_hold(*, viewer: Viewer, table: str, row: UUID, about: Ref) -> None:
    rules.check_officer(viewer.role)
    standing = Hold.objects.filter(file_id__in=matter_files(table, row), lifted_at=None)
    if not standing.update(lifted_at=clock.now(), lifted_by=viewer.ref.id):
        raise NotHeld
    record("inventory.hold-lifted", about=about, by=viewer.ref)
