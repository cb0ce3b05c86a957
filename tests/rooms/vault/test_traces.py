"""A destroyed key leaves no copy in the database's files: SQLite keeps one of whatever it has moved (ADR 0027)."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.actions import rotate
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some, keep_sealed
from madoguchi.rooms.vault.actions.give_file import give_file
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.sweep import sweep
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.models import DESTROYED, WRAPPED_BYTES, File, Key
from madoguchi.rooms.vault.queries import file_key, hold_file
from madoguchi.rooms.vault.wrapping import wrap
from tests.house import House
from tests.keys import at_once, own_keys, turn

ROWS, ROUNDS, SOME = 2_000, 4, 100


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    at_once(monkeypatch)
    with own_keys(tmp_path / "keys", monkeypatch) as folder:
        yield folder


def test_rows_that_grow_leave_destroyed_values_behind(tmp_path: Path) -> None:
    """The control: keys in the rows of their files, as they once lay. About one in a thousand is still there."""
    assert any(left_in_growing_rows(tmp_path / f"{seed}.sqlite3", seed) for seed in range(10))


def left_in_growing_rows(path: Path, seed: int) -> int:
    """How many of ROWS destroyed values are still in the file."""
    chance = random.Random(seed)
    rows = {chance.randbytes(16).hex(): chance.randbytes(WRAPPED_BYTES) for _ in range(ROWS)}

    def each(change: str, size: int) -> None:
        for id in chance.sample(list(rows), ROWS):
            database.execute(f"UPDATE file SET {change} WHERE id = ?", (chance.randbytes(size).hex(), id))  # noqa: S608

    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete=ON")
        database.execute("CREATE TABLE file (id text PRIMARY KEY, holder text, wrapped blob, kept_for text)")
        database.executemany("INSERT INTO file VALUES (?, NULL, ?, NULL)", rows.items())
        each("holder = ?", 16)
        each("kept_for = ?", 12)
        each("wrapped = NULL, kept_for = ?", 12)
        database.commit()
    raw = path.read_bytes()
    return sum(value in raw for value in rows.values())


def test_no_key_that_ever_was_is_in_the_files(keys: Path) -> None:
    """Opened, given to somebody, kept sealed and wrapped anew in turns, then destroyed in any order."""
    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite")
    chance, ever, files = random.Random(1), set[bytes](), list[UUID]()
    for _ in range(ROUNDS):
        with action:
            files += [open_file(kind="inquiry", holder=None).id for _ in range(SOME)]
            for file in chance.sample(files, SOME):
                give_file(file, uuid7())
                keep_sealed(file=chance.choice(files), law="statute", until=clock.today())
        ever |= wraps()
        turn(clock.now())
        ever |= wraps()
    assert len(ever) == ROUNDS * SOME + SOME * ROUNDS * (ROUNDS + 1) // 2
    there = raw()
    assert all(key in there for key in wraps())

    chance.shuffle(files)
    for start in range(0, len(files), SOME // 10):
        ending = uuid7()
        begin_ending(ending=ending, files=files[start : start + SOME // 10])
        destroy_some(ending=ending, reason="request")
    sweep()

    left = raw()
    assert sum(key in left for key in ever) == 0
    assert wraps() == {DESTROYED}


def wraps() -> set[bytes]:
    return {bytes(key) for key in Key.objects.values_list("wrapped", flat=True)}


def raw() -> bytes:
    return b"".join(path.read_bytes() for path in Path(settings.DATA_DIR).rglob("*") if path.is_file())


def test_keys_lie_in_the_order_of_their_coming(house: House) -> None:
    """Also after the newest were taken away, which nobody does: a row is only ever put at the end."""
    for _ in range(3):
        open_file(kind="inquiry", holder=None)
    last = max(File.objects.values_list("key_id", flat=True))
    File.objects.filter(key_id=last).delete()
    Key.objects.filter(id=last).delete()

    assert File.objects.get(id=open_file(kind="inquiry", holder=None).id).key_id == last + 1


def test_who_waits_for_a_rotation_opens_the_file_afterwards(keys: Path) -> None:
    """Not the new epoch with the wrap from before."""
    turn(clock.now())
    key = open_file(kind="inquiry", holder=None)
    Key.objects.update(wrapped=wrap(key, 1))
    File.objects.update(epoch=1)
    held: list[FileKey | Exception] = []

    def hold() -> None:
        try:
            with action:
                held.append(hold_file(key.id))
        except Exception as error:  # noqa: BLE001  compared below
            held.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=hold)
    with action:
        assert rotate.rewrap_some() == 1
        other.start()
        other.join(0.4)  # it waits now
        assert held == []
    other.join(20)

    assert held == [file_key(key.id)] == [key]
