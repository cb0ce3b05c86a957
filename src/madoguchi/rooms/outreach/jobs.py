"""What the worker calls: tell the next people, for a while; then whoever waits has a turn."""

import time

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.settle import finish
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.outreach.actions.announce import JOB
from madoguchi.rooms.outreach.actions.tell import change_told, next_look, tell_some

SITTING = 2.0  # seconds


def run_announce(job: Claimed) -> None:
    """However often it is killed, the next sitting goes on where the last commit was."""
    until = time.monotonic() + SITTING
    change = change_told(job.subject)
    while tell_some(job.subject, change):
        if time.monotonic() >= until:
            add_job(JOB, job.subject)
            finish(job)
            return
    later = next_look(job.subject)
    with action:  # finished first: a job that is asked for meanwhile would be due at once
        finish(job)
        if later is not None:
            add_job(JOB, job.subject, due_at=later)
