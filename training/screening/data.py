"""The authored items, checked and settled: schema, labels by SCREENING's table, families of near-same texts."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

from madoguchi.rooms.screening import reading, sameness

HERE = Path(__file__).parent
AUTHORS = tuple(f"b{number}" for number in range(1, 38))
SEALED = ("b38", "b39")  # judged once by the weights that are shipped, and never trained on
GROUPS = tuple(AUTHORS[at::5] for at in range(5))  # authors that are left out together
KEYS = frozenset(
    [
        "id",
        "label",
        "sub",
        "who",
        "trade",
        "band",
        "register",
        "language",
        "family",
        "why",
        "author",
        "licence",
        "name",
        "company",
        "phone",
        "email",
        "url",
        "body",
    ]
)
LABELS = frozenset({"genuine", "pitch", "spam"})
BANDS = ((30, "30"), (60, "60"), (150, "150"), (300, "300"), (10_000, "1000"))
_KEY = b"training"


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    label: str
    author: str
    family: str
    language: str
    register: str
    who: str
    trade: str
    url: str
    company: str
    phone: str
    email: str
    name: str
    body: str
    masked: str
    kana: int

    @property
    def band(self) -> str:
        return next(name for most, name in BANDS if len(self.body) <= most)


@cache
def trained_on() -> tuple[Item, ...]:
    """The items of all authors, doubtful ones relabelled or left out, in the order of the files."""
    settled = json.loads((HERE / "settled.json").read_text("utf-8"))
    rows = [
        row for author in AUTHORS for row in _rows(f"{author}.jsonl") if row["id"] not in settled["dropped"]
    ]
    for row in rows:
        row["label"] = settled["relabelled"].get(row["id"], [row["label"]])[0]
    return tuple(_with_families(rows))


def sealed() -> list[Item]:
    """Of authors whom neither weights nor lines nor rules have seen, as they were written."""
    return [_item(row, row["family"]) for author in SEALED for row in _rows(f"{author}.jsonl")]


def stress() -> list[Item]:
    """Genuine messages only; no weight, no threshold and no family is taken from them."""
    return [_item(row, row["family"]) for row in _rows("stress.jsonl")]


def digest() -> str:
    """Of every file that decides what is learned."""
    whole = hashlib.sha256()
    for name in (*(f"{author}.jsonl" for author in AUTHORS), "settled.json"):
        whole.update((HERE / name).read_bytes())
    return whole.hexdigest()


def blind() -> dict[str, dict[str, list[int]]]:
    """What an earlier version did with authors it had never seen, before they joined: for genuine messages how many,
    moved, badged; for pitches how many, per cent moved, per cent moved or badged; for spam how many, taken out."""
    found: dict[str, dict[str, list[int]]] = json.loads((HERE / "blind.json").read_text("utf-8"))
    return found


def faults() -> list[str]:
    """What is wrong with the files; nothing when they are as they should be."""
    found = []
    rows = [row for author in (*AUTHORS, *SEALED, "stress") for row in _rows(f"{author}.jsonl")]
    for row in rows:
        if set(row) != KEYS:
            found.append(f"{row.get('id')}: 項目が違います")
        elif row["label"] not in LABELS or row["licence"] != "own":
            found.append(f"{row['id']}: 値が違います")
        elif not row["body"].strip():
            found.append(f"{row['id']}: 本文がありません")
    ids = [row["id"] for row in rows]
    return found + [
        f"{each}: 重なっています" for each in sorted({each for each in ids if ids.count(each) > 1})
    ]


def same_texts(items: Iterable[Item]) -> list[tuple[float, str, str]]:
    """Pairs that share a family: Jaccard of masked 5-grams of 0.40 or more. Such a pair shares one of the rarest grams
    of each, so that only those are looked up; what is found is exact."""
    sketches = {item.id: sameness.sketch(item.masked, _KEY) for item in items}
    often = Counter(gram for grams in sketches.values() for gram in grams)
    holders: dict[int, list[str]] = defaultdict(list)
    pairs: set[tuple[str, str]] = set()
    for name, grams in sketches.items():
        rare = sorted(grams, key=lambda gram: (often[gram], gram))
        for gram in rare[: len(grams) - ceil(sameness.SAME * len(grams)) + 1]:
            pairs.update((other, name) for other in holders[gram])
            holders[gram].append(name)
    found = ((sameness.overlap(sketches[one], sketches[two]), one, two) for one, two in sorted(pairs))
    return [pair for pair in found if pair[0] >= sameness.SAME]


def _with_families(rows: list[dict[str, str]]) -> list[Item]:
    items = [_item(row, row["family"]) for row in rows]
    family = {item.id: item.family for item in items}
    for _, one, two in same_texts(items):
        old, new = sorted((family[one], family[two]))
        family = {each: old if name == new else name for each, name in family.items()}
    return [_item(row, family[row["id"]]) for row in rows]


def _item(row: dict[str, str], family: str) -> Item:
    read = reading.read(row["body"])
    kept = {
        key: row[key]
        for key in [
            "id",
            "label",
            "author",
            "language",
            "register",
            "who",
            "trade",
            "url",
            "company",
            "phone",
            "email",
            "name",
            "body",
        ]
    }
    return Item(**kept, family=family, masked=read.masked, kana=read.kana)


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines() if line]
