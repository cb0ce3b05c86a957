"""What `make run` promises: a question typed in a real browser reaches the desk and the mailbox, sealed on disk."""

import re
import sqlite3
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.live import Live

PLANTED = {
    "body": "紫蘇の苗を七株、来月までにお願いできますか。",
    "name": "左近允 燿子",
    "company": "合資会社ぬばたま堂",
    "phone": "0197-00-4821",
    "email": "yoko.sakonju@nubatama.example",
    "website": "https://nubatama.example/",
    "remarks": "夕刻が都合よいです。",
}


def test_from_the_browser_to_the_desk(live_demo: Live, page: Page) -> None:
    page.goto(live_demo.url + "/")
    for name, value in PLANTED.items():
        page.fill(f"[name={name}]", value)
    page.click("button[name=go][value=confirm]")
    page.click("button[name=go][value=send]")
    expect(page.locator("h1")).to_contain_text("受け付けました")
    number = re.search(r"M-\d{8}-\w{4,8}", page.inner_text("main"))
    assert number is not None

    _mail_arrives(live_demo, number[0])
    page.goto(live_demo.url + "/desk/sign-in/")
    page.click("form button")
    page.goto(f"{live_demo.url}/desk/inquiries/{number[0]}/")
    said = page.inner_text("main")
    assert [value for value in PLANTED.values() if value not in said] == []

    page.goto(live_demo.url + "/desk/mailbox/")
    expect(page.locator("main")).to_contain_text(number[0])


def test_the_data_directory_tells_nothing(live_demo: Live, page: Page) -> None:
    test_from_the_browser_to_the_desk(live_demo, page)
    with sqlite3.connect(live_demo.data / "madoguchi.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    raw = b"".join(path.read_bytes() for path in live_demo.data.rglob("*") if path.is_file())
    log = live_demo.log.read_bytes()
    assert len(raw) > 100_000
    for value in PLANTED.values():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932"):
            encoded = value.encode(encoding, "ignore")
            assert encoded not in raw
            assert encoded not in log


def _mail_arrives(live: Live, number: str, seconds: float = 20) -> Path:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path in live.mailbox.glob("*.eml"):
            if f"Delivered-To: {PLANTED['email']}".encode() in path.read_bytes():
                return path
        time.sleep(0.2)
    raise AssertionError(f"no acknowledgement of {number}")
