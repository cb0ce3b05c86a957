"""Identifiers: UUIDv7 for rows (RFC 9562), `Ref` to name a thing of a higher room, receipt numbers."""

import os
import re
import secrets
import time
import unicodedata
from datetime import date
from typing import NamedTuple
from uuid import UUID

# Read aloud on the telephone without doubt: no 0 O 1 I L U.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER = rf"-?(\d{{8}})-?([{ALPHABET}]{{4,8}})"
_RECEIPT, _REQUEST = re.compile("M" + _NUMBER), re.compile("R" + _NUMBER)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))


class Ref(NamedTuple):
    """Names a person, a staff member, an inquiry … across rooms: a kind and an opaque id, never a model."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


NOBODY = UUID(int=0)
COMMAND = Ref("command", NOBODY)
WORKER = Ref("worker", NOBODY)
VISITOR = Ref("visitor", NOBODY)


def uuid7() -> UUID:
    """Time-ordered and unguessable enough for a row; never used as a secret (ASVS 11.5.1)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


def new_receipt_number(day: date, letters: int = 4) -> str:
    """Like M-20261124-7K4P: a day and random letters, so it tells nothing of the volume."""
    return f"M-{day:%Y%m%d}-{_letters(letters)}"


def new_request_number(day: date, letters: int = 5) -> str:
    """Like R-20261124-7K4PQ, of a request under the Act: no inquiry has the same."""
    return f"R-{day:%Y%m%d}-{_letters(letters)}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def read_receipt_number(text: str) -> str | None:
    """A receipt number as typed by a person, in any width and case; None if it is not one."""
    found = _RECEIPT.fullmatch(_plain(text))
    return f"M-{found[1]}-{found[2]}" if found else None


def read_request_number(text: str) -> str | None:
    found = _REQUEST.fullmatch(_plain(text))
    return f"R-{found[1]}-{found[2]}" if found else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(_HYPHENS).replace(" ", "")
