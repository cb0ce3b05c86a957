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
        fresh = self.path.with_name(
            "next"
        )  # whoever reads at this moment finds the old one or the new, never half
        fresh.write_text(moment.isoformat(), encoding="ascii")
        fresh.replace(self.path)

    def forward(self, length: timedelta) -> datetime:
        moment = clock.now() + length
        self.set(moment)
        return moment

    def live(self, length: timedelta) -> datetime:
        """As if so much time had really passed: the machine's own clock goes with the wall's."""
        from madoguchi.foundation.lib.ids import COMMAND
        from madoguchi.rooms.jobs.actions.tick import accept_clock

        moment = self.forward(length)
        accept_clock(COMMAND)
        return moment


def stopped_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stopped at this moment."""
    clockwork = Clock(tmp_path / "clock")
    clockwork.set(clock.now())
    monkeypatch.setattr(settings, "CLOCK_FILE", clockwork.path)
    return clockwork
