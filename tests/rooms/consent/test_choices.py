"""A choice is given in one step, withdrawn in one step, and both are kept; wording has versions."""

import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections

from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.errors import NoNotice, UnknownPurpose
from madoguchi.rooms.consent.models import Choice, NoticeVersion, Presentation
from madoguchi.rooms.consent.queries import consents, notice_by_digest, notice_in_force, shown_with
from madoguchi.rooms.gate.queries import is_suppressed
from tests.house import House

MAIL, MARK = "event-mail", b"m" * 32


def about(house: House) -> Ref:
    return Ref("inquiry", house.submit().id)


def person(about: Ref) -> object:
    return Presentation.objects.get(about_id=about.id).person_id


def reworded(house: House, old: NoticeVersion, **words: str) -> NoticeVersion:
    return set_notice(
        entity_id=house.entity_id,
        form_id=house.form.id,
        template=old.template | words,
        uses=old.uses,
        by=COMMAND,
    )


def test_given_withdrawn_given_again(house: House) -> None:
    mine = about(house)
    give(about=mine, purpose=MAIL)
    give(about=mine, purpose=MAIL)
    assert (consents(person(mine), MAIL), Choice.objects.count()) == (True, 1)

    withdraw(about=mine, purpose=MAIL, mark=MARK)
    withdraw(about=mine, purpose=MAIL, mark=MARK)
    assert (consents(person(mine), MAIL), is_suppressed(MARK)) == (False, True)

    give(about=mine, purpose=MAIL)
    # An opt-out is lifted by nobody who merely typed the address.
    assert (consents(person(mine), MAIL), is_suppressed(MARK)) == (True, True)
    assert Choice.objects.count() == 2
    assert len(list(of_kind("consent.given"))) == 2


def test_an_unknown_purpose_is_refused(house: House) -> None:
    mine = about(house)
    with pytest.raises(UnknownPurpose):
        give(about=mine, purpose="everything")
    with pytest.raises(UnknownPurpose):
        withdraw(about=mine, purpose="everything", mark=MARK)
    assert Choice.objects.count() == 0


def test_sending_a_form_is_no_consent_to_mail(house: House) -> None:
    mine = about(house)

    shown = shown_with(mine)
    assert shown is not None
    assert (shown.deemed, shown.choices, consents(person(mine), MAIL)) == (True, [], False)


def test_ten_at_once_are_one_choice(house: House) -> None:
    mine, failures = about(house), list[BaseException]()

    def choose() -> None:
        try:
            give(about=mine, purpose=MAIL)
        except BaseException as error:  # noqa: BLE001  looked at below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=choose) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, Choice.objects.count()) == ([], 1)


def test_the_same_wording_is_no_new_version_another_word_is(house: House) -> None:
    old = notice_in_force(house.form.id)
    assert reworded(house, old).id == old.id

    new = reworded(house, old, use="別の文面")

    assert (new.number, new.id != old.id, notice_in_force(house.form.id).id) == (old.number + 1, True, new.id)
    kept = notice_by_digest(old.digest)
    assert kept is not None
    assert (kept.wording, kept.superseded_at is not None) == (old.wording, True)
    back = reworded(house, old)
    assert (back.number, back.digest != old.digest) == (old.number + 2, True)


def test_a_form_without_wording_says_so(house: House) -> None:
    with pytest.raises(NoNotice):
        notice_in_force(uuid4())


def test_wording_cannot_be_rewritten(house: House) -> None:
    with pytest.raises(DatabaseError, match="never"):
        NoticeVersion.objects.update(wording={"use": "別"})
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never"), connection.cursor() as cursor:
            cursor.execute("TRUNCATE consent_presentation")
