"""`madoguchi screening`: what the shipped weights say of a file of messages, for measuring."""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any

import click

from madoguchi.config.cli import say
from madoguchi.foundation.lib.errors import Refusal

_FIELDS = frozenset({"name", "company", "phone", "email", "url", "body", "remarks", "subject"})


@click.group()
def screening() -> None:
    """営業と迷惑の仕分け。"""


@screening.command()
@click.argument("messages", metavar="FILE.jsonl", type=click.File(encoding="utf-8"))
def score(messages: TextIOWrapper) -> None:
    """一行に一件の JSON を仕分け、一件ずつ JSON で答えます。何も保存せず、教えたことも使いません。"""
    from madoguchi.rooms.screening.queries.scoring import score as score_one

    try:
        for fields in _rows(messages):
            say.line(json.dumps(score_one(fields), ensure_ascii=False))
    except Refusal as refusal:
        say.fail(refusal.message)


def _rows(messages: TextIOWrapper) -> Iterator[dict[str, str]]:
    for number, line in enumerate(messages, 1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> dict[str, str]:
    try:
        row: Any = json.loads(line)
    except ValueError:
        say.fail(f"{number} 行目は JSON ではありません。")
    if not isinstance(row, dict) or not isinstance(row.get("body"), str):
        say.fail(f"{number} 行目に、文字の body がありません。")
    return {name: str(row[name]) for name in _FIELDS if row.get(name) is not None}
