"""By night: the mails with a code end, and people of whom nothing is held go; nobody else (ADR 0025)."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR, uuid7
from madoguchi.rooms.consent.models import Agreement
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.gate.actions.stop import lift, stop
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.models import Suppression
from madoguchi.rooms.inventory.actions.sweep_nobody import sweep_nobody
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.actions.forget import forget_if_new
from madoguchi.rooms.people.actions.redeem_code import let_in
from madoguchi.rooms.people.actions.sign_in import ask_to_sign_in
from madoguchi.rooms.people.models import MailedCode, Passkey, Person, VisitorSession
from madoguchi.rooms.people.queries import person_by_address, person_ref
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.rights.actions.open_request import open_request
from madoguchi.rooms.rights.actions.stop_use import stop_use
from madoguchi.rooms.rights.rules.asking import Asking
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import suppression_mark
from tests.clockwork import Clock, stopped_clock
from tests.house import House

NOBODY = "nobody@example.jp"
LATER = timedelta(days=1, minutes=1)


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def asked(house: House, address: str = NOBODY) -> UUID:
    ask_to_sign_in(entity_id=house.entity_id, address=address, enter="http://localhost:8000/my/enter/")
    house.work()
    person = person_by_address(address)
    assert person is not None
    return person


def swept(time: Clock) -> int:
    time.live(LATER)
    return sweep_nobody()


def test_who_only_asked_is_gone_a_day_later(house: House, time: Clock) -> None:
    person = asked(house)
    early = sweep_nobody()

    assert (early, swept(time), sweep_nobody()) == (0, 1, 0)
    assert Person.objects.count() == 0
    assert MailedCode.objects.filter(person_id=person).count() == 0
    assert person_by_address(NOBODY) is None


def test_the_mail_ends_with_its_key_and_a_record(house: House, time: Clock) -> None:
    asked(house)
    asked(house, "other@example.jp")
    early = sweep_nobody()
    mails = [bytes(mail.recipient_index or b"") for mail in Mail.objects.filter(kind="sign-in")]
    swept(time)

    assert (early, len(mails), b"" in mails) == (0, 2, False)
    assert File.objects.filter(kind="sign-in").count() == 2
    assert File.objects.filter(kind="sign-in", destroyed_at=None).count() == 0
    assert [mail.recipient_index for mail in Mail.objects.filter(kind="sign-in")] == [None, None]
    record = DeletionRecord.objects.get()
    assert (record.cause, record.files, record.person) == ("sign-in", 2, None)


def test_a_mail_that_could_not_be_sent_is_not_sent_any_more(house: House, time: Clock) -> None:
    ask_to_sign_in(entity_id=house.entity_id, address=NOBODY, enter="http://localhost:8000/my/enter/")
    swept(time)
    house.work()

    assert Mail.objects.get(kind="sign-in").state == State.STOPPED
    assert house.mails(to=NOBODY) == []


def test_whose_inquiry_lies_here_stays_and_so_does_their_mail_of_today(house: House, time: Clock) -> None:
    house.submit(email="hanako@example.jp")
    person = asked(house, "hanako@example.jp")
    assert swept(time) == 0
    asked(house, "hanako@example.jp")
    sweep_nobody()

    assert person_by_address("hanako@example.jp") == person
    assert File.objects.filter(kind="sign-in", destroyed_at=None).count() == 1


def _stopped(house: House, person: UUID) -> None:
    stop_use(person=person, scope="mailings", by=person_ref(person))


def _stopped_once(house: House, person: UUID) -> None:
    stop(person=person, scope="joint-use", by=VISITOR)
    lift(person=person, scope="joint-use", by=VISITOR)


def _answered(house: House, person: UUID) -> None:
    Agreement.objects.create(person_id=person, policy_id=in_force(house.entity_id).id, agreed=True)


def _requested(house: House, person: UUID) -> None:
    asking = Asking("disclosure", {"name": "山田 花子", "email": NOBODY}, "electronic")
    open_request(entity_id=house.entity_id, asking=asking, channel="web", by=VISITOR)


def _wrote(house: House, person: UUID) -> None:
    house.submit(email=NOBODY)


def _made_a_key(house: House, person: UUID) -> None:
    Passkey.objects.create(
        id=uuid7(), person_id=person, handle=b"h", credential=secrets.token_bytes(16), public_key=b"k"
    )


@pytest.mark.parametrize("keep", [_stopped, _stopped_once, _answered, _requested, _wrote, _made_a_key])
def test_nobody_goes_of_whom_anything_is_held(
    house: House, time: Clock, keep: Callable[[House, UUID], None]
) -> None:
    person = asked(house)
    keep(house, person)

    assert swept(time) == 0
    assert person_by_address(NOBODY) == person


def test_a_suppression_stays_whoever_goes(house: House, time: Clock) -> None:
    asked(house)
    suppress(mark=suppression_mark("email", NOBODY), reason="opt-out", by=VISITOR)

    assert swept(time) == 1
    assert Suppression.objects.count() == 1


def test_who_is_here_or_came_back_is_left(house: House, time: Clock) -> None:
    here, back = asked(house), asked(house, "back@example.jp")
    time.live(LATER)
    with transaction.atomic():
        let_in(about=person_ref(here), person=here)
    asked(house, "back@example.jp")

    assert sweep_nobody() == 0
    assert {person_by_address(NOBODY), person_by_address("back@example.jp")} == {here, back}
    VisitorSession.objects.update(until=clock.now())
    assert swept(time) == 2


def test_many_go_and_those_between_stay(house: House, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.rooms.inventory.actions.sweep_nobody.PEOPLE", 3)
    for number in range(10):
        claim(email_key=f"nobody{number}@example.jp")
    house.submit(email="nobody4@example.jp")

    assert swept(time) == 9
    assert Person.objects.count() == 1


def test_the_night_sweeps(house: House, time: Clock) -> None:
    from madoguchi.rooms.inventory.actions.retain import end_night
    from madoguchi.rooms.jobs.queries import trusted_today

    asked(house)
    time.live(LATER)
    end_night(entity_id=house.entity_id, on=trusted_today())

    assert Person.objects.count() == 0


@pytest.mark.parametrize("keep", [_stopped, _made_a_key, lambda house, person: asked(house)])
def test_a_claim_is_not_taken_back_from_who_came_here(
    house: House, keep: Callable[[House, UUID], object]
) -> None:
    person = claim(email_key=NOBODY)
    keep(house, person)

    assert forget_if_new(person) is False
    assert person_by_address(NOBODY) == person


def test_a_bare_claim_is_taken_back(house: House) -> None:
    assert forget_if_new(claim(email_key=NOBODY)) is True
