"""A trial may be thrown away; real data may not."""

import os
import subprocess
import sys
from pathlib import Path

from madoguchi import __version__
from madoguchi.config.cli.demo import _clear, _place


def test_real_data_named_in_the_environment_are_never_a_trials(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "data").mkdir(parents=True)
    (real / "data" / "madoguchi.sqlite3").write_bytes(b"real")
    base = tmp_path / "trial"
    (base / "data").mkdir(parents=True)
    (base / "ready").write_text(f"{__version__} old\n", encoding="utf-8")
    environment = os.environ | {
        "MADOGUCHI_DATA_DIR": str(real / "data"),
        "MADOGUCHI_KEY_DIR": str(real / "keys"),
    }

    code = "from pathlib import Path; from madoguchi.config.cli.demo import _place, _clear; import sys; _clear(_place('eclore', Path(sys.argv[1])))"
    subprocess.run([sys.executable, "-c", code, str(base)], env=environment, check=True, timeout=60)

    assert (real / "data" / "madoguchi.sqlite3").read_bytes() == b"real"
    assert not (base / "data").exists()


def test_a_folder_with_other_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "madoguchi.sqlite3").write_bytes(b"real")
    command = [sys.executable, "-m", "madoguchi", "demo", "--dir", str(tmp_path)]

    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert refused.returncode == 1
    assert "試用ではないデータがあります" in refused.stderr
    assert (tmp_path / "data" / "madoguchi.sqlite3").read_bytes() == b"real"


def test_clearing_blanks_the_mark_first(tmp_path: Path) -> None:
    place = _place("eclore", tmp_path)
    place.data.mkdir()
    place.ready.write_text("x", encoding="utf-8")

    _clear(place)

    assert (place.ready.read_text(encoding="utf-8"), place.data.exists()) == ("", False)
