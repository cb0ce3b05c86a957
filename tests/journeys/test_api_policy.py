"""Versions of the policy and the promises over the API: for anybody what is public, else for officers' tokens."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.config.promises import check_promises
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.actions.publish_promises import publish_promises
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.promises.catalogue import CATALOGUE
from tests.house import House
from tests.journeys.test_api_staff import is_problem
from tests.journeys.test_policy_compare import publish
from tests.journeys.test_policy_versions import announce

VERSIONS, PROMISES = "/api/v1/policy/versions", "/api/v1/promises"


def get(address: str, token: str = "", **query: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Client(headers=headers).get(address, query)


def token(house: House, role: str, *scopes: str) -> str:
    return make_token(staff=house.staff[role], scopes=list(scopes), by=COMMAND)


def test_anybody_reads_every_version_newest_first(house: House) -> None:
    publish(house, "苦情の申出", "苦情のお申し出")
    announce(house, after=timedelta(days=30))

    page = get(VERSIONS).json()

    assert [(each["number"], each["state"]) for each in page["items"]] == [
        (3, "ahead"),
        (2, "now"),
        (1, "past"),
    ]
    assert page["next_cursor"] == ""
    assert set(page["items"][0]) == {
        "number", "state", "title", "digest", "enacted_on", "published_on", "effective_from", "superseded_at", "url",
    }  # fmt: skip
    assert page["items"][2]["enacted_on"] == "2022-04-01"


def test_versions_come_page_by_page(house: House) -> None:
    for old, new in (("苦情の申出", "苦情のお申し出"), ("ご質問、", "ご質問、ご要望、")):
        publish(house, old, new)

    first = get(VERSIONS, limit=2).json()
    second = get(VERSIONS, limit=2, cursor=first["next_cursor"]).json()

    assert [each["number"] for page in (first, second) for each in page["items"]] == [3, 2, 1]
    assert second["next_cursor"] == ""


def test_a_version_is_given_word_for_word_with_the_digest_of_it(house: House) -> None:
    whole = get(f"{VERSIONS}/1").json()

    assert sha256(whole["html"].encode()) == whole["digest"]
    assert whole["html"] in Client().get("/policy/").content.decode()
    assert [clause["number"] for clause in whole["clauses"]] == list(range(1, 12))
    assert "inquiries.received-is-told" in whole["clauses"][2]["promises"]


@pytest.mark.parametrize("number", ["9", "0", str(2**40)])
def test_a_version_that_was_never_published_is_a_problem(house: House, number: str) -> None:
    assert is_problem(get(f"{VERSIONS}/{number}"), 404, "not-found")


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": 0}, {"limit": 201}])
def test_a_wrong_page_is_a_problem(house: House, query: dict[str, Any]) -> None:
    assert is_problem(get(VERSIONS, **query), 422, "invalid")


def test_promises_are_not_for_anybody_before_they_are_published(house: House) -> None:
    assert is_problem(get(PROMISES), 401, "unauthenticated")
    assert is_problem(get(PROMISES, "nonsense"), 401, "unauthenticated")
    assert is_problem(get(PROMISES, token(house, "officer", "people:read")), 403, "scope-missing")
    assert is_problem(get(PROMISES, token(house, "clerk", "promises:read")), 403, "not-for-this-role")


def test_an_officer_reads_them_with_a_token(house: House) -> None:
    check_promises()

    page = get(PROMISES, token(house, "officer", "promises:read")).json()

    assert [each["id"] for each in page["items"]] == [promise.id for promise in CATALOGUE]
    planned = [each for each in page["items"] if each["planned"]]
    assert {(each["state"], each["kept"], each["broken"]) for each in planned} == {("planned", 0, 0)}
    kept = next(each for each in page["items"] if each["id"] == "policy.kept-word-for-word")
    assert (kept["state"], kept["kept"], kept["clauses"]) == ("kept", 1, [11])
    assert [day["found"] for day in kept["history"]] == [*[""] * 29, "kept"]


def test_everybody_reads_them_once_they_are_published(house: House) -> None:
    publish_promises(viewer=viewer_of(house.staff["admin"]), shown=True)
    first = get(PROMISES, limit=40).json()
    rest = get(PROMISES, limit=40, cursor=first["next_cursor"]).json()

    ids = [each["id"] for page in (first, rest) for each in page["items"]]
    assert ids == [promise.id for promise in CATALOGUE]
    assert rest["next_cursor"] == ""
    assert is_problem(get(PROMISES, cursor="no-such-one"), 422, "wrong-value")

    publish_promises(viewer=viewer_of(house.staff["admin"]), shown=False)
    assert is_problem(get(PROMISES), 401, "unauthenticated")
