"""Lease due jobs to one worker. A lease that runs out (a killed worker) makes the job due again."""

from collections.abc import Callable, Sequence

from django.db import connection
from django.db.models import F

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.jobs.rules import LEASE, Claimed


@action
def claim(*, kinds: Sequence[str], limit: int, by: str, newest_first: bool = False) -> list[Claimed]:
    """At most `limit` due jobs of these kinds. Taking the newest now and then keeps new mail from
    waiting behind a backlog after an outage (RELIABILITY N1)."""
    now = clock.now()
    free = Job.objects.filter(kind__in=kinds, due_at__lte=now, given_up_at=None).exclude(leased_until__gt=now)
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    found = list(free.order_by("-due_at" if newest_first else "due_at")[:limit])
    for job in found:
        job.leased_until, job.leased_by, job.attempts = now + LEASE, by, job.attempts + 1
    Job.objects.filter(id__in=[job.id for job in found]).update(
        leased_until=now + LEASE, leased_by=by, attempts=F("attempts") + 1
    )
    return [Claimed(j.id, j.kind, j.subject, j.wanted, j.attempts, j.added_at, by) for j in found]


@action
def reclaim(*, host: str, alive: Callable[[int], bool]) -> int:
    """Free what killed workers of this machine still hold, so that nothing waits for a lease to run out.

    A lease is held as `host:process`.
    """
    held = Job.objects.filter(leased_until__isnull=False, leased_by__startswith=f"{host}:")
    dead = [
        holder
        for holder in held.values_list("leased_by", flat=True).distinct()
        if not alive(_process(holder))
    ]
    return Job.objects.filter(leased_by__in=dead).update(leased_until=None)


def _process(holder: str) -> int:
    number = holder.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
