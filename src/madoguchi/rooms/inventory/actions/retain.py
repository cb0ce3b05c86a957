"""End what was kept long enough: each night, one small deletion after the other (LAW 6.3; ADR 0010, 0013).

Nothing remembers where a run is: what is due and still lives is taken next, so a killed run goes on.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Sum

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import latest
from madoguchi.rooms.gate.actions.end_suppressions import end_suppressions
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import Plan, carry_out
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.actions.sweep_nobody import sweep_nobody
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.queries.retention import (
    ACCEPTED,
    RAN,
    REMAINDER,
    Due,
    due,
    files_now,
    has_run,
    hold_rows,
    in_force,
    periods_on,
    remainder_over,
    restored_unseen,
)
from madoguchi.rooms.jobs.actions import tick
from madoguchi.rooms.jobs.queries import clocks, trusted_now
from madoguchi.rooms.organisation.actions.remember import forget_old
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_files, kept_sealed

RETENTION = "retention"
AT_ONCE = 100  # files in one deletion: its first transaction stays below 20 ms


def retain_some(*, entity_id: UUID, on: date) -> int:
    """The next deletion of this night, begun and finished; how many files it ended, 0 when nothing is left.

    Raises TooEarly or ChangedMeanwhile when something moved between the look and the act: then nothing was done.
    """
    for retention, days in periods_on(entity_id, on).items():
        if some := _some(due(entity_id, retention, on, days)):
            check = partial(_check_due, entity_id, retention, some)
            return _end(RETENTION, retention, _files(some), check)
    law, sealed = remainder_over(on, limit=AT_ONCE)
    return _end(REMAINDER, law, sealed, partial(_check_remainder, sealed)) if sealed else 0


def _some(found: Iterable[Due]) -> list[Due]:
    some, files = list[Due](), 0
    for each in found:
        if some and files + len(each.files) > AT_ONCE:
            break
        some.append(each)
        files += len(each.files)
    return some


def _files(some: Sequence[Due]) -> list[UUID]:
    return [file for each in some for file in each.files]


def _end(cause: str, code: str, files: Sequence[UUID], check: Callable[[], None]) -> int:
    finish(carry_out(Plan(uuid7(), cause, code, tuple(files), WORKER, check=check)))
    return len(files)


def _check_due(entity_id: UUID, retention: str, some: Sequence[Due]) -> None:
    """Everything once more, with rows and files held: reopened, moved, noted or held meanwhile means not now."""
    rules.check_looked_at_since_restore(restored_unseen())
    trusted = trusted_now()
    on, since, planned = clock.local(trusted).date(), hold_rows(retention, some), _files(some)
    days = in_force(entity_id, retention, on)
    for each in some:
        rules.check_period_over(since.get(each.row), days, trusted)
    living = hold_files(planned)  # before its parts are read again: whoever adds one holds the file first
    rules.check_as_planned(planned, living=living, now=files_now(some), held=standing(planned, on))


def _check_remainder(files: Collection[UUID]) -> None:
    rules.check_looked_at_since_restore(restored_unseen())
    trusted, until = trusted_now(), kept_sealed(files)
    for file in files:
        rules.check_remainder_over(until[file][1] if file in until else None, trusted)


def end_night(*, entity_id: UUID, on: date) -> None:
    """When nothing is left: what expires by itself, then the line that says this night is done."""
    while end_suppressions(before=trusted_now()):
        pass
    sweep_nobody()
    forget_old()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    _note(entity_id, on)


@action
def _note(entity_id: UUID, on: date) -> None:
    if has_run(on):
        return
    before = latest(RAN)
    counted = _since(before.at if before else None)
    record(RAN, about=Ref("entity", entity_id), by=WORKER, details={"day": on.isoformat(), **counted})


def _since(moment: datetime | None) -> Mapping[str, int]:
    """Files that ended since the run before, by class and by law."""
    ended = DeletionRecord.objects.filter(cause__in=(RETENTION, REMAINDER), finished_at__isnull=False)
    ended = ended.filter(begun_at__gt=moment) if moment else ended
    return {code: int(n) for code, n in ended.values_list("code").annotate(n=Sum("files")).order_by("code")}


@action
def accept_clock(*, viewer: Viewer) -> None:
    """A named officer says that this machine's clock is right, after the two clocks disagreed; after a restore,
    that periods and holds are as they should be."""
    rules.check_officer(viewer.role)
    ahead = clocks().wall - trusted_now()
    tick.accept_clock(viewer.ref)
    record(
        ACCEPTED,
        about=viewer.ref,
        by=viewer.ref,
        details={"ahead_seconds": int(ahead.total_seconds())},
    )
