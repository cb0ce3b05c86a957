"""Takes each guard away in turn and expects its proofs to notice: `make disarm`, or with names of promises.

A proof that stays green without the guard proves nothing.
"""

import os
import subprocess
import sys
from pathlib import Path

from madoguchi.rooms.promises.catalogue import CATALOGUE, Kind

ROOT = Path(__file__).parents[2]


def proofs_notice(promise: str) -> bool:
    """Runs the proofs of one promise without its guard, and shows what they said if none noticed."""
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
            "tests",
        ],
        cwd=ROOT,
        env=os.environ | {"DISARM": promise, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if result.returncode != 0:
        sys.stdout.write(result.stdout[-4000:] + result.stderr[-4000:])
    return result.returncode == 0


def main(names: list[str]) -> int:
    chosen = names or [promise.id for promise in CATALOGUE if promise.kind is Kind.ENFORCED]
    asleep = []
    for promise in chosen:
        noticed = proofs_notice(promise)
        sys.stdout.write(f"{'気づきました' if noticed else '気づきません'}  {promise}\n")
        asleep += [] if noticed else [promise]
    sys.stdout.write(f"{len(chosen) - len(asleep)} passed, {len(asleep)} failed\n")
    return 1 if asleep else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
