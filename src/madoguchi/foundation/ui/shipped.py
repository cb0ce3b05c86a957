"""What these screens were when they were shipped, to notice that somebody changed them on the server.

`python -m madoguchi.foundation.ui.shipped` writes the list; `altered()` compares the disk with it.
"""

import hashlib
import json
from pathlib import Path

LIST = Path(__file__).parent / "shipped.json"
PACKAGE = Path(__file__).parents[2]
WATCHED = ("css", "img", "js", "templates")  # folders of these names, wherever in the package they lie


def digests() -> dict[str, str]:
    """SHA-256 of every file that makes a screen, by its path below the package."""
    folders = [folder for name in WATCHED for folder in PACKAGE.rglob(name) if folder.is_dir()]
    files = sorted({file for folder in folders for file in folder.rglob("*") if file.is_file()})
    return {
        file.relative_to(PACKAGE).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def altered() -> list[str]:
    """Paths that were changed, removed or added since shipping, sorted; empty when all is as it was."""
    shipped: dict[str, str] = json.loads(LIST.read_text(encoding="utf-8"))
    return sorted({path for path, _ in shipped.items() ^ digests().items()})


def write() -> None:
    LIST.write_text(json.dumps(digests(), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
