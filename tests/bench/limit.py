"""The limit: the rows of one submission as the product writes them, by bare SQLite. No Django, no HTTP.

The statements are taken from two real submissions. What differs between the two is made anew for each row
stored here: ids, look-up values, and everything sealed under a key of its own.
"""

import hmac
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from madoguchi.foundation.lib.ids import new_receipt_number, uuid7

_INDEX_BYTES = 32
_SEALING_BYTES = 28  # nonce and tag
Statement = tuple[str, Sequence[Any]]
Maker = Callable[["_Fresh"], Any]


class _Fresh:
    """What one more submission draws: ids by their first appearance, one key for everything it seals."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.cipher = AESGCM(os.urandom(32))
        self.given: list[Any] = []  # by the statement before

    def id(self, known: str) -> str:
        if known not in self.ids:
            self.ids[known] = uuid7().hex
        return self.ids[known]

    def seal(self, like: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self.cipher.encrypt(nonce, bytes(len(like) - _SEALING_BYTES), b"bench")

    def index(self, key: bytes) -> bytes:
        return hmac.digest(key, os.urandom(16), "sha256")


class Limit:
    """`run` stores submissions for a while, one connection and one durable commit each."""

    def __init__(self, first: list[Statement], second: list[Statement]) -> None:
        assert [sql for sql, _ in first] == [sql for sql, _ in second], "two submissions, two ways of writing"
        self.statements = [
            (sql.replace("%s", "?"), [_maker(a, b) for a, b in zip(one, other, strict=True)])
            for (sql, one), (_, other) in zip(first, second, strict=True)
        ]

    def run(self, database: Path, pragmas: str, seconds: float) -> float:
        """Submissions a second."""
        connection = sqlite3.connect(database, isolation_level=None)
        for pragma in pragmas.split(";"):
            connection.execute(pragma)
        connection.execute("PRAGMA foreign_keys=ON")
        stored, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            self._store(connection)
            stored += 1
        rate = stored / (time.perf_counter() - start)
        connection.close()
        return rate

    def _store(self, connection: sqlite3.Connection) -> None:
        fresh = _Fresh()
        connection.execute("BEGIN IMMEDIATE")
        for sql, makers in self.statements:
            fresh.given = connection.execute(sql, [make(fresh) for make in makers]).fetchall()
        connection.execute("COMMIT")


def _maker(a: Any, b: Any) -> Maker:
    if a == b and not _is_id(a):
        return lambda fresh: a
    match a:
        case bytes() if len(a) == _INDEX_BYTES:
            return lambda fresh: fresh.index(a)
        case bytes():
            return lambda fresh: fresh.seal(a)
        case int():
            return lambda fresh: fresh.given[0][0]
        case str() if a.startswith("M-"):
            return lambda fresh: new_receipt_number(_today(), 8)
        case str() if _is_id(a) and a != b:
            return lambda fresh: fresh.id(a)
    return lambda fresh: a


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 32 and not set(value) - set("0123456789abcdef")


def _today() -> Any:
    from madoguchi.foundation.lib import clock

    return clock.today()


def learn(submit: Callable[[], object]) -> Limit:
    """Watch `submit` twice."""
    return Limit(list(_watched(submit)), list(_watched(submit)))


def _watched(submit: Callable[[], object]) -> Iterator[Statement]:
    from django.db import connection

    seen: list[Statement] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT"):
            seen.append((sql, [bytes(each) if isinstance(each, memoryview) else each for each in params]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        submit()
    return iter(seen)
