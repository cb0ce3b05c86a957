"""A clock that a test sets: the product's own hook, a file read at each use."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.foundation.lib import clock


class Clock:
    """Stands still at its last setting."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, moment: datetime) -> None:
        self.path.write_text(moment.isoformat(), encoding="ascii")

    def forward(self, length: timedelta) -> datetime:
        moment = clock.now() + length
        self.set(moment)
        return moment


def stopped_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stopped at this moment."""
    clockwork = Clock(tmp_path / "clock")
    clockwork.set(clock.now())
    monkeypatch.setattr(settings, "CLOCK_FILE", clockwork.path)
    return clockwork
