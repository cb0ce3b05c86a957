"""The desk before many inquiries: signed in, through HTTP, one page after another."""

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.bench.generate import Made, generate
from tests.bench.ground import Ground
from tests.bench.load import CannotMeasure
from tests.bench.table import Table

TIMES = 200
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Pages:
    """Milliseconds of the 95th of a hundred, and of the 50th."""

    inbox: tuple[float, float]
    home: tuple[float, float]
    receipt: tuple[float, float]
    person: tuple[float, float]
    lists: Mapping[str, tuple[float, float]]
    search: Mapping[str, tuple[float, float]]


# Lists and reports by their address, as the table calls them.
_YEAR = f"?step=month&first={date.today() - timedelta(days=364)}"  # noqa: DTZ011  a day more or less is the same span
_LISTS = {
    "担当の画面": "/desk/inbox/mine/", "期限超過の画面": "/desk/inbox/overdue/", "完了の画面": "/desk/inbox/done/",
    "ボード": "/desk/inbox/board/?of=team", "集計、13週": "/desk/reports/", "集計、12か月": f"/desk/reports/{_YEAR}",
}  # fmt: skip


def measure(seed: Ground, table: Table, *, sizes: Sequence[int]) -> None:
    """One installation that grows from size to size; the last is the one that the targets are for."""
    from django.db import connection

    _staff()
    found: list[Pages] = []
    have = 0
    for size in sizes:
        start = time.perf_counter()
        made = generate(size - have)
        connection.close()
        have = size
        _index(table, size)
        _figures()
        table.notes.append(f"{size:,}件まで増やすのに {time.perf_counter() - start:.0f}秒。")
        with seed.running("web"):
            found.append(_pages(seed.port, made))
    _tell(table, sizes, found)


# What is searched for, by what it is called in the table; the address names only the session's handle.
_SEARCHES = {
    "rare": ("まれな番号", "0300001234"),
    "common": ("よくある二文字", "納期"),
    "letter": ("一文字", "期"),
    "words": ("二つの言葉", "納期 髙﨑"),
    "name": ("氏名の欄", "氏名:髙﨑"),
}


def _index(table: Table, size: int) -> None:
    """All that is there, as the worker makes the index anew."""
    from madoguchi.rooms.inquiries.actions.index import index_some_more
    from madoguchi.rooms.vault.actions.search import reset

    reset()
    start = time.perf_counter()
    while index_some_more():
        pass
    taken = time.perf_counter() - start
    table.notes.append(
        f"{size:,}件の索引を作るのに {taken:.0f}秒（1件 {taken / size * 1000:.2f} ms）、{_index_bytes() / 1e6:,.0f} MB。"
    )


def _figures() -> None:
    """The counts of past days, as the worker keeps them."""
    from madoguchi.rooms.inquiries.actions.figures import measure_some

    while measure_some():
        pass


def _index_bytes() -> int:
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        return sum(path.stat().st_size for path in (settings.DATA_DIR / "search").iterdir())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname ~ '^vault_search_.*_(place|copy)$'"
        )
        return int(cursor.fetchone()[0])


def _staff() -> None:
    from madoguchi.config.profile import read_profile
    from madoguchi.config.samples import add_sample_staff
    from madoguchi.rooms.organisation.queries import entity_named

    entity = entity_named("")
    assert entity is not None
    add_sample_staff(read_profile("eclore"), entity)


def _pages(port: int, made: Made) -> Pages:
    from django.db import connection

    from madoguchi.foundation.lib import links

    cookie = _signed_in()
    receipts = [
        f"/receipts/{links.mint('receipt', id, 1)}/" for id in made.ids[:: max(1, len(made.ids) // TIMES)]
    ]
    connection.close()
    return Pages(
        inbox=_timed(port, ["/desk/inbox/inbox/"], cookie),
        home=_timed(port, ["/desk/"], cookie),
        receipt=_timed(port, receipts, ""),
        person=_timed(port, [f"/desk/inquiries/{made.regular_number}/"], cookie),
        lists={name: _timed(port, [address], cookie) for name, address in _LISTS.items()},
        search={name: _timed(port, [f"/desk/inbox/search/?s={name}"], cookie) for name in _SEARCHES},
    )


def _signed_in() -> str:
    """A session as the sign-in makes it, with a second step registered."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import is_mfa_enabled
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from madoguchi.faces.staff_site.gate import note_second_step, start_session
    from madoguchi.faces.staff_site.sessions import SessionStore
    from madoguchi.rooms.organisation.models import Staff

    staff = Staff.objects.filter(role="clerk").order_by("joined_at", "id").first()
    assert staff is not None
    if not is_mfa_enabled(staff):
        TOTP.activate(staff, generate_totp_secret())
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    start_session(session)
    note_second_step(session)
    session["searches"] = {name: typed for name, (_, typed) in _SEARCHES.items()}
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _timed(port: int, paths: Sequence[str], cookie: str) -> tuple[float, float]:
    """After some to warm up: the 95th and the 50th of a hundred, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"} if cookie else {}
    taken = []
    for turn in range(TIMES + 10):
        start = time.perf_counter()
        connection.request("GET", paths[turn % len(paths)], headers=headers)
        response = connection.getresponse()
        body = response.read()
        taken.append((time.perf_counter() - start) * 1000)
        if response.status != 200 or len(body) < 1000:
            raise CannotMeasure(f"{Path(paths[0]).parent} は {response.status} を返しました。")
    connection.close()
    ordered = sorted(taken[10:])
    return ordered[int(len(ordered) * 0.95)], ordered[len(ordered) // 2]


_NAMES = {
    "inbox": "受信箱の画面",
    "home": "ホームの画面",
    "receipt": "受付票の画面",
    "person": "一人のお問い合わせすべて",
}
_SHIP = {"inbox": 50.0, "person": 100.0}


def _tell(table: Table, sizes: Sequence[int], found: Sequence[Pages]) -> None:
    for name, label in _NAMES.items():
        for size, pages in zip(sizes, found, strict=True):
            p95, _ = getattr(pages, name)
            table.add(f"{label}、{size:,}件、p95", p95, unit="ms", ship=_SHIP.get(name), most=True, digits=1)
        if len(sizes) > 1:
            growth = getattr(found[-1], name)[1] / getattr(found[0], name)[1]
            ship = 2.0 if name != "home" else None
            table.add(
                f"{label}、{sizes[0]:,}件から{sizes[-1]:,}件への伸び(中央値)",
                growth,
                unit="倍",
                ship=ship,
                most=True,
            )
    for name in _LISTS:
        for size, pages in zip(sizes, found, strict=True):
            table.add(
                f"{name}、{size:,}件、p95", pages.lists[name][0], unit="ms", ship=150.0, most=True, digits=1
            )
    _tell_search(table, sizes, found)


def _tell_search(table: Table, sizes: Sequence[int], found: Sequence[Pages]) -> None:
    for name, (label, _) in _SEARCHES.items():
        for size, pages in zip(sizes, found, strict=True):
            p95, _ = pages.search[name]
            table.add(
                f"検索の最初の画面、{label}、{size:,}件、p95", p95, unit="ms", ship=150.0, most=True, digits=1
            )
