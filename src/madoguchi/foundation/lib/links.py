"""Links that authorise: base64url(id ‖ HMAC over purpose, id and issue number).

The same link can be given again, nothing is stored, and raising the issue number of the row revokes
every link given so far. A token for one purpose opens nothing else (ASVS 9.1, 9.2).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from uuid import UUID

from django.conf import settings

_MAC_BYTES = 24


def mint(purpose: str, id: UUID, issue: int = 1) -> str:
    return urlsafe_b64encode(id.bytes + _mac(purpose, id, issue)).decode().rstrip("=")


def named(token: str) -> UUID | None:
    """The id a token names, not yet proven: load the row, then ask `holds` with its issue number."""
    raw = _decode(token)
    return UUID(bytes=raw[:16]) if raw else None


def holds(purpose: str, token: str, issue: int = 1) -> bool:
    raw = _decode(token)
    return raw is not None and hmac.compare_digest(raw[16:], _mac(purpose, UUID(bytes=raw[:16]), issue))


def _decode(token: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return None
    canonical = urlsafe_b64encode(raw).decode().rstrip("=")
    return raw if len(raw) == 16 + _MAC_BYTES and canonical == token else None


def _mac(purpose: str, id: UUID, issue: int) -> bytes:
    message = b"\x00".join((b"madoguchi.link", purpose.encode(), id.bytes, str(issue).encode()))
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")[:_MAC_BYTES]
