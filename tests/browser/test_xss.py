"""Stored XSS: every payload in every field, header and file name, by form, API and mail; then a walk over the desk.

Nothing may run, nothing may be asked of another host, and the browser may not have had to stop anything (no CSP report).
Every day a few inquiries carry all payloads between them and each kind of screen is opened; as a soak each payload
comes alone and all inquiries are opened.
"""

import base64
import json
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.payloads import FIELD
from tests.browser.test_desk_screens import enter
from tests.live import Live, running
from tests.servers import free_port

FEW, ALONE = 8, len(FIELD)
LINE = 200  # the longest line the form takes
FILES = 5


def parcels(count: int) -> list[tuple[str, ...]]:
    """All payloads, dealt out; every parcel begins with another one."""
    return [FIELD[n::count] for n in range(count)]


@pytest.fixture(scope="module", params=[FEW, pytest.param(ALONE, marks=pytest.mark.soak)])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Live, int]]:
    """The invented company, whose form takes files, and in how many parcels all came by each way."""
    folder, port = tmp_path_factory.mktemp("xss"), free_port()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_", "DJANGO_"))
    }
    arguments = ["demo", "--profile", "demo", "--dir", str(folder), "--port", str(port)]
    with running(folder, arguments, kept, port) as live:
        live.receive(mails(request.param))
        by_api(live, request.param)
        placed(live)
        yield live, request.param


def by_api(live: Live, count: int) -> None:
    """Each payload in each text and in a file's name; a line takes as many as fit, name and company from either end."""
    shown = json.loads(_asked(f"{live.url}/api/v1/forms/inquiry"))
    keys = {each["key"] for each in shown["fields"]}
    for n, some in enumerate(parcels(count)):
        answers = {
            "body": "\n".join(some), "remarks": "\n".join(reversed(some)), "name": _line(some), "company": _line(some[::-1]),
            "phone": "03-0000-0000", "email": f"x{n}@evil.example", "website": f"https://evil.example/{n}?q='-alert(1)-'",
        }  # fmt: skip
        body = {
            "answers": {key: value for key, value in answers.items() if key in keys},
            "notice": shown["notice"]["digest"],
            "files": _files(some),
        }
        _asked(f"{live.url}/api/v1/forms/inquiry/submissions", json.dumps(body).encode())


def _line(some: tuple[str, ...]) -> str:
    line = some[0]
    for each in some[1:]:
        if len(line) + len(each) < LINE:
            line += f" {each}"
    return line


def _files(some: tuple[str, ...]) -> list[dict[str, str]]:
    names = ["".join(some[n::FILES]) for n in range(min(FILES, len(some)))]
    return [{"name": f"{each}.html", "content": base64.b64encode(each.encode()).decode()} for each in names]


def _asked(url: str, body: bytes | None = None) -> bytes:
    request = Request(url, body, {"Content-Type": "application/json"} if body else {})  # noqa: S310  our own server
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())


def mails(count: int) -> Iterator[bytes]:
    """Each payload as display name, subject, text, HTML and name of a file; the last mail goes to 要確認."""
    for n, some in enumerate([*parcels(count), FIELD]):
        word, text = " ".join(some), "\n".join(some)
        html = "\n".join(f"<p>見積のお願い {each}</p>" for each in some)
        raw = _RAW.format(
            n=n, word=f"=?utf-8?B?{_coded(word)}?=", text=_coded(text), html=_coded(html),
            automatic="Auto-Submitted: auto-generated\n" if n == count else "",
        )  # fmt: skip
        yield raw.replace("\n", "\r\n").encode()


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_RAW = """\
From: {word} <m{n}@evil.example>
To: desk@example.jp
Subject: {word}
Message-ID: <xss{n}@evil.example>
{automatic}X-Mailer: {word}
Date: Tue, 24 Nov 2026 10:00:00 +0900
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

{text}
--c
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{html}
--c--
--b
Content-Type: text/html; name="{word}"
Content-Disposition: attachment; filename="{word}"
Content-Transfer-Encoding: base64

{text}
--b--
"""


class Watch:
    """What a page did that it should not have."""

    def __init__(self, page: Page, live: Live) -> None:
        self.seen: list[str] = []
        host = urlsplit(live.url).netloc
        page.on("dialog", lambda dialog: (self.seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda told: self._console(told.text))
        page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        page.on(
            "request",
            lambda asked: (
                urlsplit(asked.url).netloc == host
                or asked.url.startswith(("data:", "blob:", "about:"))
                or self.seen.append(f"request {asked.url}")
            ),
        )

    def _console(self, text: str) -> None:
        if re.search(r"Content Security Policy|Refused to|sandboxed|XSS", text):
            self.seen.append(f"console {text}")


def placed(live: Live, seconds: float = 240) -> None:
    """Until the worker has read every mail."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with closing(sqlite3.connect(live.data / "madoguchi.sqlite3", timeout=10)) as database:
            rows = database.execute("SELECT state, count(*) FROM delivery_arrivedmail GROUP BY state")
            states = dict(rows.fetchall())
        if "waiting" not in states:
            assert states["aside"] == 1
            return
        time.sleep(0.3)
    raise AssertionError("mails are still waiting")


@pytest.mark.timeout(1500)
def test_nothing_stored_ever_runs(browser: Browser, planted: tuple[Live, int]) -> None:
    live, count = planted
    context, page = opened(browser)
    watch = Watch(page, live)
    enter(page, live, "個人情報管理者")
    seen = walk(page, live, 2 * count)

    assert watch.seen == []
    assert set(seen) >= EVERY
    assert seen["inquiry"] == 2 * count
    assert seen["arrived"] == seen["mail_html"] == count + 1
    assert page.evaluate("document.cookie") == ""
    context.close()


# Screens that show what strangers wrote; a walk that misses one proves less than it says.
WHOLE = {"inquiry", "arrived", "mail_html", "person"}
EVERY = {
    "home", "inbox_view", "search", "board", "inquiry", "reply", "note", "person", "aside", "arrived", "mail_html",
    "attached_manage", "on_paper", "website", "outbox", "reports_list", "deletions",
}  # fmt: skip


def opened(browser: Browser) -> tuple[BrowserContext, Page]:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(60_000)
    return context, page


def walk(page: Page, live: Live, most: int) -> Counter[str]:
    """What differs with what was planted up to `most` times, of all else that links lead to one screen of each kind."""
    todo, done, seen = _planted(page, live)[: most + 1], set[str](), Counter[str]()
    todo += [f"{live.url}/desk/mail/?of=settled", f"{live.url}/desk/"]
    while todo:
        url = todo.pop(0)
        kind = kind_of(url)
        if not kind or url in done or seen[kind] >= (most if kind in WHOLE else 1):
            continue
        done.add(url)
        if not _opens(page, url):
            continue
        seen[kind] += 1
        todo += _links(page, live)
    return seen


def _opens(page: Page, url: str) -> bool:
    """Whoever is told that the machine is busy asks again."""
    for _ in range(10):
        answer = page.goto(url)
        assert answer is not None
        if answer.status != 503:
            return answer.ok
        page.wait_for_timeout(1_000)
    raise AssertionError(f"busy all the time: {kind_of(url)}")


def _planted(page: Page, live: Live) -> list[str]:
    """What a search finds, in whatever lane it was put, then the inbox itself."""
    page.locator("input[name=q]").fill("evil")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/search/"))
    found = [page.url]
    while True:
        found += [url for url in _links(page, live) if kind_of(url) == "inquiry"]
        older = page.locator("a[rel=next]")
        if not older.count():
            return list(dict.fromkeys(found))
        page.goto(live.url + str(older.first.get_attribute("href")))


def kind_of(url: str) -> str:
    """One screen, whatever it shows; "" for what is a file or leads out."""
    parts = urlsplit(url)
    write = parse_qs(parts.query).get("write", [""])[0]
    try:
        name = str(resolve(parts.path).url_name)
    except Resolver404:  # the trial's own screens
        name = re.sub(r"[0-9a-f-]{20,}", "…", parts.path)
    if re.search(r"\.\w{3,4}$", parts.path) or name in ("attached", "account_logout"):
        return ""
    return write or name


def _links(page: Page, live: Live) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [url.partition("#")[0] for url in found if url.startswith(f"{live.url}/desk/")]


@pytest.mark.parametrize(
    ("policy", "noticed"),
    [(True, {"console"}), (False, {"dialog", "request"})],
    ids=["stopped by the policy", "not even stopped"],
)
def test_a_screen_that_forgets_to_escape_is_noticed(
    browser: Browser, planted: tuple[Live, int], policy: bool, noticed: set[str]
) -> None:
    """The same walk over the same screens, one of which is spoilt on the way: otherwise the walk proves nothing."""
    live, _ = planted
    context, page = opened(browser)
    watch = Watch(page, live)
    enter(page, live, "個人情報管理者")

    def spoil(route: Route) -> None:
        answer = route.fetch()
        headers = {
            name: value for name, value in answer.headers.items()
            if name not in ("content-length", "content-encoding") and (policy or name != "content-security-policy")
        }  # fmt: skip
        body = answer.text().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        route.fulfill(status=answer.status, headers=headers, body=body)

    page.route(re.compile(r"/desk/mail/[0-9a-f-]{36}/$"), spoil)
    page.goto(f"{live.url}/desk/mail/?of=settled")
    page.goto(next(url for url in _links(page, live) if kind_of(url) == "arrived"))
    page.wait_for_timeout(300)

    assert noticed <= {each.split()[0] for each in watch.seen}
    context.close()


def test_the_corpus_is_large_enough() -> None:
    assert len(set(FIELD)) == len(FIELD) >= 60


def test_the_mails_are_well_formed_and_carry_all() -> None:
    from madoguchi.rooms.delivery.rules import decode

    found = [decode(raw) for raw in mails(FEW)]
    for some, each in zip(parcels(FEW), found, strict=False):
        assert each.html
        assert each.attachments
        assert some[0].split("<")[0].strip()[:3] in each.subject
    assert sorted(each for some in parcels(FEW) for each in some) == sorted(FIELD)
    assert all(each in found[-1].text for each in FIELD if each.isascii() and each.isprintable())
