"""Attempts to bind somebody to wording they were not shown, and to use what they gave for more than they were shown."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.consent.actions.answer_change import answer_change
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.errors import NotChosen, NotShown
from madoguchi.rooms.consent.models import NoticeVersion, Presentation
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose
from madoguchi.rooms.inquiries.models import Inquiry
from tests.changing import change_policy
from tests.house import ANSWERS, House
from tests.promises.planting import counted, drop_trigger, run

SHOWN = "consent.only-as-shown-and-agreed"
PATH = "/api/v1/forms/inquiry/submissions"


def send(client: Client, notice: str) -> Any:
    return client.post(PATH, json.dumps({"answers": ANSWERS, "notice": notice}), "application/json")


def superseded(house: House, ago: timedelta) -> NoticeVersion:
    """The wording of before, which gave way that long ago."""
    old = notice_in_force(house.form.id)
    set_notice(
        entity_id=house.entity_id, form_id=house.form.id, template=old.template | {"use": "新しい文面です。"},
        uses=old.uses, by=COMMAND,
    )  # fmt: skip
    NoticeVersion.objects.filter(id=old.id).update(superseded_at=clock.now() - ago)
    return old


@pytest.mark.promise("consent.bound-as-shown")
def test_wording_of_before_yesterday_binds_nobody(house: House, client: Client) -> None:
    old = superseded(house, timedelta(hours=24, minutes=1))

    answer = send(client, old.digest)

    assert (answer.status_code, Inquiry.objects.count()) == (409, 0)
    assert answer.json()["code"] == "wording-outdated"


@pytest.mark.promise("consent.bound-as-shown")
def test_wording_of_this_morning_binds_as_it_was_shown(house: House, client: Client) -> None:
    old = superseded(house, timedelta(hours=23))

    assert send(client, old.digest).status_code == 201
    assert Presentation.objects.get().notice_id == old.id
    assert (counted("consent.bound-as-shown").kept, counted("consent.bound-as-shown").broken) == (1, 0)


@pytest.mark.promise("consent.bound-as-shown")
def test_wording_that_never_existed_binds_nobody(house: House, client: Client) -> None:
    for digest in ("0" * 64, "", "x" * 64, notice_in_force(house.form.id).digest.upper()):
        assert send(client, digest).status_code == 409
    assert Inquiry.objects.count() == 0


@pytest.mark.promise("consent.bound-as-shown")
def test_somebody_bound_to_old_wording_all_the_same_is_noticed(house: House) -> None:
    house.submit()
    old = superseded(house, timedelta(hours=25))
    assert Presentation.objects.get().notice_id == old.id

    assert counted("consent.bound-as-shown").broken == 1


@pytest.mark.promise("consent.shown-with-each")
def test_an_inquiry_without_its_wording_is_noticed(house: House) -> None:
    kept, bare = house.submit(), house.submit()
    assert (counted("consent.shown-with-each").kept, counted("consent.shown-with-each").broken) == (2, 0)

    drop_trigger("consent_presentation", "consent_presentation_no_delete")
    Presentation.objects.filter(about_id=bare.id).delete()

    assert (counted("consent.shown-with-each").kept, counted("consent.shown-with-each").broken) == (1, 1)
    assert Presentation.objects.get().about_id == kept.id


@pytest.mark.promise("consent.shown-with-each")
def test_wording_made_up_afterwards_is_noticed(house: House) -> None:
    house.submit()
    drop_trigger("consent_noticeversion", "consent_noticeversion_no_update")
    NoticeVersion.objects.update(stored_at=clock.now() + timedelta(minutes=1))

    assert counted("consent.shown-with-each").broken == 1


@pytest.mark.promise("consent.shown-with-each")
@pytest.mark.parametrize("table", ["consent_presentation", "consent_noticeversion"])
def test_what_was_shown_cannot_be_taken_back(house: House, table: str) -> None:
    from django.db import DatabaseError

    house.submit()
    with pytest.raises(DatabaseError, match="never"):
        run(f"DELETE FROM {table}")  # noqa: S608
    with pytest.raises(DatabaseError, match="never"):
        run(f"UPDATE {table} SET id = id")  # noqa: S608
    assert counted("consent.shown-with-each").kept == 1


# -- only as shown and agreed -----------------------------------------------------------------------


def somebody(house: House, email: str = "hanako@example.jp") -> Inquiry:
    return Inquiry.objects.get(id=house.submit(email=email).id)


def use(house: House, inquiry: Inquiry, purpose: Purpose) -> Permit:
    about = Ref("inquiry", inquiry.id)
    return permit_use(entity_id=house.entity_id, person=inquiry.person_id, purpose=purpose, about=about)


@pytest.mark.promise("consent.only-as-shown-and-agreed")
def test_an_address_is_not_used_for_a_purpose_that_was_added_afterwards(house: House) -> None:
    before = somebody(house)
    change_policy(house, uses={"staff": "採用の選考のため"})

    with pytest.raises(NotShown):
        use(house, before, Purpose.STAFF)
    assert PermitRow.objects.filter(recipient_id=before.person_id).count() == 0
    assert use(house, somebody(house, "after@example.jp"), Purpose.STAFF).basis == Basis.ANNOUNCED


@pytest.mark.promise("consent.only-as-shown-and-agreed")
def test_a_mailing_is_not_sent_to_who_did_not_choose_it_or_took_it_back(house: House) -> None:
    inquiry = somebody(house)
    about = Ref("inquiry", inquiry.id)

    with pytest.raises(NotChosen):
        use(house, inquiry, Purpose.EVENT_MAIL)
    give(about=about, purpose="event-mail")
    assert use(house, inquiry, Purpose.EVENT_MAIL).basis == Basis.CONSENT
    withdraw(about=about, purpose="event-mail", mark=b"m" * 32)
    with pytest.raises(NotChosen):
        use(house, inquiry, Purpose.EVENT_MAIL)
    # The permit of before stands for a moment at which it was right.
    assert (counted(SHOWN).kept, counted(SHOWN).broken) == (1, 0)


@pytest.mark.promise("consent.only-as-shown-and-agreed")
def test_who_declined_a_change_or_kept_silent_is_not_used_by_it(house: House) -> None:
    silent, declined, agreed = (somebody(house, f"{n}@example.jp") for n in ("s", "d", "a"))
    version = change_policy(house, uses={"staff": "採用の選考のため"})
    for each, yes in ((declined, False), (agreed, True)):
        answer_change(person=each.person_id, policy=version.id, agreed=yes)

    for each in (silent, declined):
        with pytest.raises(NotShown):
            use(house, each, Purpose.STAFF)
    use(house, agreed, Purpose.STAFF)
    assert (counted(SHOWN).kept, counted(SHOWN).broken) == (1, 0)


@pytest.mark.promise("consent.only-as-shown-and-agreed")
@pytest.mark.parametrize(
    ("purpose", "basis"),
    [
        (Purpose.STAFF, Basis.ANNOUNCED),  # never shown
        (Purpose.EVENT_MAIL, Basis.CONSENT),  # never chosen
        (Purpose.EVENT_MAIL, Basis.ANNOUNCED),  # shown, which is not enough
        (Purpose.EVENT_MAIL, Basis.OWN_REQUEST),  # called something else
        ("anything", Basis.ANNOUNCED),
    ],
)
def test_a_use_that_went_round_the_guard_is_noticed(house: House, purpose: str, basis: Basis) -> None:
    inquiry = somebody(house)
    house.work()
    use(house, inquiry, Purpose.CHANGES)
    assert (counted(SHOWN).kept, counted(SHOWN).broken) == (1, 0)

    PermitRow.objects.create(
        recipient_kind="person", recipient_id=inquiry.person_id, purpose=purpose, basis=basis,
        about_kind="inquiry", about_id=inquiry.id,
    )  # fmt: skip
    assert (counted(SHOWN).kept, counted(SHOWN).broken) == (1, 1)


@pytest.mark.promise("consent.only-as-shown-and-agreed")
def test_a_consent_given_afterwards_mends_nothing(house: House) -> None:
    inquiry = somebody(house)
    PermitRow.objects.create(
        recipient_kind="person", recipient_id=inquiry.person_id, purpose="event-mail", basis="consent",
        about_kind="inquiry", about_id=inquiry.id,
    )  # fmt: skip
    give(about=Ref("inquiry", inquiry.id), purpose="event-mail")

    assert counted(SHOWN).broken == 1
