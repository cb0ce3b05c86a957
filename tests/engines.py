"""The two database engines for tests: a file that is copied, and a server that clones a template."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit


class Engine(Protocol):
    def fresh(self) -> None:
        """Replace the database by a copy of the template."""


@contextlib.contextmanager
def start_engine(root: Path) -> Iterator[Engine]:
    from django.conf import settings

    yield PostgreSQL() if settings.ENVIRONMENT.database_url else SQLite(root)


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


class PostgreSQL:
    def __init__(self) -> None:
        from django.conf import settings

        parts = urlsplit(settings.ENVIRONMENT.database_url)
        self.name = parts.path.lstrip("/")
        self.template = f"{self.name}_template"
        self.admin = settings.ENVIRONMENT.database_url.removesuffix(f"/{self.name}") + "/postgres"
        self._run(f"CREATE DATABASE {self.name}")
        _install()
        self._close()
        self._run(f"ALTER DATABASE {self.name} RENAME TO {self.template}")

    def fresh(self) -> None:
        self._close()
        self._run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.template}",
        )

    def _close(self) -> None:
        from django.db import connections

        connections.close_all()

    def _run(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # names of our own making
