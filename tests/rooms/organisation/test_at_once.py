"""The company's row written by two at once: neither undoes what the other did."""

import pytest

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.organisation.actions.publish_promises import publish_promises
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.queries import entity_facts, promises_shown, viewer_of
from tests.house import House
from tests.rooms.policy.test_at_once import at_once


@pytest.mark.parametrize("_", range(5))
def test_facts_set_while_the_promises_are_published(house: House, _: int) -> None:
    officer = viewer_of(house.staff["officer"])

    found = at_once(
        lambda: set_facts(facts={"phone": "03-1111-1111"}, by=COMMAND),
        lambda: publish_promises(viewer=officer, shown=True),
    )

    assert [each for each in found if isinstance(each, Exception)] == []
    assert promises_shown(house.entity_id)
    assert entity_facts(house.entity_id)["phone"] == "03-1111-1111"
