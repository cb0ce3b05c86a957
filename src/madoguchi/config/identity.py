"""Two small files of the key folder that are needed before Django: what signs links, what backups open with."""

import os
import secrets
from pathlib import Path

import pyrage

IDENTITY = "backup.agekey"


def make_identity(folder: Path) -> None:
    """Written once; whoever holds it can open every backup made to it."""
    path = folder / IDENTITY
    if path.exists():
        return
    identity = pyrage.x25519.Identity.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())


def read_identity(path: Path) -> pyrage.x25519.Identity:
    """Raises OSError, UnicodeDecodeError or pyrage.IdentityError for what holds no age key."""
    lines = [
        line for line in path.read_text(encoding="ascii").splitlines() if line and not line.startswith("#")
    ]
    return pyrage.x25519.Identity.from_str("".join(lines[:1]))


def write_secret_key(folder: Path) -> None:
    """Once; a new one would void every link given so far."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret.key"
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
