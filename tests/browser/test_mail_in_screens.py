"""メールの受信 and 要確認 in a real browser: accessible by day and night, on the narrowest phone, empty and full."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import clean
from tests.live import Live

ADMIN = "公表する文面と会社の情報"
UNSIGNED = (
    "To: desk@example.jp\r\nSubject: =?utf-8?B?5ZWG5ZOB44Gu57SN5pyf44Gr44Gk44GE44Gm?=\r\n"
    "Message-ID: <unsigned@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n納期を教えてください。\r\n"
).encode()


@pytest.fixture(scope="module")
def full(live_demo: Live, browser: Browser) -> Live:
    """A mail that named nobody is put aside, a mailbox is set up."""
    live_demo.receive([UNSIGNED])
    with opened(browser, script=False) as page:
        enter(page, live_demo, ADMIN)
        page.goto(f"{live_demo.url}/desk/mailboxes/new/")
        page.locator("#address").fill("desk@example.jp")
        page.get_by_label("メールサーバーから渡す").check()
        page.get_by_role("button", name="保存する").click()
        expect(page.locator("table")).to_contain_text("届くのを待っています")
        mail = page.get_by_role("link", name="商品の納期について")
        for _ in range(60):
            page.goto(f"{live_demo.url}/desk/mail/")
            if mail.count():
                break
            page.wait_for_timeout(250)
        expect(mail).to_be_visible()
    return live_demo


def states(page: Page, demo: Live) -> Iterator[str]:
    enter(page, demo, ADMIN)
    for path in ("mailboxes/new/", "mail/?of=settled", "mailboxes/"):
        page.goto(f"{demo.url}/desk/{path}")
        yield path
    page.locator("tbody th a").first.click()
    yield "one mailbox"
    page.goto(f"{demo.url}/desk/mail/")
    yield "aside"
    page.get_by_role("link", name="商品の納期について").click()
    expect(page.get_by_role("heading", name="どうしますか")).to_be_visible()
    yield "one mail"
    page.locator("#number").fill("M-1")
    page.get_by_role("button", name="この件に加える").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "a number that is none"


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, full: Live, width: int, scheme: str
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        for state in states(page, full):
            clean(page, state)
            assert not sideways(page), state
