"""Run as a process of its own in an installation's surroundings: one command, killed before each of its steps.

A step is a line of the named modules, counted when it is reached for the first time. Everything is forked
from one process that has the program loaded, so that a kill costs a moment and not a start. The order comes
as JSON on stdin, what was seen goes as JSON to stdout.
"""

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any


class Steps:
    def __init__(self, folders: list[str], last: int) -> None:
        self.folders, self.last = tuple(folders), last
        self.seen: dict[tuple[str, int], None] = {}
        self.ours: dict[CodeType, bool] = {}

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code not in self.ours:
            self.ours[code] = code.co_filename.startswith(self.folders) and not code.co_name.startswith("<")
        return self.look if self.ours[code] else None

    def look(self, frame: FrameType, event: str, argument: Any) -> Any:
        place = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and place not in self.seen:
            self.seen[place] = None
            if len(self.seen) == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.look


def apart(work: Callable[[], Any]) -> tuple[int, str]:
    """In a forked process: how it ended (negative: by a signal), and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        code = 1
        try:
            work()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
        except BaseException:  # noqa: BLE001  the parent reads it
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


class Order:
    def __init__(self, told: dict[str, Any]) -> None:
        self.baseline, self.folder = Path(told["baseline"]), Path(told["folder"])
        self.modules: list[str] = told["modules"]
        self.command, self.state, self.afresh = told["command"], told["state"], told.get("afresh", "pass")
        self.dose, self.chance = told["dose"], random.Random(told["seed"])

    def begin(self) -> None:
        """The installation as it was, in the folder that the surroundings name."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.baseline, self.folder)
        run(self.afresh)

    def stepped(self, last: int) -> tuple[int, str]:
        def work() -> None:
            steps = Steps(self.modules, last)
            sys.settrace(steps.enter)
            run(self.command)
            sys.settrace(None)
            print(json.dumps([f"{Path(file).name}:{line}" for file, line in steps.seen]))  # noqa: T201

        return apart(work)

    def drawn(self, steps: int) -> list[int]:
        """Spread over all of them, so that every part of the way is met."""
        dose = min(self.dose, steps)
        return [1 + self.chance.randrange(n * steps // dose, (n + 1) * steps // dose) for n in range(dose)]

    def carry_out(self) -> list[dict[str, Any]]:
        self.begin()
        code, said = self.stepped(0)
        assert code == 0, said
        places = json.loads(said.splitlines()[-1])
        return [self._one(step, places[step - 1]) for step in self.drawn(len(places))]

    def _one(self, step: int, place: str) -> dict[str, Any]:
        self.begin()
        killed, before = self.stepped(step)
        seen = apart(lambda: run(self.state))[1]
        again = apart(lambda: run(self.command))
        return {
            "step": step, "place": place, "killed": killed == -signal.SIGKILL, "said": before, "seen": seen,
            "again": again[0], "again_said": again[1], "then": apart(lambda: run(self.state))[1],
        }  # fmt: skip


def run(code: str) -> None:
    exec(code, {"__name__": "stepping"})  # noqa: S102  our own order


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "madoguchi.config.settings"
    from importlib import import_module

    import django

    import madoguchi.__main__  # noqa: F401  before Django: it brings the right SQLite

    django.setup()
    for name in ("backup.restore", "backup.schedule", "move.run", "cli.db"):
        import_module(f"madoguchi.config.{name}")  # loaded once, before the forks
    print(json.dumps(Order(json.load(sys.stdin)).carry_out()))  # noqa: T201


if __name__ == "__main__":
    main()
