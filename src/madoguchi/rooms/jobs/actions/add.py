"""Ask for later work, in the transaction that makes it necessary."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import run
from madoguchi.rooms.jobs.models import Job

# Asked again while open: one row, wanted once more, due at the earlier time; if it was given up, with fresh patience.
_ADD = (
    f"INSERT INTO {Job._meta.db_table} AS j "  # noqa: S608  a table name of ours
    "(id, kind, subject, wanted, added_at, due_at, attempts, leased_until, leased_by, last_code, given_up_at) "
    "VALUES (%s, %s, %s, 1, %s, %s, 0, NULL, '', '', NULL) "
    "ON CONFLICT (kind, subject) DO UPDATE SET wanted = j.wanted + 1, given_up_at = NULL, "
    "added_at = CASE WHEN j.given_up_at IS NULL THEN j.added_at ELSE excluded.added_at END, "
    "attempts = CASE WHEN j.given_up_at IS NULL THEN j.attempts ELSE 0 END, "
    "due_at = CASE WHEN excluded.due_at < j.due_at THEN excluded.due_at ELSE j.due_at END"
)


def add_job(kind: str, subject: UUID, *, due_at: datetime | None = None) -> None:
    now, ops = clock.now(), connection.ops
    id, about = _PREPARE(uuid7(), connection), _PREPARE(subject, connection)
    run(
        _ADD,
        [id, kind, about, ops.adapt_datetimefield_value(now), ops.adapt_datetimefield_value(due_at or now)],
    )


_PREPARE = Job._meta.pk.get_db_prep_value
