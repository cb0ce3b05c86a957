"""The desk before many inquiries: signed in, through HTTP, one page after another."""

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
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
        table.notes.append(f"{size:,}件まで増やすのに {time.perf_counter() - start:.0f}秒。")
        with seed.running("web"):
            found.append(_pages(seed.port, made))
    _tell(table, sizes, found)


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
    )


def _signed_in() -> str:
    """A session as the sign-in makes it, with a second step registered."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import is_mfa_enabled
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from madoguchi.faces.staff_site.gate import start_session
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
