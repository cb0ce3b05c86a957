"""SHA-256 over bytes, and over JSON written one way (sorted keys, no spaces, UTF-8)."""

import hashlib
import json
from typing import Any


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """Hex SHA-256 of a JSON value: the same for the same content, whoever wrote it down."""
    return sha256(canonical_json(value))
