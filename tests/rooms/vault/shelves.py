"""Groups of texts in files of their own, for the tests of the search index."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from madoguchi.foundation.lib.text import search_key
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.search import Group, begin_walk, note_walk, put
from madoguchi.rooms.vault.queries.search import Term, find

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
_WORDS = (
    "見積書", "宛名", "納期", "返品", "送料", "修理", "お願い", "いたします", "ください", "髙橋", "山田", "斉藤",
    "株式会社", "㈱", "㍿", "ｶﾀﾛｸﾞ", "かたろぐ", "０３-１２３４-５６７８", "03(1234)5678", "Ａｂｃ", "abc", "〜", "ー", "、", "。",
    "\n", " ", "　", "鑞", "𠮷", "が", "か\u3099", "12", "2026-11-24",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A group with what was put in of it, by field."""

    group: Group
    file: UUID


def whole_index() -> None:
    """An index that is whole, whatever there is: what is put in from now on is all that it holds."""
    walk = begin_walk()
    if walk is not None:
        note_walk(walk, walked="", whole=True)


@action
def new_file() -> UUID:
    return open_file(kind="inquiry", holder=None).id


def plant(*texts: str, at: int = 0, field: str = "") -> Planted:
    file = new_file()
    group = Group(uuid4(), BEGAN + timedelta(minutes=at), {file: {field: list(texts)}})
    put([group])
    return Planted(group, file)


def found(word: str, field: str = "", *, limit: int = 1000) -> list[UUID]:
    return [group for _, group in find([Term(search_key(word), field)], limit=limit).groups]


def sentences(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(_WORDS, k=chance.randrange(1, 25))) for _ in range(count)]


def raw() -> bytes:
    """Every byte of the index as it lies on disk (SQLite)."""
    return b"".join(path.read_bytes() for path in sorted(folder().rglob("*")) if path.is_file())


def folder() -> Path:
    path: Path = settings.DATA_DIR / "search"
    return path


def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def ids(planted: Iterable[Planted]) -> list[UUID]:
    return [each.group.id for each in planted]


def pieces_of(texts: Sequence[str], seed: int) -> list[str]:
    """Words that occur, of one to nine letters, and some that do not."""
    chance = random.Random(seed)
    folded = [search_key(text) for text in texts if search_key(text)]
    cut = []
    for _ in range(150):
        text = chance.choice(folded)
        start = chance.randrange(len(text))
        cut.append(text[start : start + chance.choice((1, 1, 2, 2, 2, 3, 5, 9))])
    return [*cut, "鑞鑞", "存在しない", "x"]
