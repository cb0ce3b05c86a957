"""Every column of every table says what it is: technical, or personal with its line, purpose and end.

Disclosure, correction, erasure, retention and the data map are generated from these declarations, so a
table takes part by existing. A test fails on a column that nobody declared (APPI Art 22, 23; clause 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models


class OnErase(StrEnum):
    """What erasing the person does to the value."""

    DELETE = "delete"  # the row goes
    BLANK = "blank"  # the value goes, the row stays
    SHRED = "shred"  # the file's key goes, the bytes stay unreadable
    KEEP = "keep"  # a lawful remainder with its own retention class


@dataclass(frozen=True, slots=True)
class Column:
    """Technical when `announced` is empty; otherwise the row of clause 2 that announces the value."""

    announced: str = ""
    purposes: tuple[str, ...] = ()
    on_erase: OnErase | None = None

    @property
    def personal(self) -> bool:
        return bool(self.announced)


@dataclass(frozen=True, slots=True)
class Table:
    """`subject` and `file` are lookup paths from a row to the person's opaque id and to its vault file."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    subject: str = ""
    file: str = ""
    retention: str = ""


def technical(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, Column())


def personal(announced: str, *, purposes: tuple[str, ...], on_erase: OnErase) -> Column:
    return Column(announced=announced, purposes=purposes, on_erase=on_erase)


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
    return found + _incomplete(model._meta.label, table)


def _incomplete(label: str, table: Table) -> list[str]:
    if not any(column.personal for column in table.columns.values()):
        return []
    return [
        f"{label} holds personal data without its {name}"
        for name in ("subject", "retention")
        if not getattr(table, name)
    ]
