"""How long a superseded wording still binds as shown: a page open in a browser is not stale at once."""

from datetime import datetime, timedelta

GRACE = timedelta(hours=24)


def binds(superseded_at: datetime | None, now: datetime) -> bool:
    return superseded_at is None or now - superseded_at <= GRACE
