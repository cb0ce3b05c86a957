"""A stranger at the request page: does the time of an answer tell whether anything is held of an address (T-C8-2)?

Requests for somebody who wrote before and for somebody who never did go in turn, shuffled, over one connection, so
that whatever else this machine does falls on both alike.
"""

import http.client
import random
import time
from statistics import median
from urllib.parse import urlencode

from tests.bench.ground import Ground
from tests.bench.load import CannotMeasure
from tests.bench.table import Table

KNOWN = 500  # people who wrote
EACH = 2000  # requests of either sort
_PATH = "/requests/new/erasure/"


def measure(seed: Ground, table: Table, *, rounds: int) -> None:
    from django.db import connection

    from tests.bench.visitors import Visitors

    visitors, emails = Visitors(), [f"known{number:06}@example.jp" for number in range(KNOWN)]
    for email in emails:
        visitors.submit(email=email)
    connection.close()
    ground = seed.copy("stranger")
    differences, medians = [], []
    with ground.running("web"):
        _answer_times(ground.port, emails[:50], "warm")
        for number in range(rounds):
            known, unknown = _answer_times(ground.port, emails, f"round{number}")
            medians.append(median(unknown))
            differences.append(abs(median(known) - median(unknown)))
    table.add("ご請求の送信、登録のないアドレス", *medians, unit="ms")
    table.add(
        "ご請求の送信、登録の有無による中央値の差", *differences, unit="ms", ship=1, most=True, digits=3
    )


def _answer_times(port: int, known: list[str], name: str) -> tuple[list[float], list[float]]:
    """Milliseconds of either sort."""
    count = EACH if len(known) == KNOWN else len(known)
    asked = [(True, known[number % len(known)]) for number in range(count)]
    asked += [(False, f"{name}-{number:06}@example.jp") for number in range(count)]
    random.shuffle(asked)
    bodies = [(held, _body(email)) for held, email in asked]
    times: dict[bool, list[float]] = {True: [], False: []}
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    for held, body in bodies:
        times[held].append(_timed(connection, body))
    connection.close()
    return times[True], times[False]


def _timed(connection: http.client.HTTPConnection, body: str) -> float:
    start = time.perf_counter()
    connection.request("POST", _PATH, body, {"Content-Type": "application/x-www-form-urlencoded"})
    response = connection.getresponse()
    response.read()
    took = (time.perf_counter() - start) * 1000
    if response.status != 303:
        raise CannotMeasure(f"ご請求の送信に {response.status} が返りました。")
    return took


def _body(email: str) -> str:
    from madoguchi.faces.public_site.requests.slip import new_slip, seal
    from madoguchi.foundation.lib import clock

    slip = new_slip(_PATH, "erasure", {"name": "山田 花子", "email": email}, 0, clock.now())
    return urlencode({"slip": seal(slip), "go": "send"})
