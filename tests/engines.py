"""The two database engines for tests: a file that is copied, and a server that clones a template."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg


class Engine(Protocol):
    def fresh(self) -> None:
        """Replace the database by a copy of the template."""


@contextlib.contextmanager
def start_engine(root: Path) -> Iterator[Engine]:
    from django.conf import settings

    if not settings.ENVIRONMENT.database_url:
        yield SQLite(root)
        return
    server = PostgreSQL()
    try:
        yield server
    finally:
        server.own.close()


def _install() -> None:
    from madoguchi.config.install import install
    from madoguchi.config.profile import read_profile
    from madoguchi.config.samples import add_sample_staff
    from madoguchi.rooms.organisation.queries import entity_named

    profile = read_profile("eclore")
    install(profile)
    entity = entity_named("")
    assert entity is not None
    add_sample_staff(profile, entity)


class SQLite:
    def __init__(self, root: Path) -> None:
        from django.conf import settings
        from django.db import connections

        self.path = Path(settings.DATABASES["default"]["NAME"])
        self.template = root / "template.sqlite3"
        _install()
        connections.close_all()
        self.path.rename(self.template)

    def fresh(self) -> None:
        from django.db import connections

        connections.close_all()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        shutil.rmtree(self.path.with_name("search"), ignore_errors=True)


class PostgreSQL:
    """A clone of the template, and for the next test the same one with its rows put back: a clone costs a thousand
    files, a test touches some ten tables. Whoever changed more than rows, a trigger say, leaves a clone to be made.
    """

    def __init__(self) -> None:
        from django.conf import settings

        self.url = settings.ENVIRONMENT.database_url
        self.name = urlsplit(self.url).path.lstrip("/")
        self.template = f"{self.name}_template"
        self.admin = self.url.removesuffix(f"/{self.name}") + "/postgres"
        self._run(f"CREATE DATABASE {self.name}")
        _install()
        self._close()
        with psycopg.connect(self.url) as connection:
            self.rows = Rows(connection)
        self._run(f"ALTER DATABASE {self.name} RENAME TO {self.template}")
        self._clone()

    def fresh(self) -> None:
        self._close()
        try:
            while self.own.execute(OTHERS).fetchone() != (0,):
                time.sleep(0.001)
            as_installed = self.rows.put_back(self.own)
        except psycopg.OperationalError:  # a test took the database away
            as_installed = False
        if not as_installed:
            self.own.close()
            self._clone()

    def _clone(self) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.template}",
        )
        self.own = psycopg.connect(self.url, autocommit=True)  # kept: it knows the tables by now
        self.rows.begin(self.own)

    def _close(self) -> None:
        from django.db import connections

        connections.close_all()

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # names of our own making


# How many had to be told to end; at none, nobody writes any more.
OTHERS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
TABLES = """SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"""
SEQUENCES = """SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'"""
# Whatever a statement other than one about rows would change.
SHAPE = """SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
SELECT concat('class', oid, relname, relkind, reloptions) FROM pg_class
  WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT concat('trigger', oid, tgname, tgenabled) FROM pg_trigger
UNION ALL SELECT concat('constraint', oid, xmin) FROM pg_constraint
UNION ALL SELECT concat_ws('.', 'column', attrelid, attnum, a.xmin) FROM pg_attribute a
  JOIN pg_class c ON c.oid = attrelid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT concat('default', oid, xmin) FROM pg_attrdef
UNION ALL SELECT concat('function', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT concat('schema', nspname) FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast_temp)'
) AS parts (part)"""

UNGUARDED = "SET LOCAL session_replication_role = replica"  # past the rules of audit rows
LYING = """CREATE FUNCTION pg_temp.lying() RETURNS TABLE (place text, rows text) LANGUAGE plpgsql AS $$
BEGIN {} END $$"""


class Rows:
    """What lies in an installed database's tables, and whether it still does: each row is known by its place and
    by who wrote it, so that no change is missed, not even one that was taken back."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.tables = [str(name) for (name,) in connection.execute(TABLES)]
        self.sequences = connection.execute(SEQUENCES).fetchall()
        self.begin(connection)
        self.contents = {table: _copied(connection, table) for table in self.lying}

    def begin(self, connection: psycopg.Connection) -> None:
        """Just installed or cloned."""
        each = "".join(
            f"RETURN QUERY SELECT '{table}', string_agg(ctid::text || xmin, ' ') FROM {table} HAVING count(*) > 0;"  # noqa: S608
            for table in self.tables
        )
        connection.execute(LYING.format(each))  # type: ignore[call-overload]
        self.shape, self.lying = self._shape(connection), self._lying(connection)

    def put_back(self, connection: psycopg.Connection) -> bool:
        """False when more has changed than rows, and tables that were added as the search adds its own."""
        added = {str(name) for (name,) in connection.execute(TABLES)} - {*self.tables}
        if added:
            connection.execute(f"DROP TABLE {', '.join(added)}")  # type: ignore[call-overload]
        if self._shape(connection) != self.shape:
            return False
        lying = self._lying(connection)
        touched = [table for table in self.tables if lying.get(table) != self.lying.get(table)]
        if touched:
            self._empty(connection, touched)
            self._fill(connection, [table for table in touched if table in self.contents])
            self.lying = self._lying(connection)
        for name, value, called in self.sequences:
            connection.execute("SELECT setval(%s::regclass, %s, %s)", (name, value, called))
        return True

    def _empty(self, connection: psycopg.Connection, tables: list[str]) -> None:
        with connection.transaction():
            connection.execute(UNGUARDED)
            for table in tables:
                connection.execute(f"DELETE FROM {table}")  # type: ignore[call-overload]  # noqa: S608
        connection.execute(f"VACUUM {', '.join(tables)}")  # type: ignore[call-overload]  # rows lie in order again

    def _fill(self, connection: psycopg.Connection, tables: list[str]) -> None:
        with connection.transaction():
            connection.execute(UNGUARDED)
            for table in tables:
                with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:  # type: ignore[call-overload]
                    copy.write(self.contents[table])

    def _lying(self, connection: psycopg.Connection) -> dict[str, str]:
        return dict(connection.execute("SELECT * FROM pg_temp.lying()").fetchall())

    def _shape(self, connection: psycopg.Connection) -> object:
        return connection.execute(SHAPE, prepare=True).fetchone()


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:  # type: ignore[call-overload]
        return b"".join(bytes(part) for part in copy)
