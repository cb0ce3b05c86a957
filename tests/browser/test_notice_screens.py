"""お知らせ, 送信の設定, 送信待ち, 新しいメール in a real browser: accessible, on the narrowest phone, without a script;
and a notice on this machine that is shown once over several pages."""

import json

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

ADMIN, CLERK = "公表する文面と会社の情報", "窓口担当者"
PAGES = ("/desk/account/notices/", "/desk/sender/", "/desk/outbox/", "/desk/mails/new/")


@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo, ADMIN)
        for path in PAGES:
            page.goto(live_demo.url + path)
            clean(page, path)
            assert not sideways(page), path
        page.locator("#to").fill("nobody@example.jp")
        page.locator("#subject").fill("件名")
        page.locator("#text").fill("本文")
        page.get_by_role("button", name="宛先を確かめる").click()
        expect(page.get_by_role("alert")).to_contain_text("お問い合わせをいただいていません")
        clean(page, "refused")


def test_wishes_are_kept_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo, CLERK)
        page.goto(f"{live_demo.url}/desk/account/notices/")
        page.get_by_label("社内メモで、自分の名前が呼ばれた").select_option("まとめて")
        page.get_by_role("button", name="保存する").click()
        expect(page.get_by_text("お知らせの受け取りかたを保存しました。")).to_be_visible()
        expect(page.get_by_label("社内メモで、自分の名前が呼ばれた")).to_have_value("later")
        expect(page.locator("#news-switch")).to_be_hidden()


_WATCH = """
window.shown = [];
window.Notification = class extends EventTarget {
  constructor(title, options) { super(); window.shown.push([title, options.tag]); }
  close() {}
  static permission = "granted";
  static requestPermission() { return Promise.resolve("granted"); }
};
"""


def news(page: Page, count: int, *, quiet: bool = False) -> None:
    """So many came; nothing more at the next question, as the server's own answer would have it."""
    counts = [count]

    def tell(route: Route) -> None:
        told = {
            "count": counts.pop() if counts else 0,
            "latest": "2026-11-24T00:00:00+00:00",
            "quiet": quiet,
        }
        route.fulfill(body=json.dumps(told), content_type="application/json")

    page.route("**/desk/news.json*", tell)


def shown(page: Page) -> list[list[str]]:
    return list(page.evaluate("window.shown"))


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900})
    context.add_init_script(_WATCH)
    return context


def test_a_notice_of_this_machine(browser: Browser, live_demo: Live) -> None:
    """The real answers of the server, the browser's own notices watched; the clock of the page is set forward."""
    context = _context(browser)
    page = context.new_page()
    page.clock.install()
    enter(page, live_demo, CLERK)
    page.goto(f"{live_demo.url}/desk/account/notices/")
    expect(page.locator("#news-told")).to_contain_text("受け取っていません")
    page.get_by_role("button", name="この端末で通知を受け取る").click()
    expect(page.locator("#news-told")).to_contain_text("受け取っています")
    assert shown(page) == []

    second = context.new_page()
    second.clock.install()
    for each in (page, second):
        news(each, 1)
    second.goto(f"{live_demo.url}/desk/")
    for each in (page, second):
        each.clock.fast_forward(21_000)
    for _ in range(100):
        if shown(page):
            break
        page.wait_for_timeout(100)
    assert shown(page) == [["新しいお問い合わせ（受信箱 1件）", "madoguchi-news"]]
    assert shown(second) == []  # one page asks for all

    news(page, 3, quiet=True)
    page.clock.fast_forward(21_000)
    page.wait_for_timeout(300)
    assert len(shown(page)) == 1

    page.get_by_role("button", name="この端末での通知をやめる").click()
    expect(page.locator("#news-told")).to_contain_text("受け取っていません")
    context.close()
