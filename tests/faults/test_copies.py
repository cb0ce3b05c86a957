"""kill -9 at the steps of backup, restore and move: nothing half is served, and a rerun completes.

A step is a line of the code (see stepping.py). The suite takes some, drawn by a printed seed; `make soak`
takes all of them.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.config.moving import Installed, a_server, an_empty_database, installed
from tests.faults.house import ROOT
from tests.faults.test_kill import seed

CONFIG = ROOT / "src" / "madoguchi" / "config"
DOSE = {"survive_backup": 12, "survive_restore": 12, "survive_move": 5}

LEFT = """
from django.conf import settings
def left(*beside):
    from pathlib import Path
    found = [*settings.DATA_DIR.glob(".*"), *settings.DATA_DIR.glob("*before*"), *settings.DATA_DIR.glob("restore-unfinished")]
    return sorted([path.name for path in found] + [path.name for folder in beside for path in Path(folder).glob(".*")])
"""
HOUSE = """
import json
from madoguchi.config.start import CannotStart, check_start
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.consent.models import Choice
from madoguchi.rooms.inquiries.models import Inquiry
try: check_start()
except CannotStart as faults: state = "halfway" if "復元が途中で止まっています" in str(faults) else str(faults)
else: state = [Inquiry.objects.count(), Choice.objects.filter(withdrawn_at=None).count(), len(list(of_kind("backup.restored")))]
"""
AFTERWARDS = """
from tests.house import House
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.choose import withdraw
from madoguchi.rooms.consent.models import Choice
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.vault.queries import suppression_mark
choice = Choice.objects.get()
withdraw(about=Ref("inquiry", choice.about_id), purpose=choice.purpose, mark=suppression_mark("email", "x@example.jp"))
House(first_form(), {}, [], None).submit()
"""
OLD, NEW = [13, 0, 0], [12, 0, 1]  # inquiries, consents that stand, restores
PROVEN = """
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from madoguchi.config.backup import manifest as manifests
from madoguchi.config.backup.parcel import unpack
from madoguchi.config.backup.verify import check_contents
from madoguchi.config.backup.write import identity_of
raw = Path(target).read_bytes()
state = "last" if raw == b"the last good one" else "new"
if state == "new":
    with TemporaryDirectory() as folder:
        unpack(Path(target), identity_of(settings.KEY_DIR / "backup.agekey"), Path(folder))
        check_contents(Path(folder), manifests.read(Path(folder)))
"""
COUNTED = """
import json, psycopg
from django.conf import settings
from madoguchi.config.start import moved
with psycopg.connect(settings.ENVIRONMENT.database_url) as there:
    ask = lambda question: there.execute(question).fetchone()[0]
    tables = ask("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    rows = [ask(f"SELECT count(*) FROM {name}") for name in ("inquiries_inquiry", "vault_chunk")] if tables else []
    notes = ask("SELECT count(*) FROM audit_event WHERE kind = 'database.moved'") if tables else 0
print(json.dumps([tables, rows, notes, moved().exists()]))
"""
EMPTIED = """
import psycopg
from django.conf import settings
server, _, name = settings.ENVIRONMENT.database_url.rpartition("/")
with psycopg.connect(f"{server}/postgres", autocommit=True) as there:
    there.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    there.execute(f"CREATE DATABASE {name}")
"""


def command(*words: str) -> str:
    return f"import sys\nfrom madoguchi.__main__ import cli\ncli({list(words)!r}, standalone_mode=False)\n"


def killed(
    here: Installed,
    modules: list[str],
    dose: int,
    *,
    command: str,
    state: str,
    afresh: str = "pass",
    **more: str,
) -> list[dict[str, Any]]:
    number = seed()
    baseline = here.folder.with_name("baseline")
    here.folder.rename(baseline)
    order = {
        "baseline": str(baseline), "folder": str(here.folder), "modules": [str(CONFIG / name) for name in modules],
        "command": command, "state": state, "afresh": afresh, "dose": dose, "seed": number,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.stepping"],
        env=here.environment | more, cwd=ROOT, input=json.dumps(order), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    print(f"seed {number}, {len(seen)} kills")  # noqa: T201
    for each in seen:
        assert each["killed"], each
        assert each["again"] == 0, each
    return seen


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(tmp_path_factory.mktemp("copied") / "house")


@pytest.fixture
def here(original: Installed, tmp_path: Path) -> Installed:
    return original.copy(tmp_path / "house")


def survive_backup(here: Installed, folder: Path, dose: int) -> None:
    """The last good file stays until the new one is whole; afterwards no copy is left in the clear."""
    target = folder / "out" / "b.backup"
    target.parent.mkdir()
    afresh = f"from pathlib import Path\nPath({str(target)!r}).write_bytes(b'the last good one')\n"
    state = f"import json\ntarget = {str(target)!r}\n{LEFT}{PROVEN}print(json.dumps([state, left({str(target.parent)!r})]))\n"
    modules = ["backup", "disk.py"]
    seen = killed(here, modules, dose, command=command("backup", str(target)), state=state, afresh=afresh)

    for each in seen:
        assert json.loads(each["seen"])[0] in ("last", "new"), each
        assert json.loads(each["then"]) == ["new", []], each


def survive_restore(here: Installed, folder: Path, dose: int) -> None:
    """Who starts in between finds the old house whole, or is refused; never what was withdrawn."""
    target = folder / "b.backup"
    assert here.run("backup", str(target)).returncode == 0
    here.python(AFTERWARDS)
    order = command("restore", str(target), "--ledger", str(here.folder / "keys" / "ledger"))
    state = f"{LEFT}{HOUSE}print(json.dumps([state, left()]))\n"
    seen = killed(here, ["backup", "disk.py", "start.py"], dose, command=order, state=state)

    for each in seen:
        assert json.loads(each["seen"])[0] in (OLD, NEW, "halfway"), each
        assert json.loads(each["then"]) == [NEW, []], each


def survive_move(here: Installed, folder: Path, dose: int) -> None:
    """Before the commit there is nothing, after it everything; a rerun sets the mark, and says so of a marked one."""
    order = (
        "from madoguchi.config.cli.db import _move\nfrom madoguchi.config.start import moved\n"
        "if not moved().exists(): _move()\n"
    )
    with a_server() as server:
        url = an_empty_database(server)
        seen = killed(
            here, ["move", "disk.py", "backup/places.py"], dose,
            command=order, state=COUNTED, afresh=EMPTIED, MADOGUCHI_DATABASE_URL=url,
        )  # fmt: skip

    for each in seen:
        tables, rows, notes, marked = json.loads(each["then"])
        assert (rows, notes, marked) == ([12, 3], 1, True), each
        before = json.loads(each["seen"])
        assert before[:3] in ([0, [], 0], [tables, rows, notes]), each
        assert before[3] <= (before[0] > 0), each  # never marked while there is nothing


SURVIVE = [survive_backup, survive_restore, survive_move]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("survive", SURVIVE)
def test_killed_here_and_there(
    survive: Callable[[Installed, Path, int], None], here: Installed, tmp_path: Path
) -> None:
    survive(here, tmp_path, DOSE[survive.__name__])


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("survive", SURVIVE)
def test_killed_at_every_step(
    survive: Callable[[Installed, Path, int], None], here: Installed, tmp_path: Path
) -> None:
    survive(here, tmp_path, sys.maxsize)
