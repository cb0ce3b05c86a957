"""What waits, what was given up, who is alive, and which time two clocks agree on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Count

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.uptime import uptime
from madoguchi.rooms.jobs import rules
from madoguchi.rooms.jobs.models import Beat, Job, TrustedClock

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GivenUp:
    kind: str
    subject: UUID
    given_up_at: datetime
    code: str


def given_up(kinds: Sequence[str] = (), *, limit: int = 50) -> list[GivenUp]:
    """Work that a person must look at, latest first."""
    jobs = Job.objects.filter(given_up_at__isnull=False)
    if kinds:
        jobs = jobs.filter(kind__in=kinds)
    rows = jobs.order_by("-given_up_at").values_list("kind", "subject", "given_up_at", "last_code")[:limit]
    return [GivenUp(kind, subject, at, code) for kind, subject, at, code in rows if at is not None]


def waiting(kind: str, *, limit: int) -> dict[UUID, datetime]:
    """What waits, the next one first, and when it is due."""
    jobs = Job.objects.filter(kind=kind, given_up_at=None).order_by("due_at")
    return dict(jobs.values_list("subject", "due_at")[:limit])


def unfinished_since(kind: str, subjects: Collection[UUID], since: datetime) -> set[UUID]:
    """Those among them for which this was asked lately and is not done; what was tried and failed is waited for no more."""
    jobs = Job.objects.filter(kind=kind, subject__in=list(subjects), added_at__gt=since, last_code="")
    return set(jobs.filter(given_up_at=None, due_at__lte=clock.now()).values_list("subject", flat=True))


def due_kinds() -> set[str]:
    """Kinds of which something could be claimed now."""
    now = clock.now()
    free = Job.objects.filter(due_at__lte=now, given_up_at=None).exclude(leased_until__gt=now)
    return set(free.values_list("kind", flat=True).distinct())


def given_up_count(kind: str) -> int:
    return Job.objects.filter(kind=kind, given_up_at__isnull=False).count()


def depth() -> dict[str, int]:
    """How many jobs wait, by kind."""
    waiting = Job.objects.filter(given_up_at=None).values("kind").annotate(n=Count("id"))
    return {row["kind"]: row["n"] for row in waiting.order_by("kind")}


def oldest_due() -> float:
    """Seconds that the longest-waiting due job has been waiting; 0 when nothing waits."""
    now = clock.now()
    due = (
        Job.objects.filter(given_up_at=None, due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    return (now - due).total_seconds() if due else 0.0


def last_beat(name: str) -> datetime | None:
    return Beat.objects.filter(name=name).values_list("at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the wall clock says and what is trusted; a person is asked while they do not `agree`."""

    wall: datetime
    trusted: datetime
    agree: bool


def seen_now() -> rules.Seen:
    up = uptime()
    return rules.Seen(clock.now(), up.boot, up.seconds)


def clocks() -> Clocks:
    known, seen = TrustedClock.objects.first(), seen_now()
    if known is None:
        return Clocks(seen.wall, NEVER, agree=False)
    return Clocks(seen.wall, rules.trusted(known, seen), rules.clocks_agree(known, seen))


def trusted_now() -> datetime:
    """The time by which periods end: never later than the wall clock, and the epoch of 1970 before the first tick."""
    return clocks().trusted


def trusted_today() -> date:
    """Its day in Asia/Tokyo."""
    return clock.local(trusted_now()).date()
