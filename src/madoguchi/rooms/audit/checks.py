"""Counted from the tables: events carry codes only, and the database still refuses to lose one."""

import json

from django.db import connection

from madoguchi.rooms.audit import rules
from madoguchi.rooms.audit.errors import ValueInAudit
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.promises.rules import Count

NEWEST = 2_000


def no_values() -> Count:
    """The newest events, read back against the same rule."""
    events = list(Event.objects.order_by("-id").values_list("kind", "details")[:NEWEST])
    broken = sum(not _codes_only(kind, json.loads(details)) for kind, details in events)
    return Count(len(events) - broken, broken)


def _codes_only(kind: str, details: dict[str, str | int | bool]) -> bool:
    try:
        rules.check_no_values(kind, details)
    except ValueInAudit:
        return False
    return True


def nothing_removed() -> Count:
    """The database's own refusals (triggers) against change and removal of events are still in place."""
    wanted = {"audit_event_no_update", "audit_event_no_delete"}
    if connection.vendor == "postgresql":
        wanted.add("audit_event_no_truncate")
    where = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(where)
        standing = {row[0] for row in cursor.fetchall()} & wanted
    return Count(len(standing), len(wanted - standing))
