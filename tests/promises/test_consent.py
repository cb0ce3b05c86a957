"""Attempts to bind somebody to wording they were not shown."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.models import NoticeVersion, Presentation
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.inquiries.models import Inquiry
from tests.house import ANSWERS, House
from tests.promises.planting import counted, drop_trigger, run

PATH = "/api/v1/forms/inquiry/submissions"


def send(client: Client, notice: str) -> Any:
    return client.post(PATH, json.dumps({"answers": ANSWERS, "notice": notice}), "application/json")


def superseded(house: House, ago: timedelta) -> NoticeVersion:
    """The wording of before, which gave way that long ago."""
    old = notice_in_force(house.form.id)
    set_notice(form_id=house.form.id, wording=old.wording | {"use": "新しい文面です。"}, by=COMMAND)
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
