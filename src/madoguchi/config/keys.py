"""A copy of the key folder, encrypted to somebody outside; and the drill that shows it would do.

The copy is made and opened in memory: no plain key ever lies anywhere but in the key folder, not even when
the power goes in between. The ledger goes along, so that a lost folder does not lose it.
"""

import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyrage
from django.conf import settings

from madoguchi import __version__
from madoguchi.config import disk
from madoguchi.config.identity import IDENTITY, read_identity
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.vault.actions import rotate
from madoguchi.rooms.vault.queries.key_copy import check_copy, key_files, ring_of_copy

NAME = "madoguchi-keys.json"
ABOUT = Ref("keys", NOBODY)
_LEDGER = "ledger"


class KeyCopyUnusable(Refusal):
    code = "key-copy-unusable"
    default = "鍵のバックアップを使えません。"


@dataclass(frozen=True, slots=True)
class Drilled:
    """`opened`: key-encryption keys that opened a file; none when nothing is stored yet."""

    made_at: datetime
    keys: int
    opened: int


def back_up_keys(target: Path, recipient: str) -> int:
    """How many key files are in it. The file appears under its name only when it is whole and on disk."""
    to = _recipient(recipient)
    with rotate.alone():
        content = _contents()
    sealed = pyrage.encrypt(_tar(content), [to])
    _write(target, sealed)
    record("keys.backed-up", about=ABOUT, by=COMMAND, details={"keys": len(_keys(content))})
    return len(_keys(content))


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        to = pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise KeyCopyUnusable(
            "--to の値は age の公開鍵ではありません。", next_step="age1 で始まる公開鍵を書いてください。"
        ) from None
    own = settings.KEY_DIR / IDENTITY
    if own.exists() and str(read_identity(own).to_public()) == str(to):
        raise KeyCopyUnusable(
            f"この公開鍵の秘密鍵({IDENTITY})は鍵フォルダの中にあります。鍵フォルダを失うと、このバックアップも開けません。",
            next_step="別の場所で `age-keygen` を実行し、その公開鍵を書いてください。",
        )
    return to


def _contents() -> dict[str, bytes]:
    folder: Path = settings.KEY_DIR
    paths = [*key_files(folder), folder / "secret.key", folder / IDENTITY]
    paths += sorted((folder / _LEDGER).glob("segment-*.jsonl"))
    note = {"version": __version__, "made_at": clock.now().isoformat()}
    return {NAME: json.dumps(note).encode()} | {
        str(path.relative_to(folder)): path.read_bytes() for path in paths if path.exists()
    }


def _keys(content: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: raw for name, raw in content.items() if name.endswith(".key") and name != "secret.key"}


def _tar(content: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, raw in content.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(raw), 0o600
            tar.addfile(entry, io.BytesIO(raw))
    return packed.getvalue()


def _write(target: Path, sealed: bytes) -> None:
    part = target.absolute().with_name(f".{target.name}.part")
    with _written(target):
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
            disk.put(part, target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _written(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise KeyCopyUnusable(
            f"{target} に書けませんでした。",
            next_step="フォルダがあることと、空きと権限を確かめてください。",
        ) from None


def drill(source: Path, identity: Path) -> Drilled:
    """Open the copy, compare it with what the database needs, and open a file with it. Changes nothing."""
    content = _opened(source, identity)
    ring = ring_of_copy(_keys(content))
    opened = check_copy(ring)
    _check_beside(content)
    record("keys.drilled", about=ABOUT, by=COMMAND, details={"keys": len(_keys(content)), "opened": opened})
    return Drilled(datetime.fromisoformat(json.loads(content[NAME])["made_at"]), len(_keys(content)), opened)


def _opened(source: Path, identity: Path) -> dict[str, bytes]:
    try:
        key = read_identity(identity)
    except (pyrage.IdentityError, OSError, UnicodeDecodeError):
        raise KeyCopyUnusable(
            f"{identity} から age の秘密鍵を読めません。",
            next_step="AGE-SECRET-KEY-1 で始まる行のあるファイルを使ってください。",
        ) from None
    try:
        content = _untar(pyrage.decrypt(source.read_bytes(), [key]))
    except (pyrage.DecryptError, tarfile.TarError, OSError, EOFError):
        raise KeyCopyUnusable(
            f"{source} を復号できません。",
            next_step="秘密鍵が合っているかと、ファイルが途中で切れていないかを確かめてください。",
        ) from None
    if NAME not in content:
        raise KeyCopyUnusable(
            f"{source} は鍵のバックアップではありません。",
            next_step="`madoguchi keys backup` で作ったファイルを指定してください。",
        )
    return content


def _untar(raw: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = [(each.name, tar.extractfile(each)) for each in tar if each.isfile()]
        return {name: file.read() for name, file in members if file is not None}


def _check_beside(content: Mapping[str, bytes]) -> None:
    """What is no epoch: the key of links and of backups must be the same, the ledger a beginning of ours."""
    folder: Path = settings.KEY_DIR
    for name in ("secret.key", IDENTITY):
        here = (folder / name).read_bytes() if (folder / name).exists() else None
        if here is not None and content.get(name) != here:
            raise KeyCopyUnusable(
                f"鍵のバックアップの {name} が、いまの鍵フォルダのものと違います。",
                next_step="`madoguchi keys backup` で取り直してください。",
            )
    for name, raw in content.items():
        if name.startswith(f"{_LEDGER}/") and not _begins(folder / name, raw):
            raise KeyCopyUnusable(
                "鍵のバックアップの消去台帳が、いまの台帳の続きにつながりません。",
                next_step="`madoguchi keys backup` で取り直してください。",
            )


def _begins(path: Path, raw: bytes) -> bool:
    return path.exists() and path.read_bytes().startswith(raw)
