"""Commands of another installation, in folders of their own, with the keys of this one."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tests.faults.house import ROOT, database
from tests.live import surroundings
from tests.servers import _binaries


@dataclass
class Elsewhere:
    """An empty data folder with a copy of the keys (and the ledger, which lies beside them)."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.copytree(settings.KEY_DIR, self.keys)
        (self.folder / "data").mkdir(mode=0o700)
        self.database = database()

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def environment(self) -> dict[str, str]:
        path = os.environ["PATH"] + (f":{_binaries()}" if self.database else "")
        return surroundings(self.folder, 8000, PATH=path, **self.database, **self.more)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("madoguchi", *arguments)

    def restore(self, backup: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("restore", str(backup), "--ledger", str(self.keys / "ledger"), *arguments)

    def python(self, code: str) -> str:
        """What a line of Python prints there, after Django is set up."""
        start = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'madoguchi.config.settings'\n"
        command = [sys.executable, "-c", f"{start}import madoguchi, django; django.setup()\n{code}"]
        result = self._call(command)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def _run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._call([sys.executable, "-m", module, *arguments])

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )


def fingerprint(*folders: Path) -> dict[str, str]:
    """Every file's content, but for SQLite's shared memory, which is no data."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }
