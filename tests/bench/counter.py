"""Submissions: the limit, the burst without a worker, and what holds when everything is worked off as well."""

import sqlite3
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import load
from tests.bench.ground import Ground
from tests.bench.limit import Limit, learn
from tests.bench.load import CannotMeasure
from tests.bench.processes import memory
from tests.bench.table import Table
from tests.live import Live

SECONDS = 4
DRAIN = 60.0  # seconds in which everything must be worked off


@dataclass
class Rounds:
    limit: list[float] = field(default_factory=list)
    action: list[float] = field(default_factory=list)
    burst: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    through: list[float] = field(default_factory=list)
    drained: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def measure(seed: Ground, table: Table, *, rounds: int) -> None:
    from django.conf import settings
    from django.db import connection

    from tests.bench.visitors import Visitors

    visitors, found = Visitors(), Rounds()
    visitors.submit()
    limit = learn(visitors.submit)
    connection.close()
    pragmas = settings.DATABASES["default"]["OPTIONS"]["init_command"]
    bare, counter, whole = (seed.copy(name) for name in ("limit", "burst", "sustained"))
    with ExitStack() as stack:
        web = stack.enter_context(counter.running("web"))
        served = stack.enter_context(whole.running("serve"))
        time.sleep(2)
        found.idle.append(memory(served.process.pid))
        posts = visitors.write_posts(seed.folder / "posts", 500)
        for live in (web, served):  # the first requests import and compile
            load.post(live.url, posts, seed.folder, seconds=1, connections=4)
        _drain(whole.database)
        for _ in range(rounds):
            _round(found, limit, visitors, pragmas, bare, (counter, web), (whole, served))
    _tell(found, table)


def _round(
    found: Rounds,
    limit: Limit,
    visitors: object,
    pragmas: str,
    bare: Ground,
    burst: tuple[Ground, Live],
    sustained: tuple[Ground, Live],
) -> None:
    from tests.bench.visitors import Visitors

    assert isinstance(visitors, Visitors)
    found.limit.append(limit.run(bare.database, pragmas, SECONDS))
    found.action.append(_action(visitors))
    enough = int(found.limit[-1] * SECONDS * 1.2)
    for ground, live in (burst, sustained):
        posts = visitors.write_posts(bare.folder / "posts", enough)
        before, start = _stored(ground.database), time.perf_counter()
        seen = load.post(live.url, posts, bare.folder, seconds=SECONDS)
        stored = _stored(ground.database) - before
        _check(stored, seen, enough)
        if ground is burst[0]:
            found.burst.append(stored / seen.seconds)
            found.p99.append(seen.p99)
        else:
            found.taken.append(stored / seen.seconds)
            found.drained.append(_drain(ground.database))
            found.through.append(stored / (time.perf_counter() - start))
            found.after.append(memory(live.process.pid))


def _action(visitors: object, seconds: float = 2) -> float:
    stored, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        visitors.submit()  # type: ignore[attr-defined]
        stored += 1
    return stored / (time.perf_counter() - start)


def _check(stored: int, seen: load.Load, enough: int) -> None:
    """Every answer was a receipt, and every receipt is a row of its own."""
    if not seen.requests <= stored + 1 or stored > seen.requests + 16 or stored >= enough:
        raise CannotMeasure(
            f"{seen.requests} 件の受付に対して {stored} 件が保存されていました(用意は {enough} 件)。"
        )


def _stored(database: Path) -> int:
    return _one(database, "SELECT count(*) FROM inquiries_inquiry")


def _one(database: Path, sql: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return int(connection.execute(sql).fetchone()[0])


def _drain(database: Path) -> float:
    """Seconds until no job waits any more."""
    start = time.perf_counter()
    while _one(database, "SELECT count(*) FROM jobs_job"):
        if time.perf_counter() - start > 3 * DRAIN:
            raise CannotMeasure("仕事が片づきません。")
        time.sleep(0.1)
    return time.perf_counter() - start


def _tell(found: Rounds, table: Table) -> None:
    ratio = [
        [a / b for a, b in zip(rates, found.limit, strict=True)]
        for rates in (found.burst, found.taken, found.through, found.action)
    ]
    table.add("限界: 同じ行を SQLite だけで(件/秒)", *found.limit, digits=0)
    table.add("受付の処理だけ、HTTP なし / 限界", *ratio[3])
    table.add("受付(バックグラウンド処理は休み)/ 限界", *ratio[0], ship=0.30)
    table.add("受付(バックグラウンド処理も動く)/ 限界", *ratio[1], ship=0.15)
    table.add("受付から発送まで / 限界", *ratio[2])
    table.add("発送し終えるまで", *found.drained, unit="秒", ship=DRAIN, most=True, digits=1)
    table.add("受付の p99、16接続", *found.p99, unit="ms", ship=50, most=True, digits=0)
    # Commits go one by one, so nobody could be faster than the limit takes for sixteen of them.
    floor = [16_000 / rate for rate in found.limit]
    slower = [p99 / least for p99, least in zip(found.p99, floor, strict=True)]
    table.add("その p99 / 限界が16件を保存する時間", *slower, unit="倍", digits=1)
    table.add("メモリー(PSS)、何もないとき", *found.idle, unit="MB", ship=250, most=True, digits=0)
    table.add("メモリー(PSS)、受付のあと", *found.after, unit="MB", ship=250, most=True, digits=0)
