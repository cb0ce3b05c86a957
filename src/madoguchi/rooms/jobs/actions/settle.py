"""The end of an attempt: finished, postponed, or given up with an alarm."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.jobs.rules import Claimed, next_attempt


@action
def finish(job: Claimed) -> bool:
    """Remove the job, unless it was asked for again meanwhile: then it is due once more, as new work.

    False when the lease was lost to another worker, whose attempt counts instead.
    """
    mine = Job.objects.filter(id=job.id, leased_by=job.leased_by)
    done, _ = mine.filter(wanted=job.wanted).delete()
    now = clock.now()
    again = 0 if done else mine.update(leased_until=None, attempts=0, added_at=now, due_at=now)
    return bool(done or again)


@action
def postpone(job: Claimed, code: str) -> datetime | None:
    """Try later; gives back when, or None when patience has run out and the alarm is up."""
    now = clock.now()
    later = next_attempt(job.attempts, job.added_at, now)
    mine = Job.objects.filter(id=job.id, leased_by=job.leased_by)
    if later is not None:
        mine.update(leased_until=None, due_at=later, last_code=code)
        return later
    mine.update(leased_until=None, given_up_at=now, last_code=code)
    return None


@action
def retry_now(kind: str, subject: UUID) -> int:
    """Somebody pressed 「もう一度送る」: a waiting or given-up job is due at once, with fresh patience."""
    now = clock.now()
    jobs = Job.objects.filter(kind=kind, subject=subject)
    return jobs.update(due_at=now, added_at=now, attempts=0, given_up_at=None, wanted=F("wanted") + 1)


@action
def drop(kind: str, subjects: Collection[UUID]) -> int:
    """What was asked for is no longer wanted. A worker that holds it finds nothing to finish, which is no error."""
    return Job.objects.filter(kind=kind, subject__in=list(subjects)).delete()[0]


@action
def withdraw(kind: str, subject: UUID) -> bool:
    """The same, only while nobody has begun: False when a worker has or had it in hand."""
    waiting = Job.objects.filter(kind=kind, subject=subject, attempts=0, leased_until=None)
    return bool(waiting.delete()[0])
