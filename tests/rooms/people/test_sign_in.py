"""Asking, coming in, naming: also by several at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections, transaction

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.actions.confirm import confirm
from madoguchi.rooms.people.actions.redeem_code import let_in
from madoguchi.rooms.people.actions.sign_in import ask_to_sign_in, sign_in_by_link
from madoguchi.rooms.people.errors import NotNamed, SignedOut, TooManyCodes, WrongCode, WrongPasskey
from madoguchi.rooms.people.models import MailedCode, Person, VisitorSession
from madoguchi.rooms.people.queries import person_ref, signed_in
from madoguchi.rooms.vault.models import File
from tests.clockwork import stopped_clock
from tests.house import House

ADDRESS = "hanako@example.jp"


def ask(house: House, address: str = ADDRESS) -> None:
    ask_to_sign_in(entity_id=house.entity_id, address=address, enter="http://localhost:8000/my/enter/")


def session(person: UUID | None = None) -> str:
    person = person or claim(email_key=ADDRESS)
    with transaction.atomic():
        return let_in(about=person_ref(person), person=person)


def at_once(act: Callable[[int], object], many: int) -> list[str]:
    """What became of each: "" or the code of its refusal."""
    found: list[str] = []

    def run(number: int) -> None:
        try:
            act(number)
            found.append("")
        except Refusal as refused:
            found.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_asking_writes_one_of_each_and_no_file_of_the_person(house: House) -> None:
    ask(house)

    person, code, mail = Person.objects.get(), MailedCode.objects.get(), Mail.objects.get()
    assert (code.person_id, code.about_kind, code.about_id) == (person.id, "person", person.id)
    assert (mail.kind, mail.file.holder, mail.file.kind) == ("sign-in", None, "sign-in")
    assert File.objects.filter(holder=person.id).count() == 0
    permit = PermitRow.objects.get()
    assert (permit.recipient_id, permit.purpose, permit.basis) == (person.id, "answer", "own-request")


def test_asked_by_many_at_once_five_are_answered(house: House) -> None:
    found = at_once(lambda _: ask(house), 12)

    assert found == [""] * rules.CODES_AN_HOUR + [TooManyCodes.code] * (12 - rules.CODES_AN_HOUR)
    assert Person.objects.count() == 1
    assert MailedCode.objects.filter(spent_at=None).count() == 1


def test_one_link_brought_by_many_lets_one_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "new_token", lambda: "the-token")
    ask(house)
    monkeypatch.undo()
    found = at_once(lambda _: sign_in_by_link(link="the-token"), 8)

    assert found == [""] + [WrongCode.code] * 7
    assert VisitorSession.objects.count() == 1


def test_a_code_of_a_conversation_opens_no_page(house: House) -> None:
    """Its link belongs to the matter that it was asked for."""
    person = claim(email_key=ADDRESS)
    id = uuid7()
    MailedCode.objects.create(
        id=id, person_id=person, about_kind="inquiry", about_id=uuid7(), digest=b"x" * 32,
        link=rules.token_digest("the-token"),
    )  # fmt: skip

    with pytest.raises(WrongCode):
        sign_in_by_link(link="the-token")
    assert VisitorSession.objects.count() == 0


def test_what_was_named_is_added(house: House) -> None:
    token, first, second = session(), uuid7(), uuid7()
    confirm(token=token, named=[first])
    confirm(token=token, named=[second, first])

    found = signed_in(token)
    assert found is not None
    assert found.confirmed == {first, second}


def test_misses_are_counted_whatever_is_right_between(house: House) -> None:
    token = session()
    for _ in range(rules.MISSES - 1):
        with pytest.raises(NotNamed):
            confirm(token=token, named=[])
        confirm(token=token, named=[uuid7()])
    with pytest.raises(SignedOut):
        confirm(token=token, named=[])
    with pytest.raises(SignedOut):
        confirm(token=token, named=[uuid7()])
    assert signed_in(token) is None


def test_guesses_sent_at_once_are_counted_one_by_one(house: House) -> None:
    """Of a hundred names tried at the same moment, no more than five count."""
    token = session()
    found = at_once(lambda _: confirm(token=token, named=[]), 20)

    assert found.count(NotNamed.code) == rules.MISSES - 1
    assert found.count(SignedOut.code) == 20 - (rules.MISSES - 1)
    assert VisitorSession.objects.count() == 0


def test_a_session_of_a_matter_names_nothing(house: House) -> None:
    person = claim(email_key=ADDRESS)
    with transaction.atomic():
        token = let_in(about=person_ref(person)._replace(kind="inquiry"), person=person)
    with pytest.raises(SignedOut):
        confirm(token=token, named=[uuid7()])
    assert VisitorSession.objects.get().confirmed == []


def test_an_ended_session_names_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, token = stopped_clock(tmp_path, monkeypatch), session()
    time.forward(rules.STAYS + timedelta(seconds=1))

    with pytest.raises(SignedOut):
        confirm(token=token, named=[uuid7()])


# -- rules of passkeys --------------------------------------------------------------------------------


def test_a_question_is_answered_soon_and_once() -> None:
    now = clock.now()
    rules.check_ceremony(now - timedelta(minutes=9), None, now)
    rules.check_ceremony(now - timedelta(minutes=9), now - timedelta(minutes=10), now)
    for asked_at, used_at in (
        (now - timedelta(minutes=10), None),  # too late
        (now + timedelta(seconds=1), None),  # not asked yet
        (now - timedelta(minutes=5), now - timedelta(minutes=5)),  # that very answer again
        (now - timedelta(minutes=5), now - timedelta(minutes=1)),  # one from before its last use
    ):
        with pytest.raises(WrongPasskey):
            rules.check_ceremony(asked_at, used_at, now)


@pytest.mark.parametrize(
    ("stored", "given", "good"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 0, False)]
)
def test_a_counter_goes_up_or_is_not_used(stored: int, given: int, good: bool) -> None:
    if good:
        rules.check_counter(stored, given)
        return
    with pytest.raises(WrongPasskey):
        rules.check_counter(stored, given)
