"""What a burglar in the database can do: take away its own refusals, then write what the product would not."""

from django.db import connection

from madoguchi.config.promises import CHECKS
from madoguchi.rooms.promises.rules import Count


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def drop_trigger(table: str, name: str) -> None:
    run(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def unchecked(table: str, constraint: str) -> None:
    """On SQLite every check of this connection rests."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints=ON")
    else:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def counted(promise: str) -> Count:
    """What the check of this promise finds now."""
    return CHECKS[promise]()
