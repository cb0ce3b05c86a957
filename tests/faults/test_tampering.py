"""One byte of a public file is changed on disk: the alarm is up within the set period (T-F0-4)."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from madoguchi.rooms.promises.catalogue import by_id
from tests.live import surroundings
from tests.servers import free_port

SOURCE = Path(__file__).parents[2] / "src" / "madoguchi"


@pytest.mark.law("T-F0-4")
@pytest.mark.promise("public.pages-untampered")
def test_T_F0_4_a_changed_script_raises_the_alarm(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src" / "madoguchi", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("data", "keys", "mailbox"):
        (tmp_path / name).mkdir(mode=0o700)
    environment = surroundings(
        tmp_path, free_port(), PYTHONPATH=str(tmp_path / "src"), MADOGUCHI_PROBE_SECONDS="1"
    )
    _run(environment, "init", "--profile", "eclore", "--yes")
    assert _standing(environment) == {"kept": 1, "broken": 0}

    script = next((tmp_path / "src" / "madoguchi" / "foundation" / "ui" / "js").glob("*.js"))
    script.write_bytes(script.read_bytes().replace(b"e", b"3", 1))
    worker = subprocess.Popen([sys.executable, "-m", "madoguchi", "worker"], env=environment)
    try:
        said = _alarm(environment, seconds=20)
    finally:
        worker.terminate()
        worker.wait(30)

    assert by_id("public.pages-untampered").says in said
    assert script.name in said
    assert _standing(environment) == {"kept": 0, "broken": 1}


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "madoguchi", *arguments]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def _standing(environment: dict[str, str]) -> dict[str, int]:
    rows = json.loads(_run(environment, "promises", "--check", "--json").stdout)
    (row,) = [each for each in rows if each["id"] == "public.pages-untampered"]
    return {"kept": row["kept"], "broken": row["broken"]}


def _alarm(environment: dict[str, str], *, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said = _run(environment, "check").stdout
        if "お約束が破れています" in said:
            return said
        time.sleep(0.5)
    pytest.fail("no alarm")
