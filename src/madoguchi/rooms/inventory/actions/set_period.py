"""Decide how long a class is kept. Each decision is a row of its own; the latest counts (APPI Art 22)."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.models import RetentionPeriod
from madoguchi.rooms.inventory.periods import CLASSES
from madoguchi.rooms.inventory.queries.retention import decided_at, period_of
from madoguchi.rooms.organisation.queries import Viewer


@action
def set_period(*, viewer: Viewer, retention: str, days: int | None, confirmed: bool = False) -> None:
    """None: without end. A shorter period needs `confirmed`: the officer saw how much becomes due by it."""
    rules.check_officer(viewer.role)
    rules.check_class(retention)
    rules.check_days(days)
    before = period_of(viewer.entity_id, retention)
    rules.check_shortening_seen(before, days, confirmed=confirmed)
    if before != days:
        _decide(viewer.entity_id, retention, days, viewer.ref)


@action
def start_with_proposal(*, viewer: Viewer) -> None:
    """Our proposal for every class that nobody decided yet; the officer saw what becomes due."""
    rules.check_officer(viewer.role)
    _decide_new(viewer.entity_id, {code: each.proposed for code, each in CLASSES.items()}, viewer.ref)


@action
def set_periods(*, entity_id: UUID, said: Mapping[str, str], by: Ref) -> None:
    """What a profile says ("3年", "180日"), for classes that nobody decided yet: an officer's word is never undone."""
    for retention in said:
        rules.check_class(retention)
    _decide_new(entity_id, said, by)


def _decide_new(entity_id: UUID, said: Mapping[str, str], by: Ref) -> None:
    for retention, period in said.items():
        if decided_at(entity_id, retention) is None:
            _decide(entity_id, retention, rules.read_period(period), by)


def _decide(entity_id: UUID, retention: str, days: int | None, by: Ref) -> None:
    # Later than the decision before, also while the wall clock is set back: the latest counts.
    before = decided_at(entity_id, retention)
    now = clock.now() if before is None else max(clock.now(), before + timedelta(microseconds=1))
    RetentionPeriod.objects.create(
        entity_id=entity_id, retention=retention, days=days, set_at=now, set_by_kind=by.kind, set_by_id=by.id
    )
    told: dict[str, str | int | bool] = {"class": retention, "days": days or 0}
    record("retention.period-set", about=Ref("entity", entity_id), by=by, details=told)
