"""The sample requests of the trial, in both profiles."""

from collections import Counter

from madoguchi.config.profile import read_profile
from madoguchi.config.samples import add_samples
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.rights.queries import requests
from madoguchi.rooms.rights.queries.requests import asked_of, by_id
from tests.house import House

STATES = {"received": 2, "verifying": 1, "investigating": 1, "decided": 1, "closed": 2}


def test_they_stand_at_different_points_and_say_that_they_are_samples(house: House) -> None:
    profile = read_profile("eclore")
    add_samples(profile)
    officer = viewer_of(house.staff["officer"])
    rows = requests.open_requests(officer) + requests.closed_requests(officer)

    assert Counter(each.state for each in rows) == STATES
    assert {each.kind for each in rows} >= {
        "disclosure",
        "correction",
        "erasure",
        "use_cessation",
        "mail_opt_out",
    }
    assert all(asked_of(by_id(each.id))["words"].startswith("（見本）") for each in rows)
    assert len([each for each in requests.pressing(officer) if each.late]) == 1
    house.work()
