"""What one decision of the screening costs: a usual message, and one of 4,000 characters; and what the weights hold."""

import json
import time
import tracemalloc
from pathlib import Path
from statistics import median

from madoguchi.rooms.screening import model, rules
from tests.bench.table import Table

_FILE = Path(__file__).parents[2] / "training" / "screening" / "b1.jsonl"
_LONG = 4_000


def measure(table: Table, *, rounds: int) -> None:
    tracemalloc.start()
    model.shipped.cache_clear()
    weights = model.shipped()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    texts = [json.loads(line)["body"] for line in _FILE.read_text("utf-8").splitlines()]
    long = ["".join(texts[at:] + texts)[:_LONG] for at in range(0, 100, 10)]
    table.add(
        "仕分け1件(ふつうの文)",
        *(_milliseconds(texts, weights) for _ in range(rounds)),
        unit="ms",
        ship=5,
        most=True,
    )
    table.add(
        "仕分け1件(4,000字)",
        *(_milliseconds(long, weights) for _ in range(rounds)),
        unit="ms",
        ship=20,
        most=True,
    )
    table.add("仕分けの重みのメモリー", held / 1_000_000, unit="MB", ship=30, most=True, digits=1)


def _milliseconds(texts: list[str], weights: model.Weights) -> float:
    """Processor time, so that what else the machine does is not counted."""
    spent = []
    for text in texts:
        start = time.process_time()
        rules.decide(rules.Message(text), weights=weights)
        spent.append((time.process_time() - start) * 1_000)
    return median(spent)
