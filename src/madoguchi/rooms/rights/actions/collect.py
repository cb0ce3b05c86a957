"""What the request is about: the vault files that an officer confirmed as theirs, and all that lived at that moment."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.queries.numbers import is_another_companys
from madoguchi.rooms.inventory import rules as inventory
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_for
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.errors import NoSuchRequest
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.queries import hold_files, holders_of


@action
def collect(*, viewer: Viewer, request_id: UUID, files: Collection[UUID], seen: Collection[UUID]) -> None:
    """`seen` are the person's living files as the officer saw them: when others live now, nothing is noted. `files` may
    name files of others too (a second address of the same person). None at all: nothing of theirs was found."""
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, rules.State.INVESTIGATING)
    check_work_may_begin(request)
    chosen, expected = sorted(set(files)), sorted(set(seen))
    if is_another_companys(request.entity_id, chosen):
        raise NoSuchRequest
    living = living_of(request.person_id)
    own = {file for file, holder in holders_of(chosen).items() if holder == request.person_id}
    others = {*chosen} - own
    inventory.check_confirmed(chosen=own, seen=expected, living=living)
    inventory.check_confirmed(chosen=others, seen=others, living=hold_files(others))
    RightsRequest.objects.filter(id=request.id).update(
        chosen=[str(each) for each in chosen], seen=[str(each) for each in expected], collected_at=clock.now(),
        collected_by=viewer.ref.id,
    )  # fmt: skip
    write_step(request.id, "collected", viewer.ref, chosen=len(chosen), seen=len(expected))
