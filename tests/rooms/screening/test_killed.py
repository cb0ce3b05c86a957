"""kill -9 before every single write of the look: run again it has decided once, moved once and acknowledged once."""

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.screen import screen
from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything
from tests.house import House
from tests.rooms.inventory.test_erase_kill import MOST, killed_before_write
from tests.rooms.screening.pitching import marked_pitch, now, pitch


@pytest.mark.timeout(300)
def test_a_killed_look_is_done_once(house: House) -> None:
    forget_everything()
    marked_pitch(house)
    for number in range(1, MOST):
        inquiry = pitch(house, email=f"k{number}@blast{number}.example.com")
        killed = killed_before_write(number, lambda: screen(inquiry.id))  # noqa: B023
        decided = Verdict.objects.filter(about=inquiry.id, moved=True).exists()
        assert (now(inquiry.id).lane == "sales") is decided  # both or neither
        Job.objects.update(leased_until=None, due_at=clock.now())
        house.work()

        assert now(inquiry.id).lane == "sales"
        assert Verdict.objects.filter(about=inquiry.id).count() == 1
        assert Entry.objects.filter(inquiry_id=inquiry.id, code="lane").count() == 1
        assert len(house.mails(to=f"k{number}@blast{number}.example.com")) == 1
        if not killed:
            assert number > 2  # verdict, rules and move at least: it was really killed on its way
            break
    else:
        pytest.fail("it was never through")
