"""Put look-up values made under the epoch in use where older ones lie; the room that owns them makes them."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import connection, models

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys

Move = tuple[UUID, bytes, bytes | None]  # the row, what lies there, what comes instead
AT_ONCE = 200  # rows in one transaction: well below 20 ms


@action
def reblind(model: type[models.Model], column: str, moves: Sequence[Move]) -> None:
    """Only over the very value that was read: a row written meanwhile is left to the next round."""
    prepare = model._meta.pk.get_db_prep_value
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {quote(column)} = %s "  # noqa: S608  names of ours
            f"WHERE {quote(str(model._meta.pk.column))} = %s AND {quote(column)} = %s",
            [(new, prepare(row, connection), old) for row, old, new in moves],
        )


def keys_to_reblind(files: Collection[UUID]) -> dict[UUID, FileKey]:
    """Keys of the files that can be read; a damaged one among them does not hold up the others."""
    try:
        return file_keys(files)
    except FileErased:
        return dict(pair for file in files for pair in _one(file))


def _one(file: UUID) -> Iterable[tuple[UUID, FileKey]]:
    try:
        return list(file_keys([file]).items())
    except FileErased:
        return []
