"""Kill -9 before every write of a night's run: the next worker completes it, nothing half, nothing twice."""

import os
import platform
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections

from madoguchi.config.worker import Worker
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inventory.actions.set_period import set_period
from madoguchi.rooms.inventory.jobs import ask_for_night
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.jobs.actions.claim import reclaim
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.models import File
from tests.clockwork import stopped_clock
from tests.house import House
from tests.keys import destroyed

NOON = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo
KINDS = ("inventory.end", "inventory.retain")
WRITES = ("INSERT", "UPDATE", "DELETE")


def closed(house: House, note: str = "") -> Inquiry:
    found = Inquiry.objects.get(id=house.submit().id)
    house.work()
    if note:
        add_note(viewer=house.viewer, inquiry_id=found.id, text=note)
    set_status(viewer=house.viewer, inquiry_id=found.id, status="done")
    return found


def night() -> None:
    """As the worker's threads do it."""
    ask_for_night()
    worker = Worker()
    while worker.work_off(KINDS):
        pass


def killed_before_write(number: int) -> bool:
    """The night in a process of its own that dies before its n-th write; False when it came to its end."""
    connections.close_all()
    process = os.fork()
    if not process:
        with connection.execute_wrapper(_deadly(number)):
            night()
        os._exit(0)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _deadly(number: int) -> Callable[..., Any]:
    left = count(number, -1)

    def write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES) and next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    return write


def next_worker() -> None:
    reclaim(host=platform.node()[:29], alive=lambda process: False)
    night()


@pytest.fixture
def again() -> Iterator[Callable[[], None]]:
    """Puts the database back as it was when the fixture was first used; a server's is left as the killed run left it."""
    name = settings.DATABASES["default"]["NAME"]
    copy = Path(f"{name}.before")

    def back() -> None:
        if connection.vendor != "sqlite":
            return
        connections.close_all()
        if copy.exists():
            for suffix in ("-wal", "-shm"):
                Path(f"{name}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(copy, name)
        else:
            shutil.copyfile(name, copy)

    yield back
    copy.unlink(missing_ok=True)


def test_killed_before_any_write_the_next_worker_completes_the_night(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: Callable[[], None]
) -> None:
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.retain.AT_ONCE", 3)
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.set(NOON)
    clockwork.live(timedelta())
    over, young = [closed(house, "控え"), closed(house)], closed(house)
    files = {each.file_id for each in over} | set(
        Entry.objects.filter(kind="note").values_list("file_id", flat=True)
    )
    Inquiry.objects.filter(id=young.id).update(closed_at=NOON + timedelta(days=5))
    set_period(viewer=viewer_of(house.staff["officer"]), retention="inquiry", days=1, confirmed=True)
    clockwork.live(timedelta(days=1, hours=14, minutes=5))

    killed = 0
    for number in count(1):
        again()
        if not killed_before_write(number):
            break
        killed += 1
        next_worker()
        whole(files, {each.person_id for each in over}, young)
    whole(files, {each.person_id for each in over}, young)
    assert killed >= (20 if connection.vendor == "sqlite" else 1)


def whole(files: set[UUID], people: set[UUID], young: Inquiry) -> None:
    """Ended once and completely; what was not over lives; the night is told once, with the right count."""
    ended = File.objects.filter(destroyed_at__isnull=False)
    assert set(ended.values_list("id", flat=True)) == files
    assert all(destroyed(file) for file in files)
    records = DeletionRecord.objects.all()
    assert all(record.finished_at and record.step == "finished" for record in records)
    assert sum(record.files for record in records) == len(files)
    assert set(ended.values_list("ending", flat=True)) == {record.id for record in records if record.files}
    assert not Person.objects.filter(id__in=people, address_index__isnull=False).exists()
    assert File.objects.get(id=young.file_id).ending is None
    told = list(Event.objects.filter(kind="retention.ran").values_list("details", flat=True))
    assert told == [f'{{"day": "2027-01-14", "inquiry": {len(files)}}}']
    assert not Job.objects.filter(kind__in=KINDS).exists()
