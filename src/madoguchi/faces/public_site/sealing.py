"""What travels through a visitor's own page between two steps: signed, so that nobody can write one but us.

base64url(JSON) "." base64url(HMAC-SHA-256 over purpose and JSON). Signed, not secret: it goes only to whoever typed it.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from madoguchi.foundation.lib.digests import canonical_json


def sealed(purpose: bytes, content: Mapping[str, Any]) -> str:
    body = canonical_json(content)
    return f"{_encoded(body)}.{_encoded(_mac(purpose, body))}"


def unsealed(purpose: bytes, text: str) -> tuple[dict[str, Any], bool]:
    """What it says, and whether we wrote it for this purpose. Foreign until then: whatever it is, it is an object."""
    body_text, _, mac_text = text.partition(".")
    body, mac = _decoded(body_text), _decoded(mac_text)
    return _json(body), hmac.compare_digest(mac, _mac(purpose, body))


def _mac(purpose: bytes, body: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose + body, "sha256")


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return b""


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
