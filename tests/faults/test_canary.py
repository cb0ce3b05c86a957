"""Nothing typed leaves the sealed columns: every journey with marked values, faults included, then every byte written.

Looked through: the data directory with its database and search index, the key directory with its ledger, the
log with every traceback, /metrics, and the temporary files (RELIABILITY I10; clause 6-6).
"""

import os
import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import FilePayload, Page

from tests.browser.test_conversation_screens import code_for
from tests.live import Live, running
from tests.servers import free_port

MARKED = {
    "body": "鶸色の暖簾を三枚、来春までに染めていただけますか。",
    "name": "四十物谷 珠緒",
    "company": "合名会社ひわいろ染工",
    "phone": "0176-00-7319",
    "email": "tamao.aimonoya@hiwairo.example",
    "website": "https://hiwairo.example/noren",
    "remarks": "藍甕の見学も希望しております。",
}
LATER = {
    "note": "蔵の鍵は杉戸の奥という話だった。",
    "reply": "型紙は雪輪文様でお作りいたします。",
    "corrected": "0176-00-8842",
    "said": "房は苧麻でお願いいたします。",
    "file's name": "鳥の子紙見本帖",
    "file's content": "御納戸色の端切れを同封しました。",
    "sent name": "暖簾割付図控",
    "sent content": "割付は曲尺にて記しました。",
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp")


@contextmanager
def trial(folder: Path) -> Iterator[Live]:
    """`demo` with temporary files of its own, and a traceback on the log when a process is made to crash."""
    port = free_port()
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MADOGUCHI_", "DJANGO_"))}
    (folder / "tmp").mkdir(parents=True)
    environment = kept | {"TMPDIR": str(folder / "tmp"), "PYTHONFAULTHANDLER": "1"}
    with running(folder, ["demo", "--dir", str(folder), "--port", str(port)], environment, port) as live:
        yield live


@pytest.mark.timeout(240)
def test_every_journey_leaves_no_marked_value(tmp_path: Path, page: Page) -> None:
    with trial(tmp_path / "trial") as live:
        number = visit(live, page)
        converse(live, page)
        at_the_desk(live, page, number)
        in_trouble(live, page)
        figures = urlopen(f"{live.url}/metrics", timeout=5).read()  # noqa: S310  our own server
        crash(live)
    with closing(sqlite3.connect(live.data / "madoguchi.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    written = dict(everything_written(live.folder)) | {"metrics": figures}

    assert {"log", "metrics"} < set(written)
    assert any(name.startswith("data/search") for name in written)
    assert sum(map(len, written.values())) > 500_000
    assert b'"error"' in written["log"]  # a fault was met and told
    assert b"Fatal Python error" in written["log"]
    assert found_in(written) == []


def test_a_planted_value_is_found(tmp_path: Path) -> None:
    for place, content in (("log", MARKED["name"].encode()), ("data/x", MARKED["body"].encode("cp932"))):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"..." + content + b"...")

    assert found_in(dict(everything_written(tmp_path))) == [
        ("data/x", "body"), ("data/x", "words"), ("log", "family"), ("log", "name"),
    ]  # fmt: skip


def everything_written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All but the mailbox, which shows what was sent on purpose."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith("mailbox"):
            yield name, path.read_bytes()


def found_in(written: dict[str, bytes]) -> list[tuple[str, str]]:
    marks = [
        (name, value.encode(encoding, "ignore"))
        for name, value in (MARKED | LATER | _parts()).items()
        for encoding in ENCODINGS
    ]
    return sorted({(place, name) for place, raw in written.items() for name, mark in marks if mark in raw})


def _parts() -> dict[str, str]:
    """What would be left if only a piece leaked: a family name, a mailbox, the digits of a number."""
    return {
        "family": "四十物谷", "mailbox": "tamao.aimonoya", "words": "鶸色の暖簾", "digits": "0176007319",
        "international": "+81176007319", "new digits": "0176008842", "escaped": "\\u56db\\u5341\\u7269\\u8c37",
        "in an address": "%E5%9B%9B%E5%8D%81%E7%89%A9%E8%B0%B7",
    }  # fmt: skip


def visit(live: Live, page: Page) -> str:
    """A wrong try, then the inquiry, its receipt and its link."""
    page.goto(live.url + "/")
    for name, value in (MARKED | {"email": "tamao.aimonoya@"}).items():
        page.fill(f"[name={name}]", value)
    page.click("button[name=go][value=confirm]")
    assert page.input_value("[name=body]") == MARKED["body"]
    page.fill("[name=email]", MARKED["email"])
    page.click("button[name=go][value=confirm]")
    page.click("button[name=go][value=send]")
    number = re.search(r"M-\d{8}-\w{4,8}", page.inner_text("main"))
    assert number is not None
    return number[0]


def converse(live: Live, page: Page) -> None:
    """From the receipt, by the mailed code: a message with a file."""
    page.get_by_role("link", name="控えを確認する").click()
    page.get_by_role("link", name="やりとりを見る").click()
    page.get_by_role("button", name="確認コードを送る").click()
    page.fill("#code", code_for(live, MARKED["email"]))
    page.get_by_role("button", name="やりとりを開く").click()
    page.fill("#text", LATER["said"])
    page.set_input_files("#files", [_file("file's")])
    page.get_by_role("button", name="送信する").click()
    assert LATER["said"] in page.inner_text("#latest")
    assert LATER["file's name"] in page.inner_text("#latest")


def _file(whose: str) -> FilePayload:
    """Under its marked name, larger than one chunk, so that whoever spooled it would have to write it down."""
    content = LATER[f"{whose} content"].encode() * 20_000
    return {"name": f"{LATER[f'{whose} name']}.txt", "mimeType": "text/plain", "buffer": content}


def at_the_desk(live: Live, page: Page, number: str) -> None:
    page.goto(live.url + "/desk/sign-in/")
    page.get_by_role("button", name=re.compile("個人情報管理者")).click()
    inquiry = f"{live.url}/desk/inquiries/{number}/"
    page.goto(inquiry)
    assert MARKED["name"] in page.inner_text("main")
    _say(page, inquiry, "note", LATER["note"])
    _attach(page, inquiry)
    _say(page, inquiry, "reply", LATER["reply"])
    _search(live, page)
    page.goto(inquiry)
    page.goto(live.url + str(page.locator("a[href*='/desk/people/']").first.get_attribute("href")))
    assert MARKED["phone"] in page.inner_text("main")
    person = page.url
    _correct(page)
    for address in ("/desk/", "/desk/inventory/", "/desk/retention/", "/desk/deletions/"):
        page.goto(live.url + address)
    page.goto(person)
    _erase(page)
    page.goto(inquiry)
    assert MARKED["name"] not in page.inner_text("main")


def _say(page: Page, inquiry: str, verb: str, text: str) -> None:
    page.goto(f"{inquiry}?write={verb}")
    form = page.locator("#composer form")
    form.locator("textarea").fill(text)
    form.locator("[data-send]").first.click()


def _attach(page: Page, inquiry: str) -> None:
    page.goto(f"{inquiry}?write=reply")
    page.set_input_files("#attach-files", [_file("sent")])
    page.locator(".attach-new button").click()
    assert LATER["sent name"] in page.inner_text("#composer")
    with page.expect_download() as saved:
        page.locator(".timeline .files a", has_text=LATER["file's name"]).first.click()
    assert LATER["file's content"].encode() in saved.value.path().read_bytes()


def _search(live: Live, page: Page) -> None:
    """The index is written by the worker, moments after the inquiry."""
    for _ in range(60):
        page.goto(live.url + "/desk/inbox/")
        page.locator("input[name=q]").fill("鶸色の暖簾")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("search"))
        if "ひわいろ" in page.inner_text("main"):
            return
        time.sleep(0.5)
    raise AssertionError("the inquiry was never found by its words")


def _correct(page: Page) -> None:
    page.locator("a[href*='/correct/'][href*='phone']").first.click()
    page.locator("main form input[type=text], main form input[type=tel]").first.fill(LATER["corrected"])
    page.locator("main form select").first.select_option(index=1)
    page.get_by_role("button", name="この内容に訂正する").click()
    assert LATER["corrected"] in page.inner_text("main")


def _erase(page: Page) -> None:
    page.get_by_role("button", name="この方の情報の消去に進む").click()
    page.locator("main form select").first.select_option(index=1)
    page.check("#sure")
    page.get_by_role("button", name="消去する", exact=True).click()
    assert "deletions" in page.url


def in_trouble(live: Live, page: Page) -> None:
    """A submission while a table is away: a page for the visitor, a traceback for the log, the text kept."""
    page.goto(live.url + "/")
    for name, value in MARKED.items():
        page.fill(f"[name={name}]", value)
    page.click("button[name=go][value=confirm]")
    with away(live, "consent_presentation"):
        page.click("button[name=go][value=send]")
        page.wait_for_load_state()
        assert MARKED["body"] in page.content()


@contextmanager
def away(live: Live, table: str) -> Iterator[None]:
    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(live.data / "madoguchi.sqlite3", timeout=10)) as database:
            database.execute("PRAGMA legacy_alter_table=ON")
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename(table, f"{table}_away")
    yield
    rename(f"{table}_away", table)


def crash(live: Live) -> None:
    """The web and worker processes are made to abort, as a fault in a library would."""
    for child in psutil.Process(live.process.pid).children(recursive=True):
        if "python" in child.name():
            child.send_signal(signal.SIGABRT)
    time.sleep(2)
