"""Everything about a person across all rooms, as one typed result: what is theirs, and what only might be.

A matter is an inquiry with all that lies in its files and all that is part of it, or a row that stands alone
in a file. Which tables there are is read from their declarations (clauses 2, 8, 9).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import models

from madoguchi.foundation.lib.transactions import snapshot
from madoguchi.rooms.inventory import reading
from madoguchi.rooms.inventory.queries.matters import (
    CANONICAL,
    Found,
    Matter,
    canonicals,
    found_in,
    matters_in,
)
from madoguchi.rooms.inventory.reading import Holding, holdings
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import blinds, file_keys, files_of, holders_of, suppression_mark
from madoguchi.rooms.vault.queries.search import files_with

__all__ = ["Found", "Kept", "Located", "Matter", "locate", "staying"]

MOST = 50  # newest doubtful matters of each kind


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows about the person that lie in no file and stay after an erasure; `because` is a code of `rules.BECAUSE`."""

    table: str
    label: str
    count: int
    because: str


@dataclass(frozen=True, slots=True)
class Located:
    """`own` are values about the person themselves that lie in no file and go when all of them is erased."""

    person: UUID
    anchor: UUID
    certain: tuple[Matter, ...]
    perhaps: tuple[Matter, ...]
    kept: tuple[Kept, ...]
    own: tuple[Found, ...] = ()


def locate(file: UUID) -> Located:
    """From one inquiry's file. Raises FileErased when it was ended or lies sealed."""
    with snapshot():
        holder = holders_of([file]).get(file)
        if holder is None or file not in file_keys([file]):
            raise FileErased
        theirs = matters_in(files_of(holder))
        anchor = next(each for each in theirs if file in each.files)
        certain = tuple(each for each in theirs if each.names <= anchor.names)
        others = [replace(each, why="address") for each in theirs if each not in certain]
        perhaps = (*others, *_lookalikes(holder, certain))
        kept, own = _without_file(holder, certain)
        return Located(holder, anchor.id, certain, perhaps, kept, own)


def _lookalikes(holder: UUID, certain: Collection[Matter]) -> Iterator[Matter]:
    """Matters of others that share an address, a number or a name with what is certain, each once, the strongest
    reason first."""
    seen, names = set[UUID](), frozenset[str]().union(*(matter.names for matter in certain))
    for why, files in _hits(certain):
        others = {file: other for file, other in holders_of(files).items() if other != holder}
        newest = sorted(others, reverse=True)[:MOST]  # ids tell the order of their making
        theirs = {file for other in {others[file] for file in newest} if other for file in files_of(other)}
        theirs |= {file for file in newest if others[file] is None}  # a mail that nobody placed yet
        for matter in matters_in(theirs):
            named_so = why != "name" or matter.names & names  # the index may be wrong, what is opened is not
            if named_so and matter.id not in seen and set(matter.files) & set(newest):
                seen.add(matter.id)
                yield replace(matter, why=why)


def _hits(certain: Collection[Matter]) -> Iterator[tuple[str, list[UUID]]]:
    """Files that a look-up value of these matters, or the search for a name, leads to; each with the reason."""
    yield "address", _looked_up(certain, "email")
    yield "phone", _looked_up(certain, "phone")
    names = {each.value for matter in certain for each in matter.found if each.key == "name"}
    yield "name", [file for name in sorted(names) for file in files_with("name", name, limit=MOST)]


def _looked_up(certain: Collection[Matter], kind: str) -> list[UUID]:
    marks = [mark for canonical in canonicals(certain, kind) for mark in blinds(kind, canonical)]
    found = list[UUID]()
    for holding in holdings():
        for field, column in holding.personal():
            if holding.in_files and column.look_up == kind:
                rows = holding.model._default_manager.filter(**{f"{field.attname}__in": marks})
                found += rows.values_list(reading.path(holding.table.file), flat=True)
    return found


def _without_file(person: UUID, certain: Collection[Matter]) -> tuple[tuple[Kept, ...], tuple[Found, ...]]:
    kept, own = list[Kept](), list[Found]()
    for holding in holdings():
        if not holding.in_files:
            rows = rows_without_file(holding, person, certain)
            staying = _because(holding)
            if staying and rows:
                kept.append(Kept(holding.label, _label(holding), len(rows), staying))
            else:
                known = reading.parts_of(holding)
                own += [each for row in rows for each in found_in(holding, row, None, known)]
    return tuple(kept), tuple(own)


def rows_without_file(holding: Holding, person: UUID, certain: Collection[Matter]) -> list[Any]:
    """Rows of a table without files that are about this person: by their opaque id, or by the mark of an address."""
    subject = holding.subject
    if holding.names_people:
        return list(holding.rows_of(person))
    if not isinstance(subject, models.BinaryField):
        return []
    marks = [suppression_mark(kind, each) for kind in CANONICAL for each in canonicals(certain, kind)]
    return list(holding.model._default_manager.filter(**{f"{subject.attname}__in": marks}))


def _because(holding: Holding) -> str:
    """The reason for which a row stays, if nothing of it goes."""
    reasons = [column.because for _, column in holding.personal()]
    return next(iter(reasons)) if all(reasons) else ""


def _label(holding: Holding) -> str:
    return holding.table.label or next(column.label for _, column in holding.personal())


def staying(person: UUID, files: Collection[UUID], *, whole: bool) -> list[tuple[str, str]]:
    """Tables of which something stays when these files end, each with its reason; with all of the person, what is
    about them outside of files too. Asked before: afterwards nobody can tell the mark of an address."""
    matters, found = matters_in(files), list[tuple[str, str]]()
    for holding in holdings():
        reasons = sorted({column.because for _, column in holding.personal() if column.because})
        lying = holding.in_files and any(True for _ in holding.rows_in(files))
        about = whole and not holding.in_files and rows_without_file(holding, person, matters)
        found += [(holding.label, reason) for reason in reasons if lying or about]
    return found
