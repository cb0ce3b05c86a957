"""A big night: many inquiries, a tenth of them due, and somebody who writes all the while."""

import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inventory.actions.retain import end_night, retain_some
from madoguchi.rooms.inventory.actions.set_period import set_period
from madoguchi.rooms.inventory.models import DeletionRecord, RetentionPeriod
from madoguchi.rooms.inventory.queries import overdue, retention
from madoguchi.rooms.inventory.queries.retention import due, listing, periods_on
from madoguchi.rooms.jobs.actions.beat import beat
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.organisation.queries import viewer_of
from tests.bench.generate import YEARS, generate
from tests.house import House


@contextmanager
def writing(waits: list[float]) -> Iterator[None]:
    """Somebody else writes one small row after the other; how long each took, in milliseconds."""
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.005):
            began = time.perf_counter()
            beat("somebody")
            waits.append((time.perf_counter() - began) * 1000)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def told(waits: list[float]) -> str:
    cuts = statistics.quantiles(waits, n=100)
    return f"p50 {cuts[49]:.1f}, p99 {cuts[98]:.1f}, worst {max(waits):.1f} ms of {len(waits)} writes"


@pytest.mark.bench
@pytest.mark.timeout(3_600)
def test_a_tenth_of_many_ends_while_others_write(house: House) -> None:
    many = int(os.environ.get("MADOGUCHI_TEST_MANY", "100000"))
    generate(many)
    days = int((YEARS * 0.875) / timedelta(days=1))
    set_period(viewer=viewer_of(house.staff["officer"]), retention="inquiry", days=days, confirmed=True)
    RetentionPeriod.objects.update(set_at=clock.now() - timedelta(days=30))
    on, entity = trusted_today(), house.entity_id

    began = time.perf_counter()
    listed = listing(entity, "inquiry", on, days)
    counting = time.perf_counter() - began
    taken = sum(1 for _ in due(entity, "inquiry", on, periods_on(entity, on)["inquiry"]))
    naming = time.perf_counter() - began - counting
    assert listed.count == taken

    alone: list[float] = []
    with writing(alone):
        time.sleep(5)
    beside: list[float] = []
    began = time.perf_counter()
    with writing(beside):
        while retain_some(entity_id=entity, on=on):
            pass
    lasted = time.perf_counter() - began
    end_night(entity_id=entity, on=on)
    again = time.perf_counter()
    assert listing(entity, "inquiry", on, days).count == 0
    empty = time.perf_counter() - again

    assert sum(record.files for record in DeletionRecord.objects.all()) == taken
    assert overdue.overdue(entity) == []
    assert retention.has_run(on)
    print(  # noqa: T201  the figures are what this is for
        f"\n{connection.vendor}: {taken} of {many} due; counted in {counting * 1000:.0f} ms, named in {naming * 1000:.0f} ms; "
        f"ended in {lasted:.1f} s ({taken / lasted:.0f}/s); counted afterwards in {empty * 1000:.0f} ms\n"
        f"  others alone:  {told(alone)}\n  others beside: {told(beside)}"
    )
