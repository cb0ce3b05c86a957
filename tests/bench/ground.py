"""Installations to measure on: one is made by `madoguchi init`, the others are copies of its files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live import Live, running, surroundings
from tests.servers import free_port


@dataclass(frozen=True)
class Ground:
    """An installed folder, with the surroundings of the commands that run in it."""

    folder: Path
    port: int

    @property
    def database(self) -> Path:
        return self.folder / "data" / "madoguchi.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        return surroundings(self.folder, self.port)

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


def install(folder: Path) -> Ground:
    """Make one, and let this process open it: settings are read from its surroundings."""
    ground = Ground(folder, free_port())
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
