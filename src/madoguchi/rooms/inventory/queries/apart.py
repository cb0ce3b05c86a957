"""Files that prove what was asked of us: they lie apart, and outlive an erasure of the person (LAW 6.2 no. 8).

Which tables they belong to is read from the declarations (`Table.apart`). Whatever else lies in such a file (a mail
about the request) shares its fate.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from madoguchi.rooms.inventory.reading import batches, holdings, path
from madoguchi.rooms.vault.queries import files_of


def apart(files: Iterable[UUID]) -> Mapping[UUID, str]:
    """Those among these files that lie apart, each with the label of the table it stands for."""
    asked, found = list(files), dict[UUID, str]()
    for holding in holdings():
        if holding.table.apart and holding.in_files:
            name = path(holding.table.file)
            for some in batches(asked):
                rows = holding.model._default_manager.filter(**{f"{name}__in": some})
                found |= dict.fromkeys(rows.values_list(name, flat=True), holding.whole)
    return found


def theirs(person: UUID) -> list[UUID]:
    """The person's files that can still be read, oldest first, without what lies apart: what an erasure counts."""
    living = files_of(person)
    beside = apart(living)
    return [file for file in living if file not in beside]
