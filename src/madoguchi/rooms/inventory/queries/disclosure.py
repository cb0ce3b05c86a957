"""What is held, to be handed over: every row of some files, in the order of its making and opened few at a time, so
that a person of a thousand letters needs hardly more memory than one of ten (Art 33; clause 8).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from madoguchi.rooms.inventory import reading
from madoguchi.rooms.inventory.queries.matters import Found, found_in, roots
from madoguchi.rooms.inventory.reading import Holding, holdings
from madoguchi.rooms.vault.queries import file_keys, opened_at

AT_ONCE = 40  # rows opened together
LARGE = ("delivery.Mail",)  # a mail with what was enclosed: one at a time


@dataclass(frozen=True, slots=True)
class Place:
    """One row: where it lies, unopened."""

    table: str
    row: UUID
    file: UUID


@dataclass(frozen=True, slots=True)
class Lying:
    """One matter: its own row, its files, and every row in them, the oldest first."""

    table: str
    id: UUID
    files: tuple[UUID, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One row, opened; what only stands for the person is told as a sign."""

    table: str
    label: str
    row: UUID
    found: tuple[Found, ...]


def lying_in(files: Collection[UUID], *, without: Collection[str] = ()) -> list[Lying]:
    """The matters of these files, the oldest first; `without` some tables."""
    keys = {id for some in reading.batches(files) for id in file_keys(some)}
    rows = [(each, row) for each in holdings() if each.in_files for row in each.places_in(keys)]
    root_of, opened = roots(rows), dict(opened_at(keys))
    groups: dict[tuple[str, UUID], list[UUID]] = defaultdict(list)
    places: dict[UUID, list[Place]] = defaultdict(list)
    for holding, row in rows:
        if holding.label not in without:
            places[row.in_file].append(Place(holding.label, row.pk, row.in_file))
    for file in sorted(keys):
        groups[root_of[file]].append(file)
    ordered = sorted(groups.items(), key=lambda each: min(opened[file] for file in each[1]))
    return [_lying(table, id, lying, places) for (table, id), lying in ordered]


def _lying(table: str, id: UUID, files: list[UUID], places: dict[UUID, list[Place]]) -> Lying:
    within = [place for file in files for place in places[file]]
    return Lying(table, id, tuple(files), tuple(sorted(within, key=lambda place: place.row)))


def opened(places: Sequence[Place]) -> Iterator[Opened]:
    """In the order in which they are given; what was ended meanwhile is left out."""
    known = {each.label: each for each in holdings()}
    parts: dict[str, reading.Known] = {}
    for some in _some(places):
        keys = file_keys({place.file for place in some})
        rows: dict[tuple[str, UUID], tuple[Holding, object]] = {}
        for table in {place.table for place in some}:
            holding = known[table]
            parts.setdefault(table, reading.parts_of(holding))
            for row in holding.some_rows(place.row for place in some if place.table == table):
                rows[table, row.pk] = (holding, row)
        for place in some:
            if (place.table, place.row) in rows and place.file in keys:
                holding, row = rows[place.table, place.row]
                found = tuple(found_in(holding, row, keys[place.file], parts[place.table]))
                yield Opened(place.table, holding.table.label or holding.label, place.row, found)


def _some(places: Sequence[Place]) -> Iterator[list[Place]]:
    waiting = list[Place]()
    for place in places:
        if waiting and (len(waiting) == AT_ONCE or place.table in LARGE or waiting[-1].table in LARGE):
            yield waiting
            waiting = []
        waiting.append(place)
    if waiting:
        yield waiting
