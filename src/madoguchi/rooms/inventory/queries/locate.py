"""Everything about a person across all rooms, as one typed result: what is theirs, and what only might be.

A matter is an inquiry with all that lies in its files and all that is part of it, or a row that stands alone
in a file. Which tables there are is read from their declarations (clauses 2, 8, 9).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import models

from madoguchi.foundation.lib.text import search_key
from madoguchi.foundation.lib.transactions import snapshot
from madoguchi.rooms.inventory import reading
from madoguchi.rooms.inventory.queries.apart import apart
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

_NAMING = ("name", "email", "phone")
MOST = 50  # newest doubtful matters of each kind
APART = "request"  # why a request stays, a code of `rules.BECAUSE`


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows about the person that lie in no file, or apart, and stay after an erasure; `because` is a code of
    `rules.BECAUSE`."""

    table: str
    label: str
    count: int
    because: str


@dataclass(frozen=True, slots=True)
class Located:
    """`own` are values about the person themselves that lie in no file and go when all of them is erased. `apart` are
    their requests under the Act: told and disclosed with the rest, and neither chosen nor ended with it."""

    person: UUID
    anchor: UUID
    certain: tuple[Matter, ...]
    perhaps: tuple[Matter, ...]
    kept: tuple[Kept, ...]
    own: tuple[Found, ...] = ()
    apart: tuple[Matter, ...] = ()


def locate(file: UUID) -> Located:
    """From one inquiry's file, or from that of a request. Raises FileErased when it was ended or lies sealed."""
    with snapshot():
        holder = holders_of([file]).get(file)
        if holder is None or file not in file_keys([file]):
            raise FileErased
        living = files_of(holder)
        beside = apart(living)
        every = matters_in(living)
        anchor = next(each for each in every if file in each.files)
        requests = tuple(each for each in every if not beside.keys().isdisjoint(each.files))
        theirs = [each for each in every if each not in requests]
        certain = tuple(each for each in theirs if each.names <= anchor.names)
        others = [replace(each, why="address") for each in theirs if each not in certain]
        sure = certain if anchor in certain else (*certain, anchor)
        perhaps = (*others, *_lookalikes(holder, sure))
        kept, own = _without_file(holder, sure)
        return Located(holder, anchor.id, certain, perhaps, (*kept, *_beside(beside)), own, requests)


def _beside(beside: Mapping[UUID, str]) -> Iterator[Kept]:
    labels = {holding.label: _label(holding) for holding in holdings()}
    for table, count in sorted(Counter(beside.values()).items()):
        yield Kept(table, labels[table], count, APART)


def _lookalikes(holder: UUID, certain: Collection[Matter]) -> Iterator[Matter]:
    """Matters of others that share an address, a number or a name with what is certain, each once, the strongest
    reason first. What others ask of us under the Act is theirs alone."""
    seen, names = set[UUID](), frozenset[str]().union(*(matter.names for matter in certain))
    for why, files in _hits(certain):
        others = {file: other for file, other in holders_of(files).items() if other != holder}
        newest = sorted(others, reverse=True)[:MOST]  # ids tell the order of their making
        theirs = {file for other in {others[file] for file in newest} if other for file in files_of(other)}
        theirs |= {file for file in newest if others[file] is None}  # a mail that nobody placed yet
        theirs -= apart(theirs).keys()
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
    yield "mention", list(_mentioning(certain))


def _mentioning(certain: Collection[Matter]) -> Iterator[UUID]:
    """Files with words of ours that name the person, their address or their number; a family name will do."""
    given = [each.value for matter in certain for each in matter.found if each.key in _NAMING]
    sought = {search_key(part) for value in given for part in (value, value.split()[0]) if len(part) > 1}
    sought |= {each for kind in CANONICAL for each in canonicals(certain, kind)}
    for holding in holdings():
        fields = [field for field, column in holding.personal() if column.mentions]
        rows: list[Any] = list(holding.model._default_manager.all()) if fields else []
        keys = file_keys([row.file_id for row in rows])
        for row in (row for row in rows if row.file_id in keys):
            said = search_key(" ".join(row.opened(keys[row.file_id], field.name) for field in fields))
            if any(each and each in said for each in sought):
                yield row.file_id


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
    return found + [(label, APART) for label in sorted(set(apart(files_of(person)).values()))]
