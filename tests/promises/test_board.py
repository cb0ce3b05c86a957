"""The board reads its clauses from the policy in force, and says of each promise what was really looked at."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from madoguchi.config.cli.promises import promises
from madoguchi.config.promises import CHECKS, check_promises
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.policy.queries.standings import State, board, history, standings
from madoguchi.rooms.promises.catalogue import CATALOGUE, TOLD, by_id
from tests.clockwork import stopped_clock
from tests.house import House
from tests.promises.planting import drop_trigger

MORNING = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)  # after the house was set up
BROKEN = "policy.kept-word-for-word"
FILES = "public.pages-untampered"  # as true as the checkout that is tested


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[datetime], None]:
    """Sets the clock."""
    return stopped_clock(tmp_path, monkeypatch).set


def break_one() -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    PolicyVersion.objects.update(html="x")


def states() -> dict[str, State]:
    return {each.promise.id: each.state for each in standings()}


def test_clauses_are_those_of_the_policy_in_force(house: House) -> None:
    clauses = {each.promise.id: each.clauses for each in standings()}

    assert clauses["gate.stops-hold"] == (3, 4)
    assert clauses["organisation.own-entity-only"] == (5, 6, 7)
    assert clauses["inquiries.one-polite-refusal"] == ()
    assert [clause.number for clause in board().clauses] == [*range(1, 12), 0]


def test_a_policy_without_bindings_leaves_every_promise_unbound(house: House) -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    bare = [clause | {"promises": []} for clause in version.clauses]
    PolicyVersion.objects.filter(id=version.id).update(clauses=bare)

    assert {each.clauses for each in standings()} == {()}


def test_before_any_check_nothing_is_said_to_be_kept(house: House) -> None:
    assert {states()[id] for id in CHECKS} == {State.UNCHECKED}


def test_a_check_says_what_is_kept_and_what_had_nothing_to_look_at(house: House) -> None:
    house.submit()
    check_promises()

    found = states()
    assert (found["vault.sealed-at-rest"], found["gate.stops-hold"]) == (State.KEPT, State.EMPTY)
    assert {found[each.id] for each in CATALOGUE if each.planned} == {State.PLANNED}
    assert (found["safeguards.premises"], found["safeguards.basic-policy"]) == (State.OUTSIDE, State.ATTESTED)


def test_planned_attested_and_outside_ones_are_never_counted(house: House) -> None:
    check_promises()

    nobody = {State.PLANNED, State.ATTESTED, State.OUTSIDE}
    assert [(each.kept, each.broken) for each in standings() if each.state in nobody and each.events] == []


def test_two_hours_without_a_check_are_stale_and_never_kept(
    house: House, at: Callable[[datetime], None]
) -> None:
    at(MORNING)
    house.submit()
    check_promises()
    at(MORNING + timedelta(hours=2, minutes=1))

    assert {states()[id] for id in CHECKS if id != FILES} == {State.STALE}
    assert board().stale


def test_a_broken_one_is_told_first_with_when_it_was_noticed(
    house: House, at: Callable[[datetime], None]
) -> None:
    at(MORNING)
    check_promises()
    break_one()
    at(MORNING + timedelta(minutes=30))
    check_promises()

    (broken,) = (each for each in board().broken if each.promise.id != FILES)
    assert (broken.promise.id, broken.broken_since) == (BROKEN, MORNING + timedelta(minutes=30))


def test_what_a_probe_saw_between_two_counts_is_told(house: House) -> None:
    check_promises()
    note("promise.broken", 1)
    (broken,) = (each for each in board().broken if each.promise.id != FILES)
    assert (broken.promise.id, broken.kept, broken.broken) == (BROKEN, 0, 1)

    note("promise.mended", 0)
    assert states()[BROKEN] is State.KEPT


def note(kind: str, broken: int) -> None:
    about = Ref("promise", NOBODY)
    record(kind, about=about, by=WORKER, details={"promise": BROKEN, "broken": broken})


def test_a_month_is_read_day_by_day_in_few_questions(
    house: House, at: Callable[[datetime], None], count_queries: Any
) -> None:
    at(MORNING - timedelta(days=40))
    check_promises()
    at(MORNING - timedelta(days=2))
    check_promises()
    break_one()
    at(MORNING)
    check_promises()

    with count_queries() as few:
        days = history()[BROKEN]
    for _ in range(5):
        check_promises()
    with count_queries() as many:
        history()

    assert [day.found for day in days] == [*[""] * 27, "kept", "", "broken"]
    assert len(few) == len(many) == 2
    assert {day.found for day in history()["rights.carried-through"]} == {""}


def test_what_is_told_to_customers_exists_and_is_short(house: House) -> None:
    assert 5 <= len(TOLD) <= 7
    assert all(by_id(told.id).id in CHECKS for told in TOLD)


def test_the_command_says_which_clause_and_what_is_bound_to_none(house: House) -> None:
    lines = CliRunner().invoke(promises).output.splitlines()
    rows = json.loads(CliRunner().invoke(promises, ["--json"]).output)

    assert any(line.startswith("第3条・第4条") and "送信待ちのご案内" in line for line in lines)
    assert any(line.startswith("条文に結ばれていません") and "一度だけ" in line for line in lines)
    assert {row["id"]: row["clauses"] for row in rows}["gate.stops-hold"] == [3, 4]
    assert {len(row["history"]) for row in rows} == {30}


def test_the_command_says_what_is_not_begun(house: House) -> None:
    lines = CliRunner().invoke(promises, ["--check"]).output.splitlines()

    begun = [line.split("\t")[1:4] for line in lines if "委託先にも行き渡らせます" in line]
    assert begun == [["未着手", "これからです", "-"]]


def test_one_event_holds_a_round(house: House) -> None:
    check_promises()

    assert Event.objects.filter(kind="promises.checked").count() == 1
