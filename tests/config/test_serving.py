"""A restore waits for nobody and goes behind nobody's back: while the house serves, it is refused."""

from pathlib import Path

import pytest

from madoguchi.config.serving import StillServing, nobody_serving
from tests.house import House
from tests.live import serving


def test_a_restore_is_refused_while_the_house_serves(tmp_path: Path) -> None:
    with serving(tmp_path) as live:
        assert live.command("backup", str(tmp_path / "b.age")).returncode == 0
        ledger = str(tmp_path / "keys" / "ledger")
        before = sorted(path.name for path in live.data.glob("madoguchi.sqlite3*"))

        refused = live.command("restore", str(tmp_path / "b.age"), "--ledger", ledger)

        assert refused.returncode == 1
        assert "止めてから" in refused.stderr
        assert sorted(path.name for path in live.data.glob("madoguchi.sqlite3*")) == before

    restored = live.command("restore", str(tmp_path / "b.age"), "--ledger", ledger)
    assert restored.returncode == 0, restored.stderr


def test_two_restores_at_once_are_refused(house: House) -> None:
    with nobody_serving(), pytest.raises(StillServing), nobody_serving():
        pass
    with nobody_serving():
        pass
