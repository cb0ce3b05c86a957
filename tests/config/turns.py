"""A database of its own for tests of turns, also as a process of its own: `python -m tests.config.turns FILE …`."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections, transaction

ALIAS = "turns"


@contextmanager
def database(path: Path, patience: float = 10.0) -> Iterator[None]:
    """The alias `turns`: our SQLite backend with the product's own pragmas, on this file."""
    from madoguchi.config import settings

    connections.settings[ALIAS] = connections.configure_settings(
        {
            "default": connections.settings["default"],
            ALIAS: settings._sqlite() | {"NAME": path, "TURN_PATIENCE": patience},
        }
    )[ALIAS]
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]


def run(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def write(name: str, count: int) -> None:
    """Each a read and a write that must agree, as a receipt number or a counter would."""
    for _ in range(count):
        with transaction.atomic(using=ALIAS):
            ((n,),) = run("SELECT n FROM counter")
            run("UPDATE counter SET n = %s", int(str(n)) + 1)
            run("INSERT INTO line (who) VALUES (%s)", name)


def main(path: str, name: str, verb: str, amount: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    import django

    django.setup()
    with database(Path(path)):
        if verb == "write":
            write(name, int(amount))
        else:
            with transaction.atomic(using=ALIAS):
                run("INSERT INTO line (who) VALUES (%s)", name)
                sys.stdout.write("held\n")
                sys.stdout.flush()
                time.sleep(float(amount))


if __name__ == "__main__":
    main(*sys.argv[1:])
