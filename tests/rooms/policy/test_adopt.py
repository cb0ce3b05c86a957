"""A changed fact or sentence is a new version; what was published stays."""

from dataclasses import replace
from datetime import date
from typing import Any

from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.queries import has_own_wording
from madoguchi.rooms.policy.actions.adopt import adopt
from madoguchi.rooms.policy.models import Kind, PolicyVersion
from madoguchi.rooms.policy.queries.versions import by_digest, by_number, in_force, list_versions
from madoguchi.rooms.policy.rules import Document
from tests.house import House
from tests.rooms.policy.drafting import asked, publish


def document() -> Document:
    return read_policy(read_profile("eclore"))


def put_in_force(house: House, text: Document) -> PolicyVersion:
    long_ago: dict[str, Any] = {"enacted_on": date(2022, 4, 1), "published_on": date(2022, 4, 1)}
    return adopt(entity_id=house.entity_id, document=text, first_number=1, by=COMMAND, **long_ago)


def test_nothing_changed_is_no_new_version(house: House) -> None:
    first = in_force(house.entity_id)

    assert put_in_force(house, document()).id == first.id
    assert PolicyVersion.objects.count() == 1


def test_a_binding_is_no_wording(house: House) -> None:
    """What a clause names beside its words changes neither the digest nor the version."""
    first, text = in_force(house.entity_id), document()
    bare = replace(text, clauses=tuple(replace(clause, promises=()) for clause in text.clauses))

    assert put_in_force(house, bare).digest == first.digest
    assert PolicyVersion.objects.count() == 1


def test_a_changed_sentence_supersedes_and_is_published_today(house: House) -> None:
    first, text = in_force(house.entity_id), document()
    clause = text.clauses[0]
    changed = replace(text, clauses=(replace(clause, text=clause.text + "\n\n追記です。"), *text.clauses[1:]))

    second = put_in_force(house, changed)

    assert (second.number, second.published_on, in_force(house.entity_id).id) == (
        first.number + 1, clock.today(), second.id,
    )  # fmt: skip
    kept = by_number(house.entity_id, first.number)
    assert kept is not None
    assert (kept.html, kept.digest) == (first.html, first.digest)
    assert kept.superseded_at == second.effective_from
    assert [version.number for version in list_versions(house.entity_id)] == [second.number, first.number]


def test_a_changed_fact_is_a_new_version_that_shows_it(house: House) -> None:
    first = in_force(house.entity_id)
    set_facts(facts={"representative": "新任 太郎"}, by=COMMAND)

    second = put_in_force(house, document())

    assert second.id != first.id
    assert "新任 太郎" in second.html
    assert "新任 太郎" not in PolicyVersion.objects.get(id=first.id).html
    old = by_digest(first.digest)
    assert old is not None
    assert old.id == first.id


def test_the_operators_own_text_outlives_the_profile(house: House) -> None:
    """`init` again after a text of their own was published: it stays, and only the facts in it follow."""
    own = publish(house, asked(house))

    assert put_in_force(house, document()).id == own.id
    set_facts(facts={"representative": "新任 太郎", "own_wording": True}, by=COMMAND)
    followed = put_in_force(house, document())

    assert ("追記です。" in followed.text, "新任 太郎" in followed.text) == (True, True)
    assert (followed.kind, followed.enacted_on) == (Kind.FACTS, own.enacted_on)
    assert not has_own_wording(house.entity_id)
    assert put_in_force(house, document()).id == followed.id


def test_once_somebody_could_approve_no_set_up_publishes_another_text(house: House) -> None:
    first, text = in_force(house.entity_id), document()
    clause = text.clauses[0]
    changed = replace(text, clauses=(replace(clause, text=clause.text + "\n\n追記です。"), *text.clauses[1:]))
    finish_setup(staff=house.staff["officer"], password="correct horse battery")

    assert put_in_force(house, changed).id == first.id
    assert PolicyVersion.objects.count() == 1
