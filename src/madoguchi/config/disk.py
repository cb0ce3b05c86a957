"""Files that must still be there after a power cut: written through to the disk, name and all."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """A file's content, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(source: Path, target: Path) -> None:
    """`source` gets the name `target`, whole and on disk, in place of what was there."""
    sync(source)
    source.replace(target)
    sync(target.absolute().parent)


def mark(path: Path, text: str = "") -> None:
    """A small file that says something by being there; there with all its text, or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    put(part, path)


def unmark(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync(path.parent)


def forget_cached(path: Path) -> None:
    """So that the next read comes from the disk, where the system offers it."""
    if not hasattr(os, "posix_fadvise"):
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
