"""Every row of both sides, read again and set against each other. Only how many differ is said, never what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from madoguchi.config.move import target
from madoguchi.config.move.errors import NotEqual
from madoguchi.config.move.source import Source
from madoguchi.config.move.tables import Moved

_END: Any = object()


@dataclass(frozen=True, slots=True)
class Compared:
    table: str
    rows: int
    differing: int


def check_equal(source: Source, tables: Iterable[Moved]) -> list[Compared]:
    """Raises NotEqual, which names the tables and the counts."""
    found = [compare(source, table) for table in tables]
    if wrong := [each for each in found if each.differing]:
        raise NotEqual(
            "移した内容が元と同じではないため、取りやめました。違いのある表: "
            + "、".join(f"{each.table}({each.differing} 行)" for each in wrong)
        )
    return found


def compare(source: Source, table: Moved) -> Compared:
    """Both sides come in the order of their keys, so that a missing row does not shift all that follow."""
    ours, theirs = (map(table.plain, rows) for rows in (source.rows(table), target.rows(table)))
    rows = differing = 0
    for one, other in _paired(table, ours, theirs):
        rows += one is not _END
        differing += one != other
    return Compared(table.name, rows, differing)


def _paired(table: Moved, ours: Iterator[Any], theirs: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    one, other = next(ours, _END), next(theirs, _END)
    while one is not _END or other is not _END:
        if other is _END or (one is not _END and table.place(one) < table.place(other)):
            yield one, _END
            one = next(ours, _END)
        elif one is _END or table.place(one) > table.place(other):
            yield _END, other
            other = next(theirs, _END)
        else:
            yield one, other
            one, other = next(ours, _END), next(theirs, _END)
