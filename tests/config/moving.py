"""An installation on a SQLite file with odd values, and empty PostgreSQL databases to move it into."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.faults.house import ROOT
from tests.live import surroundings
from tests.servers import postgresql_server

SEED = """
import json
from datetime import UTC, date, datetime
from uuid import uuid4
from tests.config.moving import ODD, TREE
from tests.house import House
from madoguchi.config.profile import read_profile
from madoguchi.config.samples import add_sample_staff
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.organisation.models import Remembered, Staff
from madoguchi.rooms.organisation.queries import entity_named
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
add_sample_staff(read_profile("eclore"), entity_named(""))
house = House(first_form(), {}, [], None)
for number in range(12):
    receipt = house.submit(body="𠮷野家の件 🍜\\n" * (number + 1), name="髙﨑 𠮷子")
give(about=Ref("inquiry", receipt.id), purpose="event-mail")
with action:
    key = open_file(kind="inquiry", holder=uuid4())
    store_attachment(key=key, name="名前.pdf", media_type="application/pdf", content=[bytes(range(256)) * 3000])
old = datetime(1962, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
Event.objects.create(at=old, kind="old", about_kind="x", about_id=uuid4(), by_kind="x", by_id=uuid4(), details="{}")
staff = Staff.objects.first()
for number, text in enumerate(ODD):
    Staff.objects.create(email=f"odd{number}@example.jp", name=text, role="clerk", entity=staff.entity)
    Remembered.objects.create(key=text, value=TREE, until=old)
for key in ("a", "B", "b", "_", "é", "z", "あ"):
    Remembered.objects.create(key=key, value=[], until=old)
"""
ODD = [
    "a\\N",
    "\\.",
    "\\",
    "tab\there",
    "line\nbreak\r",
    "'\"",
    "🏳️‍🌈 𩸽 ﷽",
    " ",
    "NULL",
    "é\u0065\u0301",
    "\x7f\x01",
]
TREE = {"å": [1, 2.5, None, True, {"x": ""}], "": 1e-9, "n": 10**20}


@dataclass
class Installed:
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return surroundings(self.folder, 8000, PYTHONPATH=f"{ROOT}:{ROOT / 'src'}")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "madoguchi.sqlite3"

    def copy(self, folder: Path) -> "Installed":
        shutil.copytree(self.folder, folder)
        return Installed(folder)

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.call([sys.executable, "-m", "madoguchi", *arguments], **more)

    def python(self, code: str, **more: str) -> str:
        start = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'madoguchi.config.settings'\n"
        start += "import madoguchi, django; django.setup()\n"
        done = self.call([sys.executable, "-c", start + code], **more)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def call(self, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def change(self, *statements: str) -> None:
        """Behind the product's back."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(question).fetchall()


def installed(folder: Path) -> Installed:
    for name in ("data", "keys", "mailbox"):
        (folder / name).mkdir(parents=True, mode=0o700)
    made = Installed(folder)
    done = made.run("init", "--profile", "eclore", "--yes")
    assert done.returncode == 0, done.stderr
    made.python(SEED)
    return made


@contextmanager
def a_server() -> Iterator[str]:
    """The one of this run, or one of its own when the run is about SQLite."""
    if url := os.environ.get("MADOGUCHI_TEST_POSTGRESQL"):
        yield url
        return
    server = postgresql_server()
    try:
        yield server.url
    finally:
        server.stop()


def an_empty_database(server: str) -> str:
    name = f"moved_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def tables(url: str) -> int:
    return len(
        ask(url, "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    )
