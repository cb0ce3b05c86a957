"""The ledger of erasures, stops and withdrawals: signed, append-only, beside the keys (never in a backup).

Written *before* the act, as ids and keyed marks, so that a restored backup can be brought up to date:
`restore` replays it before anything is served. Each line carries the digest of the one before and an
Ed25519 signature; an hourly heartbeat shows up to when the ledger is complete.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import canonical_json, sha256
from madoguchi.rooms.vault.errors import LedgerBroken
from madoguchi.rooms.vault.keyring import keyring

SEGMENT_LINES = 10_000
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    at: str
    kind: str
    facts: Mapping[str, Any]


def folder_of(key_dir: Path) -> Path:
    return key_dir / "ledger"


def write(folder: Path, kind: str, facts: Sequence[Mapping[str, Any]]) -> None:
    """Add one signed line for each of `facts` and wait until all are on disk."""
    with _locked(folder):
        number, before = _end(folder)
        waiting: dict[Path, bytes] = {}
        for each in facts:
            number += 1
            raw = _signed(number, before, kind, each)
            before, segment = sha256(raw), _segment(folder, number)
            waiting[segment] = waiting.get(segment, b"") + raw + b"\n"
        for segment, lines in waiting.items():
            _append(segment, lines)


def _signed(number: int, before: str, kind: str, facts: Mapping[str, Any]) -> bytes:
    at = clock.now().isoformat()
    body = {"number": number, "at": at, "kind": kind, "facts": dict(facts), "before": before}
    signature = b64encode(_signer().sign(canonical_json(body))).decode()
    return canonical_json(body | {"signature": signature})


def read(folder: Path) -> Iterator[Line]:
    """Every line in order, each proven; raises LedgerBroken at the first that does not follow."""
    public, before, expected = _signer().public_key(), START, 1
    for raw in _lines(folder):
        body = _parse(raw)
        signature = body.pop("signature", "")
        if body.get("number") != expected or body.get("before") != before:
            raise LedgerBroken
        try:
            public.verify(b64decode(signature), canonical_json(body))
        except (InvalidSignature, ValueError, TypeError):
            raise LedgerBroken from None
        before, expected = sha256(raw), expected + 1
        yield Line(body["number"], body["at"], body["kind"], body["facts"])


def length(folder: Path) -> int:
    """The number of the last whole line, without proving those before it."""
    with _locked(folder):
        return _end(folder)[0]


def take_over(folder: Path, source: Path) -> None:
    """Another folder's lines, of which ours are the beginning, become ours. Killed halfway it has a part more."""
    with _locked(folder):
        for segment in _segments(source):
            part = folder / f"{segment.name}.part"
            part.write_bytes(segment.read_bytes())
            _sync(part)
            part.replace(folder / segment.name)
            _sync(folder)


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        raise LedgerBroken from None
    if not isinstance(body, dict):
        raise LedgerBroken
    return body


def _signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyring().key("ledger").secret)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("segment-*.jsonl"))


def _segment(folder: Path, number: int) -> Path:
    return folder / f"segment-{(number - 1) // SEGMENT_LINES + 1:06}.jsonl"


def _lines(folder: Path) -> Iterator[bytes]:
    torn = False
    for segment in _segments(folder):
        with segment.open("rb") as file:
            for raw in file:
                if torn:
                    raise LedgerBroken
                torn = not raw.endswith(b"\n")
                if not torn:  # the very last write may be cut by a crash; it was never acted upon
                    yield raw.rstrip(b"\n")


def _end(folder: Path) -> tuple[int, str]:
    """Number and digest of the last whole line; a torn one after it is cut off first."""
    for segment in reversed(_segments(folder)):
        content = segment.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            with segment.open("r+b") as file:
                file.truncate(len(whole))
        if whole:
            last = whole.rstrip(b"\n").rpartition(b"\n")[2]
            return int(_parse(last)["number"]), sha256(last)
    return 0, START


def _append(path: Path, raw: bytes) -> None:
    fresh = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while raw:  # a full disk takes a part, then refuses the rest
            raw = raw[os.write(descriptor, raw) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if fresh:
        _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
