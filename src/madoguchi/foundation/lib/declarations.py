"""Every column of every table says what it is: technical, or personal with its line, purpose and end.

Disclosure, correction, erasure, retention and the data map are generated from these declarations, so a
table takes part by existing. A test fails on a column that nobody declared (APPI Art 22, 23; clause 2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models


class OnErase(StrEnum):
    """What erasing the person does to the value."""

    DELETE = "delete"  # the row goes
    BLANK = "blank"  # the value goes, the row stays
    SHRED = "shred"  # the file's key goes, the bytes stay unreadable
    KEEP = "keep"  # a lawful remainder: `because` says which


class Source(StrEnum):
    """From where a value comes."""

    PERSON = "person"  # told us by the person
    OURS = "ours"  # written or made by us
    DEVICE = "device"  # came with the visit
    SERVICE = "service"  # handed over by a service the person linked


@dataclass(frozen=True, slots=True)
class Part:
    """One value inside a sealed document (a JSON object of strings): a question of a form, for one.

    `asked` is False when only older documents hold it.
    """

    key: str
    label: str
    announced: str
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """Technical when `announced` is empty; otherwise the row of clause 2 that announces the value.

    `label` is what a person calls it. `parts` makes the column a document. `look_up` names the kind of
    blind index it holds ("email", "phone"). `because` says why a KEEP stays. `show` turns stored bytes into
    what a person reads. `bulk` is too long for a look: there its size stands for it. `mentions`: words of ours
    that may name anybody; they are looked through for the person.
    """

    announced: str = ""
    purposes: tuple[str, ...] = ()
    on_erase: OnErase | None = None
    label: str = ""
    source: Source = Source.PERSON
    parts: Callable[[], Sequence[Part]] | None = None
    look_up: str = ""
    because: str = ""
    show: Callable[[bytes], str] | None = None
    bulk: bool = False
    mentions: bool = False

    @property
    def personal(self) -> bool:
        return bool(self.announced)


@dataclass(frozen=True, slots=True)
class End:
    """Rows `where` fall under a retention class, whose period runs from the moment in column `since`.

    `spared()` is a condition (Q) on rows that no night takes although their time is over, `because` why, in words.
    """

    retention: str
    since: str
    where: Mapping[str, str] = field(default_factory=dict)
    spared: Callable[[], Any] | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`subject` and `file` are lookup paths from a row to the person's opaque id and to its vault file.

    `ends`: the rows that retention looks at. `part_of`: a path to the row with which this one ends.
    `derive(key, row_id, values)` gives the columns that are made from a document, anew after a correction.
    `label` is what a person calls one row. `reindex` is the job to add for a row whose text changed.
    `settled()` is how a row stands once what it held is gone: nobody has to attend to it any more.
    `apart`: its file proves what was asked of us and outlives an erasure of the person until its own period ends;
    the retention class that says how long.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    subject: str = ""
    file: str = ""
    retention: str = ""
    ends: tuple[End, ...] = ()
    part_of: str = ""
    derive: Callable[[Any, Any, Mapping[str, str]], dict[str, Any]] | None = None
    label: str = ""
    reindex: str = ""
    settled: Callable[[], dict[str, Any]] | None = None
    apart: str = ""


def technical(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, Column())


def personal(
    announced: str,
    label: str,
    *,
    purposes: tuple[str, ...],
    on_erase: OnErase,
    source: Source = Source.PERSON,
    parts: Callable[[], Sequence[Part]] | None = None,
    look_up: str = "",
    because: str = "",
    show: Callable[[bytes], str] | None = None,
    bulk: bool = False,
    mentions: bool = False,
) -> Column:
    return Column(announced, purposes, on_erase, label, source, parts, look_up, because, show, bulk, mentions)


_framework: dict[str, Table] = {}


def declare_framework(label: str, table: Table) -> None:
    """For tables of Django and its packages, whose models cannot carry a declaration themselves."""
    _framework[label] = table


def of(model: type[models.Model]) -> Table | None:
    table = getattr(model, "declares", None) or _framework.get(model._meta.label)
    return table if isinstance(table, Table) else None


def faults(model: type[models.Model]) -> list[str]:
    """What is wrong with a model's declaration, in words; empty when every column is declared."""
    table = of(model)
    if table is None:
        return [f"{model._meta.label} declares nothing"]
    columns = {str(f.column) for f in model._meta.concrete_fields}
    found = [f"{model._meta.label}.{name} is not declared" for name in sorted(columns - table.columns.keys())]
    found += [f"{model._meta.label}.{name} does not exist" for name in sorted(table.columns.keys() - columns)]
    return found + _incomplete(model, table) + _unfinished(model._meta.label, table)


def _incomplete(model: type[models.Model], table: Table) -> list[str]:
    if not any(column.personal for column in table.columns.values()):
        return []
    label = model._meta.label
    return [
        f"{label} holds personal data without its {name}"
        for name in ("subject", "retention")
        if not getattr(table, name)
    ]


def _unfinished(label: str, table: Table) -> list[str]:
    found = []
    for name, column in sorted(table.columns.items()):
        if column.personal and not column.label:
            found.append(f"{label}.{name} has no label")
        if column.on_erase is OnErase.SHRED and not table.file:
            found.append(f"{label}.{name} cannot be shredded without a file")
        if (column.on_erase is OnErase.KEEP) != bool(column.because):
            found.append(f"{label}.{name} must say why it is kept, and only then")
    return found
