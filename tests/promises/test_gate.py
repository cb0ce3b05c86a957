"""Attempts to get something out after the person said stop."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.gate.actions.mint import _mint
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.models import StopRow, Suppression
from madoguchi.rooms.gate.rules import Basis, Purpose
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.vault.queries import file_key, suppression_mark
from tests.house import House
from tests.promises.planting import counted, run

ADDRESS = "hanako@example.jp"


def announcement(house: House, *, purpose: Purpose = Purpose.EVENT_MAIL) -> Inquiry:
    """A mail with a good permit, waiting in the outbox; the acknowledgement is out already."""
    inquiry = Inquiry.objects.get(id=house.submit(email=ADDRESS).id)
    house.work()
    permit = _mint(person_ref(inquiry.person_id), purpose, Basis.CONSENT, Ref("inquiry", inquiry.id))
    enqueue(permit=permit, mail=news(), file=file_key(inquiry.file_id))
    return inquiry


def news() -> RenderedMail:
    return compose(
        kind="event-mail", sender_name="窓口", sender_address="desk@example.jp", recipient_name="", recipient=ADDRESS,
        subject="見学会のご案内", text="見学会を開きます。\n", message_id=new_message_id("example.jp"),
        date=clock.now(), auto=False,
    )  # fmt: skip


def mark() -> bytes:
    return suppression_mark("email", ADDRESS)


def sent(house: House) -> int:
    house.work()
    return len(house.mails(to=ADDRESS)) - 1


@pytest.mark.promise("gate.stops-hold")
def test_without_a_stop_it_goes_out(house: House) -> None:
    announcement(house)

    assert sent(house) == 1


@pytest.mark.promise("gate.stops-hold")
def test_a_withdrawal_stops_what_already_waits(house: House) -> None:
    inquiry = announcement(house)
    give(about=Ref("inquiry", inquiry.id), purpose="event-mail")
    withdraw(about=Ref("inquiry", inquiry.id), purpose="event-mail", mark=mark())

    assert sent(house) == 0
    assert Mail.objects.filter(state=State.STOPPED).count() == 1


@pytest.mark.promise("gate.stops-hold")
def test_an_address_that_opted_out_gets_nothing(house: House) -> None:
    announcement(house)
    suppress(mark=mark(), reason="opt-out", by=VISITOR)

    assert sent(house) == 0


@pytest.mark.promise("gate.stops-hold")
@pytest.mark.parametrize(("scope", "purpose", "goes"), [
    ("all", Purpose.ANSWER, 0), ("all", Purpose.EVENT_MAIL, 0),
    ("mailings", Purpose.EVENT_MAIL, 0), ("mailings", Purpose.ANSWER, 1),
])  # fmt: skip
def test_a_stop_binds_what_it_names(house: House, scope: str, purpose: Purpose, goes: int) -> None:
    inquiry = announcement(house, purpose=purpose)
    StopRow.objects.create(person=inquiry.person_id, scope=scope)

    assert sent(house) == goes


def found() -> tuple[int, int]:
    count = counted("gate.stops-hold")
    return count.kept, count.broken


@pytest.mark.promise("gate.stops-hold")
def test_answers_are_no_announcements(house: House) -> None:
    house.submit()
    house.work()

    assert found() == (0, 0)


@pytest.mark.promise("gate.stops-hold")
@pytest.mark.parametrize("scope", ["all", "mailings"])
def test_what_left_after_a_stop_is_noticed(house: House, scope: str) -> None:
    inquiry = announcement(house)
    house.work()
    assert found() == (1, 0)

    stop = StopRow.objects.create(person=inquiry.person_id, scope=scope, asked_at=clock.now())
    assert found() == (1, 0)
    StopRow.objects.filter(id=stop.id).update(asked_at=clock.now() - timedelta(hours=1))
    assert found() == (0, 1)
    StopRow.objects.filter(id=stop.id).update(lifted_at=clock.now() - timedelta(minutes=30))
    assert found() == (1, 0)


@pytest.mark.promise("gate.stops-hold")
def test_what_left_for_an_address_that_opted_out_is_noticed(house: House) -> None:
    announcement(house)
    house.work()
    suppress(mark=mark(), reason="opt-out", by=VISITOR)
    assert found() == (1, 0)

    Suppression.objects.update(since=clock.now() - timedelta(hours=1))
    assert found() == (0, 1)
    Suppression.objects.update(until=clock.now() - timedelta(minutes=30))
    assert found() == (1, 0)


@pytest.mark.promise("gate.stops-hold")
def test_a_purpose_nobody_knows_counts_as_an_announcement(house: House) -> None:
    inquiry = announcement(house)
    house.work()
    StopRow.objects.create(person=inquiry.person_id, scope="all", asked_at=clock.now() - timedelta(hours=1))

    run("UPDATE gate_permit SET purpose = 'because', basis = 'because' WHERE purpose = 'event-mail'")

    assert found() == (0, 1)


@pytest.mark.promise("gate.stops-hold")
def test_a_stop_in_the_middle_of_sending_holds_from_then_on(house: House) -> None:
    inquiry = announcement(house)
    permit = _mint(
        person_ref(inquiry.person_id), Purpose.EVENT_MAIL, Basis.CONSENT, Ref("inquiry", inquiry.id)
    )
    for _ in range(39):
        enqueue(permit=permit, mail=news(), file=file_key(inquiry.file_id))

    def stop() -> None:
        time.sleep(0.05)
        suppress(mark=mark(), reason="opt-out", by=VISITOR)
        connections.close_all()

    thread = threading.Thread(target=stop)
    thread.start()
    gone = sent(house)
    thread.join()

    since = Suppression.objects.get().since
    late = Mail.objects.filter(kind="event-mail", state=State.SENT, sent_at__gt=since).count()
    assert late <= 1  # the one under way at that moment
    assert gone + Mail.objects.filter(state=State.STOPPED).count() == 40
