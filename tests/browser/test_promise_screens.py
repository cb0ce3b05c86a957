"""お約束 on the desk and for customers: accessible, on the narrowest phone, by day and by night, without a script."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

OFFICER = "個人情報管理者"
BOARD = "/desk/promises/"


def look(page: Page, demo: Live, path: str) -> None:
    page.goto(demo.url + path)
    if path == "/promises/":
        page.locator("summary").click()
    clean(page, path)
    assert not sideways(page), path


@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo, OFFICER)
        look(page, live_demo, BOARD)
        page.get_by_role("button", name="「お約束」のページを公開する").click()
        for path in ("/promises/", "/policy/", "/policy/versions/", "/policy/data/"):
            look(page, live_demo, path)
        page.goto(live_demo.url + BOARD)
        page.get_by_role("button", name="非公開にする").click()
        expect(page.get_by_text("「お約束」のページを非公開にしました。")).to_be_visible()


def test_the_page_is_published_read_and_hidden_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo, OFFICER)
        page.get_by_role("link", name="公表する文面", exact=True).click()
        page.get_by_role("link", name="お約束", exact=True).click()
        page.get_by_role("button", name="「お約束」のページを公開する").click()
        page.get_by_role("link", name="「お約束」のページ").click()
        expect(page.get_by_role("table")).to_have_count(0)
        page.get_by_text("条文ごとに見る").click()
        expect(page.get_by_role("cell", name="仕組みで防止").first).to_be_visible()
        page.goto(live_demo.url + BOARD)
        page.get_by_role("button", name="非公開にする").click()
        assert page.goto(f"{live_demo.url}/promises/").status == 404  # type: ignore[union-attr]
