"""The ladder: imports go down only, and every module has chosen its rung (pyproject.toml, DESIGN: the house)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, SRC

CLI = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the contracts of pyproject.toml over the package in `folder`, which comes first on the path."""
    return subprocess.run(
        [str(CLI), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree as it is, in a place where something can be planted."""
    shutil.copytree(SRC / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    result = lint(copy)

    assert result.returncode == 0, result.stdout + result.stderr


PLANTS = {
    "house": ("foundation/lib/planted.py", "import madoguchi.rooms.vault\n"),
    "house, by a stray module": ("stray.py", ""),
    "house, by the verifier": ("verify.py", "import madoguchi.foundation.lib.ids\n"),
    "faces": ("faces/staff_site/planted.py", "import madoguchi.faces.public_site\n"),
    "rooms": ("rooms/vault/planted.py", "import madoguchi.rooms.inquiries\n"),
    "rooms, for types": (
        "rooms/gate/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import madoguchi.rooms.people\n",
    ),
    "rooms, by a room without a rung": ("rooms/attic/__init__.py", ""),
    "foundation": ("foundation/lib/planted.py", "import madoguchi.foundation.ui\n"),
    "strangers": ("faces/public_site/planted.py", "import madoguchi.rooms.inquiries.views\n"),
    "sockets": ("rooms/delivery/planted.py", "import socket\n"),
}


@pytest.mark.parametrize("planted", PLANTS)
def test_a_planted_violation_is_caught(copy: Path, planted: str) -> None:
    path, text = PLANTS[planted]
    (copy / PACKAGE / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / PACKAGE / path).write_text(text, encoding="utf-8")
    views = copy / PACKAGE / "rooms/inquiries/views.py"
    if not views.exists():
        views.write_text("", encoding="utf-8")

    result = lint(copy)

    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line.split()[0] for line in result.stdout.splitlines() if " BROKEN" in line]
    assert broken == [planted.partition(",")[0]]
