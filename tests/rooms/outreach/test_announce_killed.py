"""Kill -9 before every write of an announcement, two workers at once, and an erasure at the same moment: nobody is
told twice, nobody is left out, and who was erased gets nothing."""

import os
import platform
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from django.db import connection, connections

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.jobs.actions.claim import reclaim
from madoguchi.rooms.outreach.actions.tell import _ready, _tell, change_told, tell_some
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.outreach.queries.telling import outcomes as would_be
from madoguchi.rooms.outreach.queries.telling import progress, undelivered
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import files_of
from tests.changing import change_policy
from tests.house import House
from tests.rooms.inventory.erasing import erase_all, officer
from tests.rooms.inventory.test_erase_races import both, in_action, one_after_the_other
from tests.rooms.outreach.telling import begin, person, tell_all

WRITES = ("INSERT", "UPDATE", "DELETE")


def killed_before_write(number: int) -> bool:
    """A worker in a process of its own that dies before its n-th write; False when it came to its end."""
    connections.close_all()
    process = os.fork()
    if not process:
        with connection.execute_wrapper(_deadly(number)):
            tell_all()
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


def everybody_once() -> None:
    """Each person one note and one mail, in a file of theirs; no file without a mail."""
    assert Counter(Told.objects.values_list("person_id", flat=True)) == Counter(
        Person.objects.values_list("id", flat=True)
    )
    mails = Mail.objects.filter(kind="policy-change")
    assert Counter(mails.values_list("file__holder", flat=True)) == Counter(
        Person.objects.values_list("id", flat=True)
    )
    assert set(Told.objects.values_list("mail_id", flat=True)) == set(mails.values_list("id", flat=True))
    assert File.objects.filter(kind="policy-mail").count() == mails.count()


def test_killed_before_any_write_the_next_worker_goes_on(house: House) -> None:
    """Each kill falls one write later than the last, from where that one left it."""
    for n in range(8):
        person(house, f"p{n}@example.jp")
    house.work()
    change_policy(house)
    begin(house)

    kills = 0
    while Told.objects.count() < 8:  # a server may take a moment to let go of what a killed process held
        kills += killed_before_write(kills + 1)
        reclaim(host=platform.node()[:29], alive=lambda process: False)
    assert kills >= 7  # and more where every insert is seen by the wrapper
    tell_all()
    everybody_once()
    house.work()
    assert Mail.objects.filter(kind="policy-change", state="sent").count() == 8


def test_two_workers_at_once_tell_everybody_once(house: House) -> None:
    for n in range(9):
        person(house, f"p{n}@example.jp")
    change_policy(house)
    announcement = begin(house)
    change = change_told(announcement.id)

    def tell() -> None:
        while tell_some(announcement.id, change):
            pass

    assert both(tell, tell) == (None, None)
    everybody_once()


# -- at the same moment as an erasure ---------------------------------------------------------------


def tell_one(announcement: Announcement, inquiry: Inquiry) -> Callable[[], None]:
    """The mail is rendered; what is left is the transaction."""
    change = change_told(announcement.id)
    outcome = would_be(change.version, [inquiry.person_id])[inquiry.person_id]
    ready = _ready(announcement, change, inquiry.person_id, outcome)
    assert ready.mail is not None
    return lambda: _tell(announcement, ready)


def test_who_is_erased_after_they_were_told_gets_nothing(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(email="x@example.jp").id)
    house.work()
    change_policy(house)
    begin(house)
    tell_all()
    erase_all(house, inquiry)
    house.work()

    assert Mail.objects.get(kind="policy-change").state == "stopped"
    assert len(house.mails(to="x@")) == 1
    assert files_of(inquiry.person_id) == []


def test_who_was_erased_before_is_not_told(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(email="x@example.jp").id)
    house.work()
    change_policy(house)
    announcement = begin(house)
    tell = tell_one(announcement, inquiry)
    erase_all(house, inquiry)

    tell()
    assert Told.objects.count() == 0  # left to the next round, which finds nothing of them
    house.work()
    assert [each.outcome for each in Told.objects.all()] == ["nothing-left"]
    assert Mail.objects.filter(kind="policy-change").count() == 0


def test_an_erasure_that_finds_a_mail_under_way_is_asked_again(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(email="x@example.jp").id)
    house.work()
    change_policy(house)
    tell = tell_one(begin(house), inquiry)

    told, erased = one_after_the_other(in_action(tell), lambda: erase_all(house, inquiry))
    assert told is None
    assert isinstance(erased, Refusal)  # one file more than the officer saw: they look again, and it goes too
    erase_all(house, inquiry)
    house.work()
    assert Mail.objects.get(kind="policy-change").state == "stopped"
    assert len(house.mails(to="x@")) == 1
    assert files_of(inquiry.person_id) == []


def test_an_erasure_and_a_telling_that_race_leave_nothing_to_send(house: House) -> None:
    inquiries = [Inquiry.objects.get(id=house.submit(email=f"x{n}@example.jp").id) for n in range(6)]
    house.work()
    change_policy(house)
    announcement = begin(house)
    for inquiry in inquiries:
        erase = partial(erase_all, house, inquiry)
        _, erased = both(tell_one(announcement, inquiry), erase)
        if isinstance(erased, Exception):
            assert isinstance(erased, Refusal)
            erase()
    house.work()

    assert not Mail.objects.filter(kind="policy-change", state__in=("queued", "sent")).exists()
    assert [files_of(each.person_id) for each in inquiries] == [[]] * 6


def test_an_address_corrected_after_rendering_is_not_written_to(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(email="old@example.jp").id)
    house.work()
    change_policy(house)
    announcement = begin(house)
    tell = tell_one(announcement, inquiry)
    correct(files=[inquiry.file_id], key="email", value="new@example.jp", ground="changed", by=officer(house))

    tell()
    assert Told.objects.count() == 0
    house.work()
    assert (len(house.mails(to="old@")), len(house.mails(to="new@"))) == (1, 1)


def test_a_mail_that_waits_for_an_address_corrected_since_is_stopped(house: House) -> None:
    inquiry, other = (
        Inquiry.objects.get(id=house.submit(email=f"{n}@example.jp").id) for n in ("old", "other")
    )
    house.work()
    change_policy(house)
    announcement = begin(house)
    tell_all()
    correct(files=[inquiry.file_id], key="email", value="new@example.jp", ground="changed", by=officer(house))
    house.work()

    assert (len(house.mails(to="old@")), len(house.mails(to="new@"))) == (1, 0)
    assert len(house.mails(to="other@")) == 2
    assert (progress(announcement).undelivered, undelivered(announcement, limit=9)) == (
        1,
        [inquiry.person_id],
    )
    assert Told.objects.filter(person_id=other.person_id, mail__state="sent").exists()
