"""The data map (取扱台帳), read from the declarations of every table, and its comparison with a policy both ways."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from madoguchi.foundation.lib import declarations
from madoguchi.foundation.lib.declarations import Column, Part
from madoguchi.rooms.inventory.items import BY_CODE, CATALOGUE, Door, Item
from madoguchi.rooms.inventory.queries.switches import ever_on, standings, switched_on
from madoguchi.rooms.inventory.reading import Holding, holdings
from madoguchi.rooms.vault.fields import SealedField

STAFF = "staff"
PartsOf = Callable[[str, Column], Sequence[Part]]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is held, as a person would call it. `places` are its columns, `endings` what erasing does.

    `sign`: a code for finding, which nobody reads. `collected`: it still comes in; without it only what came
    before may be held. `item`: the switch that it depends on.
    """

    label: str
    announced: str
    purposes: tuple[str, ...]
    source: str
    retentions: tuple[str, ...]
    endings: tuple[str, ...]
    places: tuple[str, ...]
    sign: bool
    collected: bool
    item: str = ""


@dataclass(frozen=True, slots=True)
class DataMap:
    """`held` of the people who ask, `staff` of those who answer, `absent` what has a switch and is not held."""

    held: tuple[Line, ...]
    staff: tuple[Line, ...]
    absent: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Against the words of a policy by row: held and not announced; stopped and still held; announced and not
    collected, as an item or, where there is none, as a row of its own; and whether there were words at all."""

    bound: bool
    unannounced: tuple[Line, ...]
    stopped: tuple[Line, ...]
    absent: tuple[Item, ...]
    rows: tuple[str, ...]


def data_map(entity_id: UUID) -> DataMap:
    """What this installation holds now, and what it does not."""
    return compose(entity_id=entity_id)


def compose(
    *, entity_id: UUID | None = None, parts_of: PartsOf | None = None, on: frozenset[str] = frozenset()
) -> DataMap:
    """`parts_of` and no entity: for a page that is written before there is a database to ask."""
    known = _Known.of(entity_id) if entity_id else _Known(on, on)
    lines = _merged(_lines(parts_of or _own_parts, known))
    held = tuple(line for line in lines if line.announced != STAFF)
    there = {line.item for line in held}
    absent = tuple(item for item in CATALOGUE if item.code not in there)
    return DataMap(held, tuple(line for line in lines if line.announced == STAFF), absent)


def compare(found: DataMap, announced: Mapping[str, str]) -> Compared:
    rows = {line.announced for line in found.held} | {item.announced for item in CATALOGUE}
    return Compared(
        bound=bool(announced),
        unannounced=tuple(line for line in found.held if line.announced not in announced)
        if announced
        else (),
        stopped=tuple(line for line in found.held if line.item and not line.collected),
        absent=tuple(item for item in found.absent if item.announced in announced),
        rows=tuple(code for code in sorted(announced) if code not in rows),
    )


def undeclared() -> list[str]:
    """Every fault of every table's declaration, in words."""
    return [
        fault for model in apps.get_models(include_auto_created=True) for fault in declarations.faults(model)
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    """Items that are collected, and items of which something may lie here."""

    on: frozenset[str]
    held: frozenset[str]

    @classmethod
    def of(cls, entity_id: UUID) -> "_Known":
        on = switched_on(entity_id)
        recorded = {each.item.code for each in standings(entity_id) if each.held}
        came = {code for code in ever_on(entity_id) if BY_CODE[code].door is not Door.DESK}
        return cls(on, on | recorded | came)


def _own_parts(place: str, column: Column) -> Sequence[Part]:
    return column.parts() if column.parts else ()


def _lines(parts_of: PartsOf, known: _Known) -> Iterator[Line]:
    for holding in holdings():
        for field, column in holding.personal():
            line = _line(holding, field, column)
            if column.parts is None:
                yield line
            else:
                yield from _parts(line, parts_of(line.places[0], column), known)


def _line(holding: Holding, field: Any, column: Column) -> Line:
    return Line(
        label=column.label,
        announced=column.announced,
        purposes=column.purposes,
        source=column.source.value,
        retentions=_union((holding.table.retention,), tuple(end.retention for end in holding.table.ends)),
        endings=(column.on_erase.value,) if column.on_erase else (),
        places=(f"{holding.label}.{field.column}",),
        sign=is_sign(field, column),
        collected=True,
    )


def is_sign(field: Any, column: Column) -> bool:
    """Look-up values, keyed marks and opaque ids: nobody reads a person from them."""
    while field.remote_field is not None:
        field = field.target_field
    mark = isinstance(field, models.BinaryField) and not isinstance(field, SealedField)
    return bool(column.look_up) or mark or isinstance(field, models.UUIDField)


def _parts(line: Line, parts: Sequence[Part], known: _Known) -> Iterator[Line]:
    """The questions of a document; one with a switch only while it is on or something of it may be left."""
    for part in parts:
        place = f"{line.places[0]}.{part.key}"
        each = replace(
            line, label=part.label, announced=part.announced, places=(place,), collected=part.asked
        )
        if part.key not in BY_CODE:
            yield each
        elif part.key in known.held:
            yield replace(each, item=part.key, collected=part.key in known.on)


def _merged(lines: Iterator[Line]) -> list[Line]:
    """What people call by one name is one line, wherever it lies; questions first, codes last."""
    found: dict[tuple[str, str], Line] = {}
    for line in lines:
        name = (line.label, line.announced)
        found[name] = _both(found[name], line) if name in found else line
    return sorted(found.values(), key=_order)


def _both(one: Line, other: Line) -> Line:
    return replace(
        one,
        purposes=_union(one.purposes, other.purposes),
        retentions=_union(one.retentions, other.retentions),
        endings=_union(one.endings, other.endings),
        places=_union(one.places, other.places),
        collected=one.collected or other.collected,
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


_SOURCES = ("person", "device", "service", "ours")


def _order(line: Line) -> tuple[bool, int, bool, bool]:
    answers = line.places[0].startswith("inquiries.Inquiry.answers.")
    return line.sign, _SOURCES.index(line.source), not answers, not line.collected
