"""At the door of one's own page: does the time of an answer tell whether an address is known (T-C8-2)?

Addresses of people who wrote and of nobody go in turn, shuffled, over one connection: asking for a code, then typing a
wrong one. Each known address is asked once a round, since five mails an hour are what one gets.
"""

import http.client
import random
import time
from collections.abc import Sequence
from statistics import median
from urllib.parse import urlencode

from tests.bench.ground import Ground
from tests.bench.load import CannotMeasure
from tests.bench.table import Table

EACH = 2000  # requests of either sort in a round, each by another address
ROUNDS = 3
_WARM = 50
_CONTENT = {"Content-Type": "application/x-www-form-urlencoded"}


def measure(seed: Ground, table: Table) -> None:
    from django.db import connection

    from tests.bench.visitors import Visitors

    visitors, known = Visitors(), [f"known{number:06}@example.jp" for number in range(EACH)]
    for email in known:
        visitors.submit(email=email)
    connection.close()
    ground = seed.copy("door")
    with ground.running("web"):
        _times(ground.port, "/my/", known[:_WARM], "warm", 200)
        asked = [_times(ground.port, "/my/", known, f"round{n}", 200) for n in range(ROUNDS)]
        typed = [_times(ground.port, "/my/code/", known, f"code{n}", 422) for n in range(ROUNDS)]
    table.add("確認コードのお求め、知らないアドレス", *(median(nobody) for _, nobody in asked), unit="ms")
    for name, rounds in (("確認コードのお求め", asked), ("違うコードの入力", typed)):
        apart = [abs(median(known) - median(nobody)) for known, nobody in rounds]
        table.add(
            f"{name}、知っているアドレスかどうかの中央値の差", *apart, unit="ms", ship=1, most=True, digits=3
        )


def _times(
    port: int, path: str, known: Sequence[str], name: str, status: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of either sort."""
    asked = [(True, to) for to in known] + [(False, f"{name}-{n:06}@example.jp") for n in range(len(known))]
    random.shuffle(asked)
    times: dict[bool, list[float]] = {True: [], False: []}
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    for held, to in asked:
        times[held].append(_timed(connection, path, urlencode({"to": to, "code": "000000"}), status))
    connection.close()
    return times[True], times[False]


def _timed(connection: http.client.HTTPConnection, path: str, body: str, status: int) -> float:
    start = time.perf_counter()
    connection.request("POST", path, body, _CONTENT)
    response = connection.getresponse()
    response.read()
    took = (time.perf_counter() - start) * 1000
    if response.status != status:
        raise CannotMeasure(f"{path} に {response.status} が返りました。")
    return took
