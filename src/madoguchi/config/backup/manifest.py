"""What a backup says about itself: whence, from when, how many rows, under which keys, how far the ledger was."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from madoguchi import __version__
from madoguchi.config.backup.errors import BackupUnusable
from madoguchi.rooms.vault.queries.copies import KeyInUse

NAME, DATABASE = "manifest.json", "database"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`ledger` is the number of the ledger's last line when the copy began: a shorter ledger was cut."""

    version: str
    made_at: datetime
    engine: str
    rows: dict[str, int]
    digests: dict[str, str]
    ledger: int
    keys: list[KeyInUse]

    def write(self, folder: Path) -> Path:
        path = folder / NAME
        text = asdict(self) | {
            "made_at": self.made_at.isoformat(),
            "keys": [key._asdict() for key in self.keys],
        }
        path.write_text(json.dumps(text, indent=1), encoding="utf-8")
        return path


def read(folder: Path) -> Manifest:
    try:
        text: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        made_at = datetime.fromisoformat(text.pop("made_at"))
        keys = [KeyInUse(**each) for each in text.pop("keys")]
        return Manifest(made_at=made_at, keys=keys, **text)
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupUnusable("このファイルは、この窓口のバックアップではありません。") from None


def newer(version: str) -> bool:
    """Made by a later program than this one, whose tables we do not know."""
    return _numbers(version) > _numbers(__version__)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
