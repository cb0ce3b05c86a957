"""End what was recorded of an item: of one person, or of everybody once it is no longer collected.

The same machine as every deletion (ADR 0010): the ledger first, keys destroyed, a record that stays.
"""

from uuid import UUID

from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import begin
from madoguchi.rooms.inventory.queries.details import file_of
from madoguchi.rooms.inventory.queries.switches import files_with, item, switched_on
from madoguchi.rooms.organisation.queries import Viewer

AT_ONCE = 100  # files in one deletion: its first transaction stays below 20 ms


def drop_item(*, viewer: Viewer, person: UUID, code: str) -> UUID:
    """Of one person. Gives back the deletion's id."""
    rules.check_officer(viewer.role)
    item(code)
    files = file_of(person, code)
    rules.check_held(files)
    return begin(cause="item", code=code, files=files, by=viewer.ref, person=person)


def drop_items(*, viewer: Viewer, code: str) -> UUID:
    """Of everybody, after the switch was turned off: one deletion for each hundred, so that no writer waits long.
    Gives back the id of the last; killed on the way, pressing again takes what is left."""
    rules.check_officer(viewer.role)
    item(code)
    rules.check_stopped(code, switched_on(viewer.entity_id))
    files = files_with(code)
    rules.check_held(files)
    some = [files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
    return [begin(cause="switch-off", code=code, files=each, by=viewer.ref) for each in some][-1]
