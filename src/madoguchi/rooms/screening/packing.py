"""How what is learned lies under its seal: JSON, compressed. Pure."""

import json
import zlib
from typing import Any


def pack(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), 6)


def unpack(raw: bytes) -> Any:
    return json.loads(zlib.decompress(raw))
