"""The reasons an officer chooses from, as a field of elements/field.html."""

from collections.abc import Mapping
from typing import Any


def ground_field(label: str, grounds: Mapping[str, str], chosen: str, error: str = "") -> dict[str, Any]:
    return {
        "name": "ground",
        "label": label,
        "kind": "choice",
        "required": True,
        "options": [{"value": code, "label": text} for code, text in grounds.items()],
        "value": chosen,
        "error": error,
    }


def ground_error(chosen: str, grounds: Mapping[str, str]) -> str:
    return "" if chosen in grounds else "理由をお選びください。"
