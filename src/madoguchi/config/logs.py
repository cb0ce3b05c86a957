"""Logs are JSON lines that name what happened, never a value somebody typed.

Exceptions are written as their type and the places in our code; their message may quote a value
(`duplicate key … (hanako@…)`), so it never leaves (LAW 8.3; RELIABILITY I10).
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

_CODES = ("status_code", "kind", "code", "count", "milliseconds", "job", "attempt")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        # Only our own modules choose their words; a framework's message may carry a path or a value.
        if record.name.startswith("madoguchi"):
            line["event"] = str(record.msg)
        line |= {name: getattr(record, name) for name in _CODES if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames[-8:]]
