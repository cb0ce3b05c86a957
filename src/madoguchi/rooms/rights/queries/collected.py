"""The files a request is about, and those that it could be about."""

from uuid import UUID

from madoguchi.rooms.inquiries.queries.numbers import numbers_in
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.queries.requests import own_files
from madoguchi.rooms.vault.queries import files_of


def living_of(person: UUID) -> set[UUID]:
    """All of the person's that can be read, but for what they asked of us under the Act."""
    return set(files_of(person)) - own_files(person)


def chosen_of(request: RightsRequest) -> list[UUID]:
    return [UUID(each) for each in request.chosen]


def seen_of(request: RightsRequest) -> list[UUID]:
    return [UUID(each) for each in request.seen]


def matters_of(request: RightsRequest) -> dict[UUID, str]:
    """The inquiries among what was chosen: number by the file of their answers."""
    return numbers_in(request.entity_id, chosen_of(request))
