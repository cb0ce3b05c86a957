"""Leased work: done once, never lost, again when it was wanted again, given up loudly and taken up afresh."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.beat import beat
from madoguchi.rooms.jobs.actions.claim import claim, reclaim
from madoguchi.rooms.jobs.actions.settle import finish, postpone, retry_now
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.jobs.queries import depth, given_up, last_beat, oldest_due
from madoguchi.rooms.jobs.rules import LEASE, Claimed
from tests.clockwork import Clock, stopped_clock
from tests.house import House

KIND = "delivery.send"


@pytest.fixture
def clock(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def take(by: str = "host:1", limit: int = 10) -> list[Claimed]:
    return claim(kinds=[KIND], limit=limit, by=by)


def test_asked_twice_is_one_job_wanted_twice(clock: Clock) -> None:
    subject = uuid7()
    add_job(KIND, subject)
    add_job(KIND, subject)

    (job,) = take()
    assert (job.subject, job.wanted, job.attempts) == (subject, 2, 1)
    assert finish(job)
    assert depth() == {}


def test_the_earlier_of_two_times_counts(clock: Clock) -> None:
    from madoguchi.foundation.lib import clock as now

    subject = uuid7()
    add_job(KIND, subject, due_at=now.now() + timedelta(hours=1))
    assert take() == []
    add_job(KIND, subject)
    assert len(take()) == 1


def test_a_leased_job_is_nobody_elses_until_the_lease_runs_out(clock: Clock) -> None:
    add_job(KIND, uuid7())
    assert len(take()) == 1
    assert take("host:2") == []

    clock.forward(LEASE + timedelta(seconds=1))
    (again,) = take("host:2")
    assert again.attempts == 2


def test_who_lost_the_lease_settles_nothing(clock: Clock) -> None:
    add_job(KIND, uuid7())
    (late,) = take("host:1")
    clock.forward(LEASE + timedelta(seconds=1))
    (mine,) = take("host:2")

    assert finish(late) is False
    postpone(late, "too-late")
    assert Job.objects.get().leased_by == "host:2"
    assert finish(mine) is True


def test_asked_again_while_it_runs_it_is_due_once_more_as_new(clock: Clock) -> None:
    subject = uuid7()
    add_job(KIND, subject)
    (first,) = take()
    clock.forward(timedelta(minutes=1))
    add_job(KIND, subject)

    assert finish(first) is True
    (second,) = take()
    assert (second.subject, second.attempts, second.added_at > first.added_at) == (subject, 1, True)
    assert finish(second) is True
    assert depth() == {}


def fail_until_given_up(clock: Clock) -> None:
    for _ in range(60):
        for job in take():
            if postpone(job, "connect-lost") is None:
                return
        clock.forward(timedelta(hours=4))
    raise AssertionError("never given up")


def test_given_up_after_five_days_and_shown(clock: Clock) -> None:
    subject = uuid7()
    add_job(KIND, subject)
    fail_until_given_up(clock)

    (tired,) = given_up()
    assert (tired.kind, tired.subject, tired.code) == (KIND, subject, "connect-lost")
    assert tired.given_up_at - Job.objects.get().added_at >= timedelta(days=5)
    assert (take(), depth()) == ([], {})


def test_asked_again_after_it_was_given_up_it_has_fresh_patience(clock: Clock) -> None:
    subject = uuid7()
    add_job(KIND, subject)
    fail_until_given_up(clock)

    add_job(KIND, subject)

    (job,) = take()
    assert job.attempts == 1
    assert postpone(job, "connect-lost") is not None
    assert given_up() == []


def test_try_again_now(clock: Clock) -> None:
    subject = uuid7()
    add_job(KIND, subject)
    fail_until_given_up(clock)

    assert retry_now(KIND, subject) == 1
    (job,) = take()
    assert (job.attempts, given_up()) == (1, [])
    assert retry_now(KIND, uuid7()) == 0


def test_leases_of_the_dead_are_free_at_once(clock: Clock) -> None:
    for _ in range(3):
        add_job(KIND, uuid7())
    for holder in ("here:11", "here:12", "there:11"):
        claim(kinds=[KIND], limit=1, by=holder)

    assert reclaim(host="here", alive=lambda process: process == 12) == 1
    assert len(take("here:13")) == 1


def test_a_restarted_worker_is_not_its_own_predecessor() -> None:
    """In a container the new worker often gets the very number of the one that was killed."""
    import os

    from madoguchi.config.worker import Worker, _alive

    assert _alive(os.getpid()) is False
    assert _alive(os.getppid()) is True
    worker = Worker()
    assert worker.name == f"{worker.host}:{os.getpid()}"
    assert len(worker.name) <= 40


def test_eight_workers_never_take_the_same(house: House) -> None:
    subjects = {uuid7() for _ in range(80)}
    for subject in subjects:
        add_job(KIND, subject)
    taken: list[object] = []

    def work(number: int) -> None:
        try:
            while jobs := claim(kinds=[KIND], limit=3, by=f"host:{number}"):
                for job in jobs:
                    taken.append(job.subject)
                    assert finish(job)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(taken), set(taken)) == (80, subjects)


def test_what_waits_and_who_lives(clock: Clock) -> None:
    assert (oldest_due(), last_beat("worker")) == (0.0, None)
    add_job(KIND, uuid7())
    beat("worker")
    moment = clock.forward(timedelta(seconds=90))

    assert oldest_due() == 90.0
    assert moment - (last_beat("worker") or moment) == timedelta(seconds=90)


def test_one_thread_finishes_its_mails_before_their_lease_ends() -> None:
    from madoguchi.config.worker import POST_BATCH
    from madoguchi.rooms.delivery.jobs import TIMEOUT

    assert timedelta(seconds=TIMEOUT * POST_BATCH) < LEASE
