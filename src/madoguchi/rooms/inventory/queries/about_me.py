"""What is held of one person, told to that person: table by table, how many, what for and until when; not one value.

Whoever holds the mailbox may read this (a mailbox may be shared), so it names kinds and counts only.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from madoguchi.rooms.inventory.items import BY_CODE
from madoguchi.rooms.inventory.periods import CLASSES
from madoguchi.rooms.inventory.queries.data_map import is_sign
from madoguchi.rooms.inventory.queries.retention import period_of
from madoguchi.rooms.inventory.queries.switches import ever_on
from madoguchi.rooms.inventory.queries.told import WHY, Periods, until
from madoguchi.rooms.inventory.reading import Holding, batches, holdings
from madoguchi.rooms.vault.queries import files_of, without_files


@dataclass(frozen=True, slots=True)
class Class:
    """`parts` are what one row holds, by name. `proof`: only codes that nobody reads, kept to show what was done."""

    label: str
    count: int
    parts: tuple[str, ...]
    why: str
    until: tuple[str, ...]
    proof: bool


def held_of(entity_id: UUID, person: UUID) -> list[Class]:
    """What they wrote to us first, then what they asked under the Act, then what proves; empty when nothing is held but what this visit left."""
    mine = _Mine(
        person, files_of(person), {code: period_of(entity_id, code) for code in CLASSES}, ever_on(entity_id)
    )
    order = sorted(holdings(), key=lambda each: bool(each.table.apart))
    found = [each for holding in order if (each := _class(holding, mine))]
    return sorted(found, key=lambda each: each.proof)


@dataclass(frozen=True, slots=True)
class _Mine:
    """Whose it is, in which files, how long each class is kept, and which items were ever collected."""

    person: UUID
    files: Collection[UUID]
    periods: Periods
    items: Collection[str]


def _class(holding: Holding, mine: _Mine) -> Class | None:
    label, count = holding.table.label, _count(holding, mine)
    if not count or not label or holding.table.subject == "id":
        return None
    parts = tuple(dict.fromkeys(_parts(holding, mine.items)))
    codes = (holding.table.retention, *(end.retention for end in holding.table.ends))
    purposes = [purpose for _, column in holding.personal() for purpose in column.purposes]
    return Class(
        label, count, parts, "、".join(WHY[each] for each in dict.fromkeys(purposes)),
        until((each for each in codes if each not in _ELSEWHERE), mine.periods), proof=not parts,
    )  # fmt: skip


# Classes of rows that share a table with what is held of people who write to us.
_ELSEWHERE = frozenset({"staff-mail", "aside-mail"})


def _count(holding: Holding, mine: _Mine) -> int:
    if holding.in_files:
        return sum(holding.lying_in(some).count() for some in batches(mine.files))
    return int(holding.rows_of(mine.person).count()) if holding.names_people else 0


def _parts(holding: Holding, items: Collection[str]) -> Iterator[str]:
    for field, column in holding.personal():
        if column.parts is not None:
            parts = (part for part in column.parts() if part.asked)
            yield from (part.label for part in parts if part.key not in BY_CODE or part.key in items)
        elif not is_sign(field, column):
            yield column.label


def is_anything_held(person: UUID) -> bool:
    """Whether they have, or had, a file with us: more than that they came."""
    return not without_files([person])
