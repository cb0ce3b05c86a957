"""Attempts to change what was published, to let it hold before it is public, and to publish it by oneself."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.policy.errors import AloneTooSoon, NameNeeded, SecondPersonNeeded, TooEarly
from madoguchi.rooms.policy.models import PolicyVersion
from tests.clockwork import stopped_clock
from tests.house import House
from tests.promises.planting import counted, drop_trigger, run
from tests.rooms.policy.drafting import asked, attest, begin, confirm, leave, publish, reworded

NAME = "policy.kept-word-for-word"


@pytest.mark.promise("policy.kept-word-for-word")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policy_policyversion SET html = html",
        "UPDATE policy_policyversion SET number = 9",
        "UPDATE policy_policyversion SET enacted_on = '1999-01-01'",
        "DELETE FROM policy_policyversion",
    ],
)
def test_the_database_itself_refuses(house: House, sql: str) -> None:
    with pytest.raises(DatabaseError, match="never"):
        run(sql)


@pytest.mark.promise("policy.kept-word-for-word")
def test_a_table_is_not_emptied_either(house: House) -> None:
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never"):
            run("TRUNCATE policy_policyversion CASCADE")
    assert (counted(NAME).kept, counted(NAME).broken) == (1, 0)


@pytest.mark.promise("policy.kept-word-for-word")
def test_a_changed_word_is_noticed(house: House) -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    PolicyVersion.objects.filter(id=version.id).update(html=version.html.replace("個人情報", "個人情 報", 1))

    assert (counted(NAME).kept, counted(NAME).broken) == (0, 1)


@pytest.mark.promise("policy.kept-word-for-word")
def test_words_and_digest_changed_together_are_noticed(house: House) -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    forged = version.html.replace("個人情報", "個人情 報", 1)
    PolicyVersion.objects.filter(id=version.id).update(html=forged, digest=sha256(forged.encode()))

    assert (counted(NAME).kept, counted(NAME).broken) == (0, 1)


@pytest.mark.promise("policy.kept-word-for-word")
def test_a_version_taken_away_or_slipped_in_is_noticed(house: House) -> None:
    version = publish(house, asked(house))
    drop_trigger("policy_policyversion", "policy_policyversion_no_delete")
    # The draft that it came from points to it.
    run("UPDATE policy_draft SET version_id = NULL")
    PolicyVersion.objects.filter(id=version.id).delete()
    assert (counted(NAME).kept, counted(NAME).broken) == (1, 1)

    slipped = PolicyVersion.objects.get()
    slipped.pk, slipped.number = None, 9
    slipped.id = type(slipped)._meta.get_field("id").get_default()
    slipped.save(force_insert=True)

    assert (counted(NAME).kept, counted(NAME).broken) == (1, 2)


FIRST = "policy.never-before-publication"


@pytest.mark.promise("policy.never-before-publication")
def test_nothing_holds_before_it_is_public(house: House) -> None:
    """T-C11-4."""
    with pytest.raises(TooEarly):
        publish(house, asked(house, effective_from=clock.now() - timedelta(seconds=1)))
    assert PolicyVersion.objects.count() == 1


@pytest.mark.promise("policy.never-before-publication")
def test_a_day_that_passed_while_it_waited_for_approval_is_refused(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    draft = asked(house, effective_from=clock.now() + timedelta(hours=1))
    time.forward(timedelta(hours=2))

    with pytest.raises(TooEarly):
        publish(house, draft)
    assert PolicyVersion.objects.count() == 1


@pytest.mark.promise("policy.never-before-publication")
def test_a_beginning_put_back_is_noticed(house: House) -> None:
    version = publish(house, asked(house, effective_from=clock.now() + timedelta(days=1)))
    publish(house, asked(house, document=reworded(house, 4)))
    assert (counted(FIRST).kept, counted(FIRST).broken) == (3, 0)

    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    earlier = version.stored_at - timedelta(minutes=1)
    PolicyVersion.objects.filter(id=version.id).update(effective_from=earlier)

    assert (counted(FIRST).kept, counted(FIRST).broken) == (2, 1)


PEOPLE = "policy.two-people"


@pytest.mark.promise("policy.two-people")
def test_nobody_approves_what_they_made(house: House) -> None:
    """T-C11-5."""
    draft = asked(house, "admin")

    with pytest.raises(SecondPersonNeeded):
        publish(house, draft, "admin", "急ぎのため")
    assert PolicyVersion.objects.count() == 1


@pytest.mark.promise("policy.two-people")
def test_alone_only_after_a_day_and_a_night(house: House) -> None:
    leave(house, "officer")
    draft = asked(house, "admin")

    with pytest.raises(AloneTooSoon):
        publish(house, draft, "admin", "急ぎのため")
    assert PolicyVersion.objects.count() == 1


@pytest.mark.promise("policy.two-people")
def test_the_command_line_is_no_person(house: House) -> None:
    finish_setup(staff=house.staff["officer"], password="correct horse battery")
    draft = asked(house, "officer")

    with pytest.raises(NameNeeded):
        publish(house, draft, "command")
    assert PolicyVersion.objects.count() == 1


@pytest.mark.promise("policy.two-people")
def test_ways_round_the_second_person_are_noticed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    attest(house, confirm(house, begin(house, kind="taken-over", published_on=clock.today())))
    one, other, third = (
        publish(house, asked(house)),
        publish(house, asked(house)),
        publish(house, asked(house)),
    )
    leave(house, "admin")
    draft = asked(house)
    time.forward(timedelta(hours=24))
    alone = publish(house, draft, "officer", "承認する方がほかにいないため")
    assert (counted(PEOPLE).kept, counted(PEOPLE).broken) == (5, 0)

    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    rows = PolicyVersion.objects
    rows.filter(id=one.id).update(approved_by_id=one.made_by_id)
    rows.filter(id=other.id).update(asked_at=None)
    rows.filter(id=alone.id).update(asked_at=alone.stored_at - timedelta(hours=23))
    finish_setup(staff=house.staff["officer"], password="correct horse battery")
    time.forward(timedelta(hours=1))
    rows.filter(id=third.id).update(approval="set-up", approved_by_kind="command", stored_at=clock.now())

    assert (counted(PEOPLE).kept, counted(PEOPLE).broken) == (1, 4)
