"""The trial shows what screening looks like: pitches with their reasons, a badge, a piece of junk."""

import pytest

from madoguchi.config.profile import read_profile
from madoguchi.config.samples import add_samples
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.state import standing
from madoguchi.rooms.screening.queries.verdicts import of_many
from tests.house import House


@pytest.mark.parametrize("profile", ["eclore"])
def test_the_trial_shows_screening_at_work(house: House, profile: str) -> None:
    forget_everything()
    add_samples(read_profile(profile))
    rows = {each.id: each for each in Inquiry.objects.all()}
    told = of_many(list(rows))

    assert standing(house.entity_id).effective == "on"
    moved = [each for each in told.values() if each.moved]
    assert {each.lane for each in moved} == {"sales", "junk"}
    assert all(each.reasons for each in moved)
    assert all(rows[each.about].lane == each.lane for each in moved)
    assert any(each.badge and rows[each.about].lane == "inbox" for each in told.values())
    assert not Entry.objects.filter(code="lane", by_kind="worker").exists()
