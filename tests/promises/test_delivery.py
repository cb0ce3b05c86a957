"""Attempts to bomb somebody with mail, and to lose one unnoticed."""

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.actions.enqueue import LIMITS
from madoguchi.rooms.delivery.actions.release import release
from madoguchi.rooms.delivery.actions.send import send
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.queries import in_trouble
from madoguchi.rooms.delivery.rules import Outcome, Verdict
from madoguchi.rooms.jobs.models import Job
from tests.house import House
from tests.promises.planting import counted


@pytest.mark.promise("delivery.no-mail-bombing")
def test_a_victim_gets_five_a_day_however_often_the_form_is_sent(house: House) -> None:
    for _ in range(12):
        house.submit(email="victim@example.jp")
    house.submit(email="other@example.jp")
    house.work()

    assert len(house.mails(to="victim@example.jp")) == LIMITS.per_address_day == 5
    assert len(house.mails(to="other@example.jp")) == 1
    held = Mail.objects.filter(state=State.HELD)
    assert (held.count(), len(in_trouble())) == (7, 7)
    assert counted("delivery.no-mail-bombing").broken == 0


@pytest.mark.promise("delivery.no-mail-bombing")
def test_ways_of_writing_one_address_count_together(house: House) -> None:
    for address in ("Victim@Example.JP", "ｖｉｃｔｉｍ@example.jp", "victim@EXAMPLE.jp") * 3:
        house.submit(email=address)
    house.work()

    assert len([mail for mail in house.mails() if "victim" in str(mail["Delivered-To"]).lower()]) == 5


@pytest.mark.promise("delivery.no-mail-bombing")
def test_more_than_the_cap_is_noticed_and_a_person_may_release(house: House) -> None:
    for _ in range(6):
        house.submit(email="victim@example.jp")
    house.work()
    held = Mail.objects.get(state=State.HELD)
    release(mail_id=held.id, by=house.viewer.ref)
    house.work()

    assert len(house.mails(to="victim@example.jp")) == 6
    assert counted("delivery.no-mail-bombing").broken == 1


@pytest.mark.promise("delivery.arrives-or-alarms")
def test_a_refused_mail_and_one_given_up_are_noticed(house: House) -> None:
    house.submit(email="gone@example.jp")
    house.submit(email="silent@example.jp")
    house.work(rounds=1)
    refused, silent = Mail.objects.filter(kind="acknowledgement").order_by("queued_at")
    send(refused.id, through=lambda mail: Outcome(Verdict.REFUSED, "rcpt-550"))
    Job.objects.filter(subject=silent.id).update(given_up_at=clock.now())

    assert {mail.id for mail in in_trouble()} == {refused.id, silent.id}
    assert counted("delivery.arrives-or-alarms").broken == 2


@pytest.mark.promise("delivery.arrives-or-alarms")
def test_what_arrived_is_counted_as_kept(house: House) -> None:
    house.submit()
    house.work()

    assert (counted("delivery.arrives-or-alarms").kept, counted("delivery.arrives-or-alarms").broken) == (
        1 + len(house.everybody),
        0,
    )
