"""The board reads its clauses from the policy in force."""

import json

from click.testing import CliRunner

from madoguchi.config.cli.promises import promises
from madoguchi.config.promises import standings
from madoguchi.rooms.policy.models import PolicyVersion
from tests.house import House
from tests.promises.planting import drop_trigger


def test_clauses_are_those_of_the_policy_in_force(house: House) -> None:
    clauses = {each.promise.id: each.clauses for each in standings()}

    assert clauses["gate.stops-hold"] == (3, 4)
    assert clauses["organisation.own-entity-only"] == (5, 6, 7)
    assert clauses["inquiries.one-polite-refusal"] == ()


def test_a_policy_without_bindings_leaves_every_promise_unbound(house: House) -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    bare = [clause | {"promises": []} for clause in version.clauses]
    PolicyVersion.objects.filter(id=version.id).update(clauses=bare)

    assert {each.clauses for each in standings()} == {()}


def test_the_command_says_which_clause_and_what_is_bound_to_none(house: House) -> None:
    lines = CliRunner().invoke(promises).output.splitlines()
    rows = json.loads(CliRunner().invoke(promises, ["--json"]).output)

    assert any(line.startswith("第3条・第4条") and "送信待ちのご案内" in line for line in lines)
    assert any(line.startswith("条文に結ばれていません") and "一度だけ" in line for line in lines)
    assert {row["id"]: row["clauses"] for row in rows}["gate.stops-hold"] == [3, 4]
