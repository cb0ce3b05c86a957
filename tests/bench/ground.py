"""Installations to measure on: one is made by `madoguchi init`, the others are copies of its files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.live import Live, running, surroundings
from tests.servers import free_port, postgresql_server


@dataclass(frozen=True)
class Ground:
    """An installed folder, with the surroundings of the commands that run in it."""

    folder: Path
    port: int
    server: str = ""  # of PostgreSQL; empty when the database is a file

    @property
    def database(self) -> Path:
        return self.folder / "data" / "madoguchi.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        url = {"MADOGUCHI_DATABASE_URL": f"{self.server}/bench"} if self.server else {}
        return surroundings(self.folder, self.port, **url)

    def copy(self, name: str) -> "Ground":
        """Another installation with the same keys, beside this one."""
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder)
        return Ground(folder, free_port())

    @contextmanager
    def running(self, command: str) -> Iterator[Live]:
        """`serve`, or `web` alone: then nobody works off the jobs."""
        bind = ["--bind", f"127.0.0.1:{self.port}"]
        with running(self.folder, [command, *bind], self.environment, self.port) as live:
            yield live


@contextmanager
def server(engine: str) -> Iterator[str]:
    """Where to connect, while it runs; nothing for SQLite. It keeps what it acknowledged, as SQLite does."""
    if engine != "postgresql":
        yield ""
        return
    started = postgresql_server(durable=True)
    try:
        with psycopg.connect(f"{started.url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield started.url
    finally:
        started.stop()


def install(folder: Path, server: str = "") -> Ground:
    """Make one, and let this process open it: settings are read from its surroundings."""
    ground = Ground(folder, free_port(), server)
    for name in ("data", "keys", "mailbox"):
        (folder / name).mkdir(parents=True, mode=0o700)
    subprocess.run(
        [sys.executable, "-m", "madoguchi", "init", "--profile", "eclore", "--yes"],
        env=ground.environment, check=True, timeout=120, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
        del os.environ[name]
    os.environ.update(ground.environment, DJANGO_SETTINGS_MODULE="madoguchi.config.settings")
    import django

    django.setup()
    return ground
