"""Writers on SQLite take turns: nobody is refused, nobody jumps the queue, nobody holds it for ever."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction

from madoguchi.config.sqlite.version import Version, safe_for_wal
from tests.config.turns import ALIAS, database, run, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "turns.sqlite3"
    with database(path, patience=2.0):
        run("CREATE TABLE counter (n INTEGER NOT NULL)")
        run("INSERT INTO counter VALUES (0)")
        run("CREATE TABLE line (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT)")
        yield path


def process(path: Path, name: str, verb: str, amount: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.config.turns", str(path), name, verb, str(amount)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def holder(path: Path, seconds: float) -> "subprocess.Popen[str]":
    """Another process in the middle of its transaction."""
    started = process(path, "holder", "hold", seconds)
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    return started


def ended(started: "subprocess.Popen[str]") -> str:
    """What it said on its way out."""
    _, said = started.communicate(timeout=60)
    return said


def in_threads(count: int, work: "threading.Thread | object") -> list[BaseException]:
    failures: list[BaseException] = []

    def one(number: int) -> None:
        try:
            work(number)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  looked at by the caller
            failures.append(error)
        finally:
            connections[ALIAS].close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_eight_threads_and_two_processes_are_never_refused(file: Path) -> None:
    others = [process(file, f"p{n}", "write", 100) for n in range(2)]

    failures = in_threads(8, lambda number: write(f"t{number}", 25))

    said = [ended(each) for each in others]
    assert [each.returncode for each in others] == [0, 0], said
    assert failures == []
    assert run("SELECT n, (SELECT count(*) FROM line) FROM counter") == [(400, 400)]


def test_first_come_first_served(file: Path) -> None:
    """Ten arrive one after the other while the turn is taken; they get it in that order."""
    threads = [threading.Thread(target=_write_and_close, args=(f"{n:02}",)) for n in range(10)]
    with transaction.atomic(using=ALIAS):
        for thread in threads:
            thread.start()
            time.sleep(0.02)
    for thread in threads:
        thread.join(30)

    assert [who for (who,) in run("SELECT who FROM line ORDER BY id")] == [f"{n:02}" for n in range(10)]


def _write_and_close(name: str) -> None:
    write(name, 1)
    connections[ALIAS].close()


def test_waiting_ends_with_an_error_that_the_form_can_answer(file: Path) -> None:
    with transaction.atomic(using=ALIAS):
        begun = time.monotonic()
        failures = in_threads(2, lambda number: write("late", 1))
        waited = time.monotonic() - begun

    assert [type(error) for error in failures] == [OperationalError, OperationalError]
    assert 1.9 < waited < 5
    write("after", 1)  # whoever gave up left the queue


def test_a_frozen_holder_in_another_process_is_waited_for_only_so_long(file: Path) -> None:
    other = holder(file, 60)
    other.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            write("late", 1)
        failures = in_threads(3, lambda number: write("late", 1))
        waited = time.monotonic() - begun
    finally:
        other.kill()
        ended(other)

    assert [type(error) for error in failures] == [OperationalError] * 3
    assert waited < 8
    write("after", 1)  # the turn that came too late was handed on
    assert run("SELECT who FROM line") == [("after",)]


def test_a_killed_holder_frees_the_turn_and_leaves_nothing_half(file: Path) -> None:
    other = holder(file, 60)
    waiting = threading.Thread(target=_write_and_close, args=("next",))
    waiting.start()
    other.kill()
    ended(other)
    waiting.join(10)

    assert run("SELECT who FROM line") == [("next",)]


@pytest.mark.parametrize("end", ["exception", "rollback", "close"])
def test_the_turn_is_given_back_however_it_ends(file: Path, end: str) -> None:
    with pytest.raises((RuntimeError, DatabaseError)), transaction.atomic(using=ALIAS):  # noqa: PT012
        run("INSERT INTO line (who) VALUES ('gone')")
        if end == "rollback":
            run("INSERT INTO no_such_table VALUES (1)")
        if end == "close":
            connections[ALIAS].close()
        raise RuntimeError

    assert in_threads(1, lambda number: write("next", 1)) == []
    assert run("SELECT who FROM line") == [("next",)]


def test_actions_inside_actions_join(file: Path) -> None:
    """One turn, one transaction: the inner one commits nothing by itself."""
    with pytest.raises(RuntimeError), transaction.atomic(using=ALIAS, savepoint=False):  # noqa: PT012
        with transaction.atomic(using=ALIAS, savepoint=False):
            run("INSERT INTO line (who) VALUES ('inner')")
        raise RuntimeError

    assert run("SELECT count(*) FROM line") == [(0,)]


def test_reading_is_one_moment_and_takes_no_turn(file: Path) -> None:
    write("before", 1)
    with connections[ALIAS].reading():  # type: ignore[attr-defined]
        first = run("SELECT count(*) FROM line")
        assert in_threads(1, lambda number: write("meanwhile", 1)) == []
        with connections[ALIAS].reading():  # type: ignore[attr-defined]
            assert run("SELECT count(*) FROM line") == first == [(1,)]
        assert run("SELECT count(*) FROM line") == first
    assert run("SELECT count(*) FROM line") == [(2,)]


def test_reading_refuses_to_write_and_writing_comes_back(file: Path) -> None:
    with connections[ALIAS].reading(), pytest.raises(DatabaseError):  # type: ignore[attr-defined]
        run("INSERT INTO line (who) VALUES ('x')")
    with connections[ALIAS].reading(), pytest.raises(DatabaseError):  # type: ignore[attr-defined]
        write("x", 1)
    assert in_threads(1, lambda number: write("other", 1)) == []
    write("again", 1)

    assert run("SELECT who FROM line ORDER BY id") == [("other",), ("again",)]


def test_what_is_committed_is_on_disk(file: Path) -> None:
    """FULL, read back, on a connection as the product opens it."""
    assert run("PRAGMA synchronous") == [(2,)]
    assert run("PRAGMA journal_mode") == [("wal",)]
    assert run("PRAGMA secure_delete") == [(1,)]
    assert run("PRAGMA query_only") == [(0,)]


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 44, 9), True), ((3, 45, 0), False),
        ((3, 46, 1), False), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False),
        ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_versions_that_may_keep_a_wal_database(version: Version, safe: bool) -> None:
    assert safe_for_wal(version) is safe
