"""kill -9 before every single write of an erasure: the next run of the job completes it, and nothing is half."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, uuid7
from madoguchi.rooms.delivery.queries import waiting_in
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.begin import Plan, note
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.actions.replay import complete_noted
from madoguchi.rooms.inventory.jobs import complete_what_was_noted
from madoguchi.rooms.inventory.models import DeletionRecord, Hold
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.queries import file_keys, files_of, read_ledger
from tests.house import House
from tests.keys import destroyed
from tests.promises.planting import counted
from tests.rooms.inventory.erasing import CANARIES, NOTE, erase_all, someone

MOST = 200  # more writes than that in one erasure would be a mistake of its own
_WRITES = ("INSERT", "UPDATE", "DELETE", "PRAGMA WAL", "VACUUM", "DROP", "CREATE")


def killed_before_write(number: int, act: Callable[[], Any]) -> bool:
    """Runs `act` in a process of its own that dies by SIGKILL before its write `number`; False when it got through."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _die_before(number)
        try:
            act()
        except BaseException:  # noqa: BLE001  the parent sees the code
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed before it could be killed"
    return os.WIFSIGNALED(status)


def _die_before(number: int) -> None:
    left = [number]

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(_WRITES):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    for alias in connections:
        connections[alias].execute_wrappers.append(count)


def prepared(house: House, number: int) -> Inquiry:
    """With a note in a file of its own and a mail that waits to be sent."""
    inquiry = Inquiry.objects.get(id=house.submit(**(CANARIES | {"email": f"p{number}@example.jp"})).id)
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text=NOTE)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="ご用意しました。", seen_until=None)
    return inquiry


def erase_and_finish(house: House, inquiry: Inquiry) -> None:
    finish(erase_all(house, inquiry))


def noted(files: list[UUID]) -> bool:
    lines = read_ledger(folder_of(settings.KEY_DIR))
    named = {line.facts["file"] for line in lines if line.kind == "erasure"}
    return {str(file) for file in files} <= named


def gone(inquiry: Inquiry, files: list[UUID], *, rows: int = 2) -> None:
    assert all(destroyed(file) for file in files)
    assert waiting_in(files) == 0
    assert Inquiry.objects.get(id=inquiry.id).phone_index is None
    assert Person.objects.get(id=inquiry.person_id).address_index is None
    (record,) = DeletionRecord.objects.filter(person=inquiry.person_id)
    assert (record.step, record.files, record.rows) == ("finished", 2, rows)
    assert record.unreadable_on is not None


@pytest.mark.timeout(300)
def test_killed_before_every_write(house: House) -> None:
    begun = 0
    for number in range(1, MOST):
        inquiry = prepared(house, number)
        files = files_of(inquiry.person_id)
        killed = killed_before_write(number, lambda: erase_and_finish(house, inquiry))  # noqa: B023
        if not DeletionRecord.objects.filter(person=inquiry.person_id).exists():
            assert file_keys(files).keys() == set(
                files
            )  # nothing began: all is there, and pressing again works
            erase_all(house, inquiry)
        else:
            begun += 1
            assert file_keys(files) == {}  # nobody reads it, however little was done
            assert noted(files)
        assert killed or not Job.objects.filter(kind="inventory.end").exclude(leased_until=None).exists()
        house.work()
        gone(inquiry, files)
        if not killed:
            break
    else:
        pytest.fail("it never got through")
    assert begun > 5
    assert counted("inventory.erased-everywhere").broken == 0
    assert counted("inventory.only-what-was-confirmed").broken == 0


def test_killed_between_the_ledger_and_the_commit_it_is_done_later(house: House) -> None:
    """The decision stands on disk: an hour later nobody has to press again, and a restore says the same."""
    inquiry = prepared(house, 0)
    files = files_of(inquiry.person_id)
    assert killed_before_write(1, lambda: erase_and_finish(house, inquiry))
    assert (noted(files), DeletionRecord.objects.exists()) == (True, False)

    assert complete_what_was_noted() == 0  # whoever wrote it may be about to commit
    assert lines_complete_later() == 1
    house.work()

    gone(inquiry, files)
    assert lines_complete_later() == 0


def test_pressed_again_meanwhile_it_is_done_once(house: House) -> None:
    inquiry = prepared(house, 0)
    files = files_of(inquiry.person_id)
    assert killed_before_write(1, lambda: erase_and_finish(house, inquiry))
    erase_and_finish(house, inquiry)

    assert lines_complete_later() == 0

    gone(inquiry, files)
    assert "erasure-withdrawn" in {line.kind for line in read_ledger(folder_of(settings.KEY_DIR))}


def test_a_hold_placed_meanwhile_is_kept(house: House) -> None:
    inquiry = prepared(house, 0)
    assert killed_before_write(1, lambda: erase_and_finish(house, inquiry))
    Hold.objects.create(
        file_id=inquiry.file_id, ground="dispute", owner=house.staff["officer"],
        until=clock.today() + timedelta(days=30),
    )  # fmt: skip

    assert lines_complete_later() == 0
    house.work()
    assert len(files_of(inquiry.person_id)) == 2
    assert "erasure-withdrawn" in {line.kind for line in read_ledger(folder_of(settings.KEY_DIR))}


@pytest.mark.promise("inventory.never-before-its-time")
@pytest.mark.parametrize("cause", ["retention", "remainder"])
def test_what_time_alone_would_end_is_looked_at_anew(house: House, cause: str) -> None:
    """A night died after its ledger line, and the matter was opened again since: nobody decided its end."""
    inquiry = prepared(house, 0)
    note(Plan(uuid7(), cause, "inquiry", tuple(files_of(inquiry.person_id)), WORKER))

    assert lines_complete_later() == 0
    house.work()
    assert len(files_of(inquiry.person_id)) == 2
    assert lines_complete_later() == 0


def lines_complete_later() -> int:
    return complete_noted(read_ledger(folder_of(settings.KEY_DIR)), before=clock.now() + timedelta(hours=1))


@pytest.mark.timeout(300)
def test_killed_again_and_again_it_still_comes_to_its_end(house: House) -> None:
    """Every run dies at its twentieth write; each must leave less to do."""
    inquiry = someone(house)  # with an attachment, and two mails that were sent
    files = files_of(inquiry.person_id)
    id = erase_all(house, inquiry)
    runs = 0
    while killed_before_write(20, lambda: finish(id)):
        runs += 1
        assert runs < 50
    gone(inquiry, files, rows=3)
