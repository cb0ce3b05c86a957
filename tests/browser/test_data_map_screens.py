"""The data map and its switches in a real browser: accessible, on the narrowest phone, and from switch to form."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

OFFICER = "個人情報管理者"
PAGES = ("/desk/inventory/", "/desk/inventory/birth_date/", "/desk/inventory/location/", "/policy/data/")


@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo, OFFICER)
        for path in PAGES:
            page.goto(live_demo.url + path)
            clean(page, path)
            assert not sideways(page), path


def test_an_item_is_switched_on_asked_and_switched_off_without_a_script(
    browser: Browser, live_demo: Live
) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo, OFFICER)
        page.get_by_role("link", name="個人情報", exact=True).click()
        page.get_by_role("link", name="取扱台帳", exact=True).click()
        page.locator("a", has_text="取得を始める（職業）").click()
        page.get_by_role("button", name="取得を始める").click()
        expect(page.get_by_text("職業の取得を始めました。")).to_be_visible()
        _asks(page, live_demo, 1)
        page.goto(f"{live_demo.url}/desk/inventory/")
        page.get_by_role("link", name="職業", exact=True).click()
        page.get_by_role("button", name="取得をやめる").click()
        expect(page.get_by_text("職業の取得をやめました。")).to_be_visible()
        _asks(page, live_demo, 0)


def _asks(page: Page, demo: Live, count: int) -> None:
    """The public page asks again at most once a second."""
    page.wait_for_timeout(1_100)
    page.goto(demo.url)
    expect(page.get_by_label("職業")).to_have_count(count)
