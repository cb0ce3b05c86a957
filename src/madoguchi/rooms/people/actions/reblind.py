"""Make the look-up values of people anew after the index key changed (vault.actions.rotate; ADR 0011).

A person's address lies in no row of this room. `addresses_of` reads it from where the person wrote it; who has
nothing left that can be read loses the value: there is nothing of theirs to find.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.actions.reblind import AT_ONCE, Move, reblind
from madoguchi.rooms.vault.queries import blind, blind_like
from madoguchi.rooms.vault.queries.epochs import outdated

# Of each of these people the addresses that they wrote, newest first; read only as far as they are asked for.
AddressesOf = Callable[[Collection[UUID]], Mapping[UUID, Iterator[str]]]


def reblind_people(addresses_of: AddressesOf, limit: int = AT_ONCE) -> int:
    """How many were looked at; 0 when none is left."""
    rows = Person.objects.filter(outdated("address_index")).values_list("id", "address_index")[:limit]
    people = {id: bytes(index or b"") for id, index in rows}
    if people:
        written = addresses_of(people.keys())
        _put([_move(id, old, written.get(id, iter(()))) for id, old in people.items()])
    return len(people)


def _move(id: UUID, old: bytes, written: Iterator[str]) -> Move:
    """The address that the stored value was made of, or else (it was corrected) the newest one."""
    newest = None
    for address in written:
        newest = newest or address
        if blind_like("email", address, old) == old:
            return id, old, blind("email", address)
    return id, old, blind("email", newest) if newest else None


@action
def _put(moves: list[Move]) -> None:
    """An address that somebody else holds meanwhile stays theirs: one address, one person."""
    wanted = [new for _, _, new in moves if new]
    taken = {
        bytes(value or b"")
        for value in Person.objects.filter(address_index__in=wanted).values_list("address_index", flat=True)
    }
    kept: list[Move] = []
    for id, old, new in moves:
        free = new is not None and new not in taken
        kept.append((id, old, new if free else None))
        taken |= {new} if new else set()
    reblind(Person, "address_index", kept)
