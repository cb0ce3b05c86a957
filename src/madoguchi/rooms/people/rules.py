"""When a mailed code still opens, how often one may be asked for, and how long a visitor stays signed in. Pure."""

import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from madoguchi.rooms.people.errors import TooManyCodes, TooManyPasskeys, WrongCode, WrongPasskey

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
HOUR = timedelta(hours=1)
CODES_AN_HOUR = 5  # to one address
STAYS = timedelta(minutes=30)  # from the last thing done
STAYS_AT_MOST = timedelta(hours=4)
SIGN_IN = "sign-in"  # the mail that opens one's own page, and the file it lies in
MISSES = 5  # names that were not the one; then the session is over
CEREMONY = timedelta(minutes=10)  # from the page to the answer of the device
PASSKEYS = 10  # of one person
_DIGITS = re.compile(r"[0-9]{6}")


class Sent(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def sent_at(self) -> datetime: ...
    @property
    def tries(self) -> int: ...
    @property
    def spent_at(self) -> datetime | None: ...
    @property
    def digest(self) -> bytes | memoryview: ...


def new_code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    return sha256(b"madoguchi.visitor\x00" + token.encode(errors="replace")).digest()


def code_digest(secret: str, id: UUID, code: str) -> bytes:
    """Keyed, since a million codes are quickly tried by whoever holds only the database."""
    return hmac.digest(secret.encode(), b"madoguchi.code\x00" + id.bytes + code.encode(), "sha256")


def read_code(typed: str) -> str:
    """As people type it: in any width, with spaces or a hyphen in between; empty when it is no code."""
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed))
    return plain if _DIGITS.fullmatch(plain) else ""


def check_code(sent: Sent | None, code: str, *, secret: str, now: datetime) -> None:
    """One answer for everything that does not open, in one way of asking."""
    id, known = (sent.id, bytes(sent.digest)) if sent else (UUID(int=0), b"\x00" * 32)
    same = hmac.compare_digest(code_digest(secret, id, code), known)
    if not (same and _alive(sent, now) and code):
        raise WrongCode


def check_link(sent: Sent | None, now: datetime) -> None:
    """The token in the same mail: whoever has it needs no digits, and spends both."""
    if not _alive(sent, now):
        raise WrongCode


def _alive(sent: Sent | None, now: datetime) -> bool:
    return sent is not None and sent.spent_at is None and now < sent.sent_at + GOOD_FOR and sent.tries < TRIES


def check_may_send(sent_this_hour: int) -> None:
    if sent_this_hour >= CODES_AN_HOUR:
        raise TooManyCodes


def until(began_at: datetime, now: datetime) -> datetime:
    return min(now + STAYS, began_at + STAYS_AT_MOST)


def is_over(misses: int) -> bool:
    return misses >= MISSES


def check_ceremony(asked_at: datetime, used_at: datetime | None, now: datetime) -> None:
    """A question to a device is answered soon, and by each passkey once: what it signed before its last use was
    answered then (WebAuthn 2, 13.4.3)."""
    if not asked_at <= now < asked_at + CEREMONY or (used_at is not None and asked_at <= used_at):
        raise WrongPasskey


def check_counter(stored: int, given: int) -> None:
    """A copy of a key counts for itself (WebAuthn 2, 6.1.1); many devices do not count at all."""
    if (stored or given) and given <= stored:
        raise WrongPasskey


def check_room_for_passkey(held: int) -> None:
    if held >= PASSKEYS:
        raise TooManyPasskeys
