"""An older copy of the database is brought up to date by the ledger: what was erased since never returns (I8)."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.begin import begin
from madoguchi.rooms.inventory.actions.replay import replay_erasures
from madoguchi.rooms.inventory.models import DeletionRecord, Hold
from madoguchi.rooms.inventory.queries.records import certificate
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.errors import FileErased, FileKept
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.queries import file_key, files_of, read_ledger
from tests.house import House
from tests.keys import destroyed
from tests.rooms.inventory.erasing import CANARIES, erase_all, officer, someone

Restore = Callable[[], None]


def ledger() -> list:  # type: ignore[type-arg]  # of ledger lines
    return list(read_ledger(folder_of(settings.KEY_DIR)))


@pytest.fixture
def copied(house: House) -> Callable[[], Restore]:
    """Take a copy of the database now; what it gives back puts that copy in place again."""
    del house  # there is a database

    def copy() -> Restore:
        connections.close_all()
        return _copy_sqlite() if connection.vendor == "sqlite" else _copy_postgresql()

    return copy


def _copy_sqlite() -> Restore:
    import sqlite3
    from contextlib import closing

    path = Path(settings.DATABASES["default"]["NAME"])
    aside = path.with_name("older.copy")
    aside.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(aside)) as target:
        source.backup(target)

    def restore() -> None:
        connections.close_all()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(aside, path)

    return restore


def _copy_postgresql() -> Restore:
    import psycopg

    name = str(settings.DATABASES["default"]["NAME"])
    admin = settings.ENVIRONMENT.database_url.removesuffix(f"/{name}") + "/postgres"

    def run(*statements: str) -> None:
        connections.close_all()
        with psycopg.connect(admin, autocommit=True) as server:
            for each in statements:
                server.execute(each)

    alone = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    run(f"DROP DATABASE IF EXISTS {name}_older", alone, f"CREATE DATABASE {name}_older TEMPLATE {name}")

    def restore() -> None:
        run(f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {name}_older")

    return restore


def test_what_was_erased_after_the_copy_is_erased_again(house: House, copied: Callable[[], Restore]) -> None:
    inquiry, other = someone(house), someone(house, email="else@example.jp", name="別人")
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="ご用意しました。", seen_until=None)
    restore = copied()
    files = files_of(inquiry.person_id)
    id = erase_all(house, inquiry)
    house.work()
    before = certificate(id)
    restore()
    assert files_of(inquiry.person_id) == files

    replay_erasures(ledger())
    with pytest.raises(FileErased):
        file_key(inquiry.file_id)
    assert all(destroyed(file) for file in files)
    assert Person.objects.get(id=inquiry.person_id).address_index is None
    assert Inquiry.objects.get(id=inquiry.id).phone_index is None
    assert Mail.objects.filter(file_id=inquiry.file_id, state=State.QUEUED).count() == 0
    again = certificate(id)
    assert (again.id, again.code, again.person, again.whole, again.files, again.rows) == (
        id, before.code, before.person, True, before.files, before.rows,
    )  # fmt: skip
    assert again.finished_at is not None
    assert len(files_of(other.person_id)) == 2
    assert Event.objects.filter(kind="inventory.erasure-replayed", about_id=id).count() == 1


def test_replaying_twice_or_over_a_newer_copy_changes_nothing(house: House) -> None:
    inquiry = someone(house)
    id = erase_all(house, inquiry)
    house.work()
    mine = [line for line in ledger() if line.facts.get("record") == str(id)]
    before, events = certificate(id), Event.objects.count()

    assert (replay_erasures(mine), replay_erasures(mine)) == (1, 1)
    assert (certificate(id), Event.objects.count()) == (before, events)


def test_who_wrote_again_after_the_erasure_is_left_alone(house: House) -> None:
    inquiry = someone(house)
    erase_all(house, inquiry)
    again = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    house.work()

    replay_erasures(ledger())
    assert files_of(again.person_id) == [again.file_id]
    assert Person.objects.get(id=again.person_id).address_index is not None


def test_a_lawful_remainder_is_sealed_again(house: House, copied: Callable[[], Restore]) -> None:
    inquiry = someone(house)
    Hold.objects.create(
        file_id=inquiry.file_id, ground="dispute", owner=house.staff["officer"],
        until=clock.today() + timedelta(days=30),
    )  # fmt: skip
    restore = copied()
    erase_all(house, inquiry)
    house.work()
    restore()

    replay_erasures(ledger())
    with pytest.raises(FileKept):
        file_key(inquiry.file_id)
    assert files_of(inquiry.person_id) == []


def test_what_retention_ended_comes_to_its_end_again(house: House, copied: Callable[[], Restore]) -> None:
    inquiry = someone(house)
    restore = copied()
    id = begin(cause="retention", code="inquiry", files=files_of(inquiry.person_id), by=officer(house))
    house.work()
    restore()

    replay_erasures(ledger())
    assert files_of(inquiry.person_id) == []
    assert DeletionRecord.objects.get(id=id).cause == "retention"
    assert Person.objects.get(id=inquiry.person_id).address_index is None


def test_files_that_the_copy_does_not_know_are_passed_over(
    house: House, copied: Callable[[], Restore]
) -> None:
    restore = copied()
    inquiry = someone(house)
    erase_all(house, inquiry)
    house.work()
    restore()

    assert replay_erasures(ledger()) >= 1
    assert not Inquiry.objects.filter(id=inquiry.id).exists()
