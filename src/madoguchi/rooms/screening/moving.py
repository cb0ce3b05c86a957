"""What the machine may do with an inquiry: put it into a box, and never that if it has to get through. Pure.

`rules` names these guards too, so that they are found where a room's guards are looked for.
"""

from typing import Protocol

from madoguchi.rooms.promises.registry import keeps
from madoguchi.rooms.screening.errors import MustGetThrough, NeverDeletes

BOXES = ("inbox", "sales", "junk")


class Lying(Protocol):
    """How an inquiry stands at the moment of the move."""

    @property
    def lane(self) -> str: ...


@keeps("screening.never-deletes")
def check_only_a_box(lane: str) -> None:
    """Whatever the machine thinks, there is nothing else it can do."""
    if lane not in BOXES:
        raise NeverDeletes


@keeps("screening.requests-get-through")
def check_gets_through(*, guarded: bool, fixed: bool) -> None:
    """Rights words, complaints, letters of counsel (`guarded`), and what stands as a request or was decided by a person
    (`fixed`), are never moved, whoever sends them."""
    if guarded or fixed:
        raise MustGetThrough


def may_be_moved(*, guarded: bool, fixed: bool) -> bool:
    try:
        check_gets_through(guarded=guarded, fixed=fixed)
    except MustGetThrough:
        return False
    return True
