"""The authored items, as the tests of the engine read them."""

import json
from functools import cache
from pathlib import Path

from training.screening.data import AUTHORS

FOLDER = Path(__file__).parents[3] / "training" / "screening"


@cache
def items() -> tuple[dict[str, str], ...]:
    return tuple(row for author in AUTHORS for row in _rows(author))


@cache
def stress() -> tuple[dict[str, str], ...]:
    return tuple(_rows("stress"))


def bodies(label: str) -> list[str]:
    return [item["body"] for item in items() if item["label"] == label]


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
