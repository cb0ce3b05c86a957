"""What the worker calls: carry an ending through, and the nightly run of retention."""

import time
from datetime import date, timedelta

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inventory.actions.finish import finish as finish_ending
from madoguchi.rooms.inventory.actions.replay import complete_noted
from madoguchi.rooms.inventory.actions.retain import end_night, retain_some
from madoguchi.rooms.inventory.errors import ChangedMeanwhile, TooEarly
from madoguchi.rooms.inventory.queries.retention import is_time
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.settle import finish, postpone
from madoguchi.rooms.jobs.queries import trusted_now
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.vault.queries import read_ledger

RETAIN = "inventory.retain"
WHILE_COMMITTING = timedelta(minutes=10)
SITTING = 5.0  # seconds of one sitting of the nightly run; then whoever waits has a turn


def run_end(job: Claimed) -> None:
    """However often it is killed, the next run does what is left."""
    finish_ending(job.subject)
    finish(job)


def complete_what_was_noted() -> int:
    """A process that died between the ledger and its commit left a decision behind (RELIABILITY C1)."""
    lines = read_ledger(settings.KEY_DIR / "ledger")
    return complete_noted(lines, before=clock.now() - WHILE_COMMITTING)


def ask_for_night() -> None:
    """Adds the job of this night's run once it is time and until it is done. The job's subject is the operator."""
    entity = only_entity()
    if entity is not None and is_time(trusted_now()):
        add_job(RETAIN, entity.id)


def run_retain(job: Claimed) -> None:
    """A sitting of the nightly run. However often it is killed or put off, the next one takes what is left."""
    trusted = trusted_now()
    if is_time(trusted):
        on = clock.local(trusted).date()
        try:
            left = _sit(job, on)
        except (TooEarly, ChangedMeanwhile) as moved:
            postpone(job, moved.code)
            return
        if left:
            add_job(RETAIN, job.subject)
        else:
            end_night(entity_id=job.subject, on=on)
    finish(job)


def _sit(job: Claimed, on: date) -> bool:
    """Whether something is left when the time is up."""
    until = time.monotonic() + SITTING
    while retain_some(entity_id=job.subject, on=on):
        if time.monotonic() >= until:
            return True
    return False
