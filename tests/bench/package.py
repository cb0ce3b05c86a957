"""What is handed over to somebody who wrote a thousand times: how long it takes, how far it is seen to come, the memory
it needs, and what the counter feels of it meanwhile."""

import http.client
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING
from uuid import UUID

from tests.bench import load
from tests.bench.ground import Ground
from tests.bench.load import CannotMeasure
from tests.bench.table import Table

if TYPE_CHECKING:
    from madoguchi.rooms.organisation.queries import Viewer

ADDRESS, NAME = "yoko@nubatama.example", "左近允 燿子"
MESSAGES, ATTACHMENTS, BYTES = 1_000, 200, 200_000
INQUIRIES = 100
RATE, SECONDS = 20, 8  # visitors a second, more than a desk ever sees
LONGEST = 120.0


def measure(seed: Ground, table: Table) -> None:
    from django.db import connection

    from madoguchi.rooms.rights.actions.package import make_package
    from tests.bench.visitors import Visitors

    viewer = _officer()
    few = _asked(viewer, "few@nubatama.example", messages=MESSAGES // 10, attachments=ATTACHMENTS // 10)
    many = _asked(viewer, ADDRESS, messages=MESSAGES, attachments=ATTACHMENTS)
    connection.close()
    growth = []
    for request in (few, many):
        package = _order(viewer, request)
        seconds, grown = _apart(lambda: make_package(package))  # noqa: B023
        growth.append(grown)
    table.add(
        "1,000通・添付200個のファイルを作る（ひとりで）", seconds, unit="秒", ship=10, most=True, digits=1
    )
    table.add("そのあいだのメモリーの増え、100通のとき", growth[0], unit="MB", digits=0)
    table.add(
        "そのあいだのメモリーの増え、1,000通のとき", growth[1], unit="MB", ship=100, most=True, digits=0
    )
    visitors = Visitors()
    with seed.running("serve") as live:
        posts = visitors.write_posts(seed.folder / "posts", 500)
        load.post(live.url, posts, seed.folder, seconds=1, connections=4)
        _worked_off(seed.database)
        lines = visitors.write_posts(posts, 2 * RATE * SECONDS).read_text(encoding="ascii").splitlines()
        calm = _paced(live.url, lines[: RATE * SECONDS])
        quiet, seen = _made(seed.database, _order(viewer, many))
        table.add("同じものを、動いている窓口で作る", quiet, unit="秒", ship=10, most=True, digits=1)
        table.add("そのあいだに見えた進みの数", seen, ship=5, digits=0)
        package = _order(viewer, many)
        busy = _paced(live.url, lines[RATE * SECONDS :])
        _made(seed.database, package)
        table.add("受付の p99、毎秒20件、作っていないとき", calm, unit="ms", digits=0)
        table.add("受付の p99、毎秒20件、作っているあいだ", busy, unit="ms", ship=50, most=True, digits=0)


def _paced(url: str, bodies: list[str]) -> float:
    """The 99th percentile in milliseconds of visitors who come at a steady rate, whatever the counter is doing."""
    took, start = list[float](), time.perf_counter() + 0.1
    with ThreadPoolExecutor(16) as visitors:
        for told in visitors.map(
            lambda each: _visit(url, start + each[0] / RATE, each[1]), enumerate(bodies)
        ):
            took.append(told)
    return quantiles(took, n=100)[98]


def _visit(url: str, at: float, body: str) -> float:
    time.sleep(max(0.0, at - time.perf_counter()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": url, "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    begun = time.perf_counter()
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 303:
        raise CannotMeasure(f"受付が {answer.status} で断られました。")
    return (time.perf_counter() - begun) * 1000


def _officer() -> "Viewer":
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.add_staff import add_staff
    from madoguchi.rooms.organisation.queries import only_entity, viewer_of

    entity = only_entity()
    assert entity is not None
    made = add_staff(
        email="officer@example.jp", name="西村 健吾", role="officer", entity_id=entity.id, by=COMMAND
    )
    return viewer_of(made)


def _asked(viewer: "Viewer", address: str, *, messages: int, attachments: int) -> UUID:
    """Somebody with so much, and their request, decided."""
    from madoguchi.foundation.lib.ids import VISITOR
    from madoguchi.rooms.inventory.queries.apart import theirs
    from madoguchi.rooms.rights.actions.collect import collect
    from madoguchi.rooms.rights.actions.decide import decide
    from madoguchi.rooms.rights.actions.fee import settle_fee
    from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox
    from madoguchi.rooms.rights.actions.open_request import open_request
    from madoguchi.rooms.rights.models import Decision
    from madoguchi.rooms.rights.queries.requests import by_id
    from madoguchi.rooms.rights.rules.asking import Asking

    _write(viewer, address, messages, attachments)
    asking = Asking("disclosure", {"name": NAME, "email": address}, "electronic")
    id = open_request(entity_id=viewer.entity_id, asking=asking, channel="web", by=VISITOR).id
    note_mailbox(request_id=id, by=VISITOR)
    note_check(viewer=viewer, request_id=id, way="call-back", passed=True)
    settle_fee(viewer=viewer, request_id=id, how="waived", waived_for="small")
    living = theirs(by_id(id).person_id)
    collect(viewer=viewer, request_id=id, files=living, seen=living)
    decide(viewer=viewer, request_id=id, outcome="granted")
    Decision.objects.filter(request_id=id).update(two_people=False)  # nobody waits a day for a measurement
    return id


def _write(viewer: "Viewer", address: str, messages: int, attachments: int) -> None:
    from madoguchi.foundation.lib import clock
    from madoguchi.rooms.inquiries.actions.hear import Heard, hear
    from madoguchi.rooms.inquiries.queries.one import by_id
    from madoguchi.rooms.vault.actions.open_file import open_file
    from madoguchi.rooms.vault.actions.store_attachment import store_attachment
    from tests.bench.visitors import BODY

    inquiries = max(1, messages * INQUIRIES // MESSAGES)
    ids = [_submitted(address) for _ in range(inquiries)]
    for number in range(messages - inquiries):
        inquiry = by_id(ids[number % inquiries])
        key = open_file(kind="message", holder=inquiry.person_id)
        hear(inquiry_id=inquiry.id, heard=Heard(f"{number}通目です。\n{BODY}", key, clock.now()))
        if number < attachments:
            content = [secrets.token_bytes(BYTES)]
            store_attachment(key=key, name=f"写真{number}.jpg", media_type="image/jpeg", content=content)


def _submitted(address: str) -> UUID:
    from madoguchi.rooms.consent.queries import notice_in_force
    from madoguchi.rooms.forms.queries import first_form
    from madoguchi.rooms.forms.rules import check_answers
    from madoguchi.rooms.inquiries.actions.receive import Submission, receive
    from madoguchi.rooms.organisation.queries import hours_of
    from madoguchi.rooms.policy.queries.versions import in_force
    from tests.bench.visitors import answers

    form = first_form()
    assert form is not None
    checked = check_answers(form.definition, answers() | {"email": address, "name": NAME})
    return receive(
        Submission(
            form=form, hours=hours_of(form.entity_id), values=checked.values, notice=notice_in_force(form.id).id,
            policy=in_force(form.entity_id).id, draft=secrets.token_urlsafe(32),
        )
    ).id  # fmt: skip


def _order(viewer: "Viewer", request: UUID) -> UUID:
    from django.db import connection

    from madoguchi.rooms.rights.actions.package import order_package

    package = order_package(viewer=viewer, request_id=request, form="electronic")
    connection.close()
    return package


def _apart(act: Callable[[], None]) -> tuple[float, float]:
    """In a process of its own: seconds, and by how many MB its memory grew at most."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
        before, start = _status("VmRSS"), time.perf_counter()
        act()
        seconds = time.perf_counter() - start
        os.write(writing, f"{seconds} {_status('VmHWM') - before}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read().split()
    os.waitpid(child, 0)
    if len(said) != 2:
        raise CannotMeasure("ファイルを作れませんでした。")
    return float(said[0]), float(said[1])


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1000


def _made(database: Path, package: UUID) -> tuple[float, int]:
    """Seconds until it is ready, and how many different steps a page would have shown."""
    start, seen = time.perf_counter(), set[int]()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        while time.perf_counter() - start < LONGEST:
            row = connection.execute(
                "SELECT state, done FROM rights_disclosurepackage WHERE id = ?", [package.hex]
            ).fetchone()
            seen.add(row[1])
            if row[0] == "ready":
                return time.perf_counter() - start, len(seen)
            time.sleep(0.05)
    raise CannotMeasure("お渡しするファイルができあがりません。")


def _worked_off(database: Path) -> None:
    end = time.perf_counter() + LONGEST
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        while connection.execute("SELECT count(*) FROM jobs_job WHERE given_up_at IS NULL").fetchone()[0]:
            if time.perf_counter() > end:
                return
            time.sleep(0.2)
