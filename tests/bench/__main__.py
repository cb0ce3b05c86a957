"""`make bench` and `make bench-full`. Non-zero only when something could not be measured."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import ground, load, peers, processes, wire
from tests.bench.ground import Ground
from tests.bench.load import CannotMeasure
from tests.bench.table import Table


def main() -> int:
    asked = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-bench-", dir=asked.dir))
    table, start = Table(), time.perf_counter()
    try:
        load.check_wrk()
        with ground.server(asked.engine) as server:
            _measure(folder, table, asked, server)
    except CannotMeasure as reason:
        print(f"測れませんでした: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table.notes.append(
        f"{time.perf_counter() - start:.0f}秒かかりました。比は、この1回の測定の中だけで比べたものです。"
    )
    print(table.json() if asked.json else table.text())  # noqa: T201
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="madoguchi bench", description="性能を測り、比で示します。")
    parser.add_argument("--full", action="store_true", help="1万・10万・100万件での伸びも測ります(十数分)。")
    parser.add_argument("--rounds", type=int, default=3, help="繰り返しの数(3以上)。")
    parser.add_argument(
        "--only",
        choices=("page", "counter", "stranger", "door", "desk", "package", "screening"),
        help="一部だけを測ります。",
    )
    parser.add_argument(
        "--engine", choices=("sqlite", "postgresql"), default="sqlite",
        help="データベース。postgresql では窓口(desk)だけを測ります。",
    )  # fmt: skip
    parser.add_argument("--sizes", type=_sizes, default=(), help="件数をコンマで区切って(例 10000,100000)。")
    parser.add_argument("--json", action="store_true", help="結果を JSON で示します。")
    parser.add_argument("--dir", help="一時フォルダを作る場所。測りたいディスクを指定します。")
    asked = parser.parse_args()
    asked.only = "desk" if asked.engine == "postgresql" else asked.only
    asked.sizes = asked.sizes or ((10_000, 100_000, 1_000_000) if asked.full else (100_000,))
    return asked


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(each) for each in text.split(",")))


def _measure(folder: Path, table: Table, asked: argparse.Namespace, server: str) -> None:
    if processes.on_memory_disk(folder):
        raise CannotMeasure(
            "一時フォルダがメモリー上にあり、保存の速さを測れません。--dir でディスクを指定してください。"
        )
    seed = ground.install(folder / "seed", server)
    rounds = max(3, asked.rounds)
    if asked.only in (None, "page"):
        _page(seed, folder, table, rounds)
    if asked.only in (None, "counter"):
        from tests.bench import counter

        counter.measure(seed, table, rounds=rounds)
    if asked.only in (None, "stranger"):
        from tests.bench import stranger

        stranger.measure(seed, table, rounds=rounds)
    if asked.only in (None, "door"):
        from tests.bench import door

        door.measure(seed, table)
    if asked.only in (None, "desk"):
        from tests.bench import desk

        desk.measure(seed, table, sizes=asked.sizes)
    if asked.only in (None, "screening"):
        from tests.bench import screening

        screening.measure(table, rounds=rounds)
    if asked.only == "package":
        from tests.bench import package

        package.measure(seed, table)


def _page(seed: Ground, folder: Path, table: Table, rounds: int) -> None:
    table.add(
        "起動から最初の応答まで",
        *(processes.cold_start(seed) for _ in range(rounds)),
        unit="秒",
        ship=3,
        most=True,
    )
    with seed.running("web") as live:
        seen = wire.fetch(seed.port)
        if peers.has_nginx():
            with peers.nginx(folder / "nginx", seen.page) as file:
                pairs = [
                    (load.get(f"{live.url}/", folder, seconds=2).rate, load.get(file, folder, seconds=2).rate)
                    for _ in range(rounds)
                ]
            table.add("フォーム画面(件/秒)", *(ours for ours, _ in pairs), digits=0)
            table.add(
                "フォーム画面 / nginx の同じファイル",
                *(ours / theirs for ours, theirs in pairs),
                ship=0.05,
                digits=3,
            )
        else:
            table.notes.append(
                "nginx が見つからないため、nginx との比は測っていません: apt-get install nginx-light"
            )
    table.add(
        "フォーム画面の転送量(CSS などを含む)", seen.bytes / 1000, unit="kB", ship=25, most=True, digits=1
    )
    table.add("フォーム画面のリクエスト数", seen.requests, ship=3, most=True, digits=0)


if __name__ == "__main__":
    sys.exit(main())
