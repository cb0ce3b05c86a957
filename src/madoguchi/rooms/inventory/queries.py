"""The data map, read from the declarations of every table that is installed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from madoguchi.foundation.lib import declarations


@dataclass(frozen=True, slots=True)
class Held:
    """One personal column: where it lies, which line of clause 2 announces it, why, and how it ends."""

    table: str
    column: str
    announced: str
    purposes: tuple[str, ...]
    retention: str
    on_erase: str


def data_map() -> Iterator[Held]:
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda each: each._meta.label):
        table = declarations.of(model)
        for name, column in sorted(table.columns.items()) if table else ():
            if column.personal and column.on_erase is not None:
                yield Held(
                    model._meta.label,
                    name,
                    column.announced,
                    column.purposes,
                    table.retention if table else "",
                    column.on_erase,
                )


def undeclared() -> list[str]:
    """Every fault of every table's declaration, in words."""
    return [
        fault for model in apps.get_models(include_auto_created=True) for fault in declarations.faults(model)
    ]
