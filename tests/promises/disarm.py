"""Takes each guard away in turn and expects its proofs to notice: `make disarm`, or with names of promises.

A proof that stays green without the guard proves nothing.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from madoguchi.rooms.promises.catalogue import CATALOGUE, Kind

ROOT = Path(__file__).parents[2]


def proofs_notice(promise: str) -> bool:
    """Runs the proofs of one promise without its guard, and shows what they said if none noticed."""
    mark, tests = f'promise("{promise}")', (ROOT / "tests").rglob("test_*.py")
    files = sorted(str(path) for path in tests if mark in path.read_text(encoding="utf-8"))
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.promises.disarmed",
            "-q",
            "--tb=no",
            "--no-header",
            *files,
        ],
        cwd=ROOT,
        env=os.environ | {"DISARM": promise, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if not files or result.returncode != 0:
        sys.stdout.write(result.stdout[-4000:] + result.stderr[-4000:])
    return bool(files) and result.returncode == 0


def main(names: list[str]) -> int:
    chosen = names or [
        promise.id for promise in CATALOGUE if promise.kind is Kind.ENFORCED and not promise.planned
    ]
    with ThreadPoolExecutor(2) as two:
        found = dict(zip(chosen, two.map(proofs_notice, chosen), strict=True))
    for promise, noticed in found.items():
        sys.stdout.write(f"{'気づきました' if noticed else '気づきません'}  {promise}\n")
    asleep = [promise for promise, noticed in found.items() if not noticed]
    sys.stdout.write(f"{len(chosen) - len(asleep)} passed, {len(asleep)} failed\n")
    return 1 if asleep else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
