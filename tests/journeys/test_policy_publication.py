"""A version of the policy from its publication on: what visitors are shown, and to what their sending binds them."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import get_resolver

from madoguchi.faces.public_site.inquiry import page
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.policy import errors
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.policy.queries.versions import ahead, in_force
from madoguchi.rooms.policy.rules.preparing import prepare
from tests.clockwork import Clock, stopped_clock
from tests.house import ANSWERS, House
from tests.journeys.visitor import Screen, Visitor
from tests.promises.planting import run
from tests.rooms.policy.drafting import asked, attest, begin, confirm, leave, publish, reworded
from tests.rooms.policy.original import ORIGINAL

MIDNIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=clock.JST)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Days before the midnight at which a version begins to hold; after the house was set up."""
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.set(max(clock.now(), MIDNIGHT - timedelta(days=2)))
    return clockwork


def announced(house: House) -> tuple[PolicyVersion, PolicyVersion]:
    """What holds until midnight, and what holds from then on."""
    return in_force(house.entity_id), publish(house, asked(house, effective_from=MIDNIGHT))


def shown(visitor: Visitor) -> Screen:
    page.forget()
    return visitor.open()


def sent(visitor: Visitor, screen: Screen) -> Screen:
    """Filled in and sent from that very page, whenever it was opened."""
    page.forget()
    confirmed = visitor.press(screen, "confirm", **ANSWERS)
    return visitor.press(confirmed, "send") if confirmed.status == 200 else confirmed


def bound() -> list[int]:
    """Numbers of the versions that sendings were bound to, in their order."""
    return list(Presentation.objects.order_by("shown_at", "id").values_list("policy__number", flat=True))


# -- T-C11-0: public before there was this house -------------------------------------------------------


@pytest.mark.law("T-C11-0")
def test_T_C11_0_a_version_of_before_is_taken_over_with_its_dates_and_its_witness(
    house: House, visitor: Visitor
) -> None:
    document = prepare(ORIGINAL, entity_facts(house.entity_id))
    draft = begin(house, kind="taken-over", document=document, published_on=date(2022, 4, 1))

    version = attest(house, confirm(house, draft), "officer")

    assert (version.published_on, version.enacted_on) == (date(2022, 4, 1), date(2022, 4, 1))
    assert version.effective_from.astimezone(UTC) == datetime(2022, 3, 31, 15, tzinfo=UTC)
    assert shown(visitor).fields["policy"] == version.digest
    answer = visitor.open("/policy/")
    assert "早乙女 恵" in answer.html
    assert "2022年4月1日" in answer.html
    board = house.sign_in("officer").get("/desk/policy/").content.decode()
    assert f"公表ずみであることを、{house.staff['officer'].name}さんが申告" in board


# -- T-C11-1: what was published stays ------------------------------------------------------------------


@pytest.mark.law("T-C11-1")
def test_T_C11_1_there_is_no_door_to_a_published_version(house: House) -> None:
    publish(house, asked(house))
    rows = PolicyVersion.objects.order_by("number").values_list("html", "digest", "effective_from")
    before, admin = list(rows), house.sign_in("admin")

    for address in ("/policy/versions/1/", "/desk/policy/", "/policy/compare/1/2/", "/policy/"):
        for method in (admin.post, admin.put, admin.patch, admin.delete):
            assert method(address, {"text": "別の文"}).status_code in (403, 404, 405)
    assert list(rows.all()) == before


@pytest.mark.law("T-C11-1")
def test_T_C11_1_no_address_takes_a_version_to_change_it() -> None:
    """Versions are named by their number: whatever takes one reads it, tells people about it, or takes their answer."""
    taking = sorted(_routes("", get_resolver().url_patterns, "<int:number>"))

    assert taking == [
        "desk/policy/<int:number>/announce/",
        "policy/changes/<int:number>/",
        "policy/changes/<int:number>/<token>/",
        "policy/versions/<int:number>/",
    ]


def _routes(prefix: str, patterns: Any, wanted: str) -> list[str]:
    found: list[str] = []
    for each in patterns:
        here = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            found += _routes(here, each.url_patterns, wanted)
        elif wanted in here:
            found.append(here)
    return found


@pytest.mark.law("T-C11-1")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policy_policyversion SET html = 'x'",
        "UPDATE policy_policyversion SET text = 'x', digest = 'x'",
        "UPDATE policy_policyversion SET effective_from = stored_at",
        "UPDATE policy_policyversion SET changes = '{}'",
        "UPDATE policy_policyversion SET approval = 'second'",
        "DELETE FROM policy_policyversion",
    ],
)
def test_T_C11_1_the_database_refuses(house: House, sql: str) -> None:
    with pytest.raises(DatabaseError, match="never"):
        run(sql)


@pytest.mark.law("T-C11-1")
def test_T_C11_1_a_published_draft_changes_nothing_any_more(house: House) -> None:
    draft = asked(house)
    version = publish(house, draft)
    with pytest.raises(errors.DraftClosed):
        confirm(house, draft, document=reworded(house, 5))

    assert PolicyVersion.objects.get(id=version.id).document == version.document


# -- T-C11-4: never before it is public -----------------------------------------------------------------


@pytest.mark.law("T-C11-4")
def test_T_C11_4_it_holds_from_midnight_and_not_a_second_earlier(
    house: House, time: Clock, visitor: Visitor
) -> None:
    now_on, coming = announced(house)
    assert [each.id for each in ahead(house.entity_id)] == [coming.id]
    assert visitor.open(f"/policy/versions/{coming.number}/").status == 200

    held = []
    for second in (-2, -1, 0, 1):
        time.set(MIDNIGHT + timedelta(seconds=second))
        held.append((in_force(house.entity_id).number, shown(visitor).fields["policy"]))

    assert held == [(1, now_on.digest), (1, now_on.digest), (2, coming.digest), (2, coming.digest)]


@pytest.mark.law("T-C11-4")
def test_T_C11_4_a_day_gone_by_is_refused_with_the_next_step(house: House, time: Clock) -> None:
    with pytest.raises(errors.TooEarly) as refused:
        publish(house, asked(house, effective_from=clock.now() - timedelta(days=1)))

    assert "公表と同時に" in refused.value.next_step
    assert in_force(house.entity_id).number == 1


def test_a_page_of_the_coming_version_binds_nobody_before_its_time(
    house: House, time: Clock, visitor: Visitor
) -> None:
    _, coming = announced(house)
    early = shown(visitor)
    early.fields["policy"] = coming.digest
    time.set(MIDNIGHT - timedelta(seconds=1))

    refused = sent(visitor, early)
    assert (refused.status, refused.fields["name"], Inquiry.objects.count()) == (409, ANSWERS["name"], 0)

    time.set(MIDNIGHT)
    assert sent(visitor, early).status == 303
    assert bound() == [2]


def test_a_page_open_at_midnight_binds_as_it_was_shown_for_a_day(
    house: House, time: Clock, visitor: Visitor
) -> None:
    announced(house)
    time.set(MIDNIGHT - timedelta(minutes=1))
    open_at_midnight = shown(visitor)
    for moment in (MIDNIGHT + timedelta(minutes=1), MIDNIGHT + GRACE):
        time.set(moment)
        assert sent(visitor, open_at_midnight).status == 303
    time.forward(timedelta(milliseconds=1))
    assert sent(visitor, shown(visitor)).status == 303
    assert bound() == [1, 1, 2]

    time.set(MIDNIGHT + GRACE + timedelta(seconds=1))
    answer = sent(visitor, open_at_midnight)

    assert (answer.status, answer.fields["body"]) == (409, ANSWERS["body"])
    assert answer.fields["policy"] == in_force(house.entity_id).digest
    assert bound() == [1, 1, 2]


def test_a_confirmed_page_is_not_sent_under_what_ended_meanwhile(
    house: House, time: Clock, visitor: Visitor
) -> None:
    announced(house)
    confirmed = visitor.press(shown(visitor), "confirm", **ANSWERS)
    time.set(MIDNIGHT + GRACE + timedelta(seconds=1))
    page.forget()

    assert visitor.press(confirmed, "send").status == 409
    assert bound() == []


# -- T-C11-5: two people ---------------------------------------------------------------------------------


@pytest.mark.law("T-C11-5")
def test_T_C11_5_a_second_person_approves(house: House) -> None:
    draft = asked(house, "officer")
    with pytest.raises(errors.SecondPersonNeeded):
        publish(house, draft, "officer", "急ぎのため")
    assert in_force(house.entity_id).number == 1

    assert publish(house, draft, "admin").approval == "second"


@pytest.mark.law("T-C11-5")
def test_T_C11_5_nobody_is_alone_while_another_can_speak(house: House, time: Clock) -> None:
    draft = asked(house, "officer")
    time.forward(timedelta(days=30))

    with pytest.raises(errors.SecondPersonNeeded):
        publish(house, draft, "officer", "待っても承認されないため")
    assert in_force(house.entity_id).number == 1


@pytest.mark.law("T-C11-5")
def test_T_C11_5_one_alone_after_a_day_with_a_reason_and_shown_as_such(house: House, time: Clock) -> None:
    leave(house, "admin")
    draft = asked(house, "officer")
    with pytest.raises(errors.AloneTooSoon):
        publish(house, draft, "officer", "承認する方がほかにいないため")
    time.forward(timedelta(hours=24))
    with pytest.raises(errors.ReasonMissing):
        publish(house, draft, "officer")

    version = publish(house, draft, "officer", "承認する方がほかにいないため")

    assert (version.approval, version.reason) == ("alone", "承認する方がほかにいないため")
    board = house.sign_in("officer").get("/desk/policy/").content.decode()
    name = house.staff["officer"].name
    assert re.findall(r"(\S+さん)が、時間をおいて一人で公表", board) == [f"{name.split()[-1]}さん"]
    assert "承認する方がほかにいないため" in board
