"""The visitor's conversation in a real browser: accessible by day and night, at 320 px, by keyboard, without a script."""

import re
import time
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.browser.test_public_journey import fill, press
from tests.live import Live

_READ: set[Path] = set()


def code_for(live: Live, address: str, seconds: float = 60) -> str:
    """The six digits of the newest mail to this address; a mail is read once, so that no earlier code is taken for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path in sorted(
            set(live.mailbox.glob("*.eml")) - _READ, key=lambda each: -each.stat().st_mtime_ns
        ):
            mail = message_from_bytes(path.read_bytes())
            subject = str(make_header(decode_header(mail["Subject"])))
            payload = mail.get_payload(decode=True)
            if (
                "確認コード" in subject
                and address in str(mail["Delivered-To"])
                and isinstance(payload, bytes)
            ):
                found = re.search(r"(?m)^ *(\d{6})\r?$", payload.decode())
                assert found is not None
                _READ.add(path)
                return found[1]
        time.sleep(0.2)
    raise AssertionError("no code came")


def to_the_receipt(page: Page, live: Live, address: str) -> None:
    page.goto(live.url)
    fill(page, email=address)
    press(page, "確認画面へ進む")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")
    page.get_by_role("link", name="控えを確認する").click()


@EACH_STATE_ONCE
def test_every_state_is_accessible(browser: Browser, live: Live, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800},
        locale="ja-JP", bypass_csp=True,
    )  # fmt: skip
    page, address = context.new_page(), f"talk-{scheme}-{width}@example.jp"
    to_the_receipt(page, live, address)
    page.get_by_role("link", name="やりとりを見る").click()
    clean(page, "start")
    page.get_by_role("button", name="確認コードを送る").click()
    clean(page, "code")
    page.fill("#code", "123")
    page.get_by_role("button", name="やりとりを開く").click()
    clean(page, "wrong code")
    page.fill("#code", code_for(live, address))
    page.get_by_role("button", name="やりとりを開く").click()
    expect(page.get_by_role("heading", name="続けてお書きになるとき")).to_be_visible()
    page.locator("summary").first.click()
    clean(page, "conversation")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="送信する").click()
    clean(page, "nothing written")
    page.fill("#text", "納期も教えてください。")
    page.get_by_role("button", name="送信する").click()
    expect(page.get_by_role("status")).to_be_visible()
    clean(page, "said")
    context.close()


def test_by_keyboard_alone_and_without_a_script(browser: Browser, live: Live) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page, address = context.new_page(), f"keyboard-{uuid4().hex}@example.jp"
    to_the_receipt(page, live, address)
    tab_to(page, "やりとりを見る")
    press_enter(page)
    tab_to(page, "確認コードを送る")
    press_enter(page)
    tab_to(page, "", name="code")
    code = code_for(live, address)
    page.keyboard.type(code)
    expect(page.locator("[name=code]")).to_have_value(code)
    press_enter(page)
    expect(page.get_by_role("heading", name="続けてお書きになるとき")).to_be_visible()
    tab_to(page, "", name="text")
    page.keyboard.type("キーボードから")
    tab_to(page, "", name="files")
    tab_to(page, "送信する")
    press_enter(page)
    expect(page.locator("#latest")).to_contain_text("キーボードから")
    tab_to(page, "この画面を閉じる（サインアウト）")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("受付の控え")
    context.close()


def press_enter(page: Page) -> None:
    """What has the focus leads to another page, which is there when this returns."""
    with page.expect_event("load"):
        page.keyboard.press("Enter")


def tab_to(page: Page, text: str, *, name: str = "") -> None:
    """Tab until what has the focus says `text`, or is the box of this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0:
            continue
        if (name and focused.get_attribute("name") == name) or (
            text and focused.inner_text().strip() == text
        ):
            return
    raise AssertionError(f"not reachable: {text or name}")
