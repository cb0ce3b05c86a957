"""Matters: what is found, shown and ended as one (一件とそれに属するもの), made from the declarations of all tables."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import models

from madoguchi.foundation.lib import contact
from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.inventory import reading
from madoguchi.rooms.inventory.models import Hold
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.reading import Holding, batches, holdings
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys, opened_at

_FILES = "vault.File"  # the file itself: what lies in it says what it is

# How a value of each kind is matched: the kinds that a blind index may hold.
CANONICAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "email": lambda value: contact.read_email(value).key,
        "phone": lambda value: contact.read_phone(value).key,
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """One value, with what announces it and where it lies. `key`: its part of a document. `sign`: a code that
    stands for the person or their address, which nobody reads."""

    label: str
    value: str
    announced: str
    source: str
    table: str
    column: str
    row: UUID
    key: str = ""
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What is found, shown and ended as one. `why` says what makes a doubtful one look like theirs."""

    id: UUID
    table: str
    files: tuple[UUID, ...]
    at: datetime
    why: str
    held: Hold | None
    found: tuple[Found, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(search_key(each.value) for each in self.found if each.key == "name")


def matters_in(files: Collection[UUID]) -> list[Matter]:
    """Everything readable in these files, the newest first."""
    keys = {id: key for some in batches(files) for id, key in file_keys(some).items()}
    rows = [(holding, row) for holding in holdings() if holding.in_files for row in holding.rows_in(keys)]
    root_of, opened, holds = roots(rows), opened_at(keys), standing(keys, trusted_today())
    groups: dict[tuple[str, UUID], list[UUID]] = defaultdict(list)
    for file in sorted(keys):
        groups[root_of[file]].append(file)
    found = {file: list[Found]() for file in keys}
    known = {holding.label: reading.parts_of(holding) for holding in {h.label: h for h, _ in rows}.values()}
    for holding, row in rows:
        found[row.in_file] += found_in(holding, row, keys[row.in_file], known[holding.label])
    matters = [
        Matter(
            id=root,
            table=table,
            files=tuple(lying),
            at=min(opened[file] for file in lying),
            why="",
            held=next((holds[file] for file in lying if file in holds), None),
            found=tuple(each for file in lying for each in found[file]),
        )
        for (table, root), lying in groups.items()
    ]
    return sorted(matters, key=lambda matter: (matter.at, matter.id), reverse=True)


def roots(rows: Iterable[tuple[Holding, Any]]) -> dict[UUID, tuple[str, UUID]]:
    """For each file the row that its matter is named by: what retention looks at, what the rest is part of, or
    the first that lies in it."""
    named: dict[UUID, tuple[str, UUID]] = {}
    parts: dict[UUID, tuple[str, UUID]] = {}
    alone: dict[UUID, tuple[str, UUID]] = {}
    for holding, row in rows:
        here = (holding.label, row.pk)
        if holding.table.part_of:
            parts.setdefault(row.in_file, (holding.whole, row.part_of))
        elif reading.falls_under(row, holding.table.ends):
            named[row.in_file] = here
        elif alone.get(row.in_file, (_FILES,))[0] == _FILES:
            alone[row.in_file] = here
    return alone | parts | named


def found_in(holding: Holding, row: Any, key: FileKey | None, known: reading.Known) -> Iterator[Found]:
    signs = {str(field.column) for field, column in holding.personal() if _is_sign(field, column.look_up)}
    for each in reading.values_of(holding, row, key, known):
        yield Found(
            each.label, each.value, each.announced, each.source, holding.label, each.column, row.pk, each.key,
            sign=each.column in signs,
        )  # fmt: skip


def _is_sign(field: Any, look_up: str) -> bool:
    while field.remote_field is not None:
        field = field.target_field
    return bool(look_up) or isinstance(field, models.UUIDField)


def canonicals(matters: Iterable[Matter], kind: str) -> set[str]:
    """The addresses or numbers in these matters as they are matched; what cannot be read matches nothing."""
    found = set[str]()
    for value in (each.value for matter in matters for each in matter.found if each.key == kind):
        with suppress(contact.Unreadable):
            found.add(CANONICAL[kind](value))
    return found
