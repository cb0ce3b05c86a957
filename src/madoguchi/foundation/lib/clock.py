"""The one clock. Everything stored is UTC; days are counted, and shown, in Asia/Tokyo."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

JST = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """The present moment, aware, in UTC. Test hooks may set it by a file that is read at each use."""
    if settings.CLOCK_FILE is not None:
        return _from_file(settings.CLOCK_FILE)
    return datetime.now(UTC)


def _from_file(path: Path) -> datetime:
    moment = datetime.fromisoformat(path.read_text(encoding="ascii").strip())
    return moment.replace(tzinfo=moment.tzinfo or JST).astimezone(UTC)


def today() -> date:
    """The calendar day in Asia/Tokyo."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    return moment.astimezone(JST)
