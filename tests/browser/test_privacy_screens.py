"""The contact of clause 10 and its desk in a real browser: accessible, on the narrowest phone, without a script."""

from playwright.sync_api import Browser, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

OFFICER = "個人情報管理者"


@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo, OFFICER)
        page.goto(f"{live_demo.url}/desk/privacy/")
        number = page.locator(".officer td a[href*='open=M-']").first.get_attribute("href") or ""
        one = f"/desk/inquiries/{number.partition('=')[2].partition('#')[0]}/"
        page.goto(f"{live_demo.url}/desk/privacy/register/")
        last = page.locator("main table a").last.get_attribute("href") or ""
        for path in (
            "/forms/privacy/",
            "/desk/privacy/",
            f"{one}?from=inbox",
            last,
            f"{one}privacy/",
            "/desk/inquiries/new/",
        ):
            page.goto(live_demo.url + path)
            clean(page, path)
            assert not sideways(page), path


def test_a_letter_becomes_a_complaint_and_ends_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo, OFFICER)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        page.get_by_role("link", name="手紙・電話を登録する").click()
        page.get_by_label("受け取りかた").select_option("手紙")
        page.locator("#body").fill("名簿から外してください。")
        page.get_by_label("個人情報についてのお申し出").select_option("苦情")
        page.get_by_role("button", name="登録する").click()
        expect(page.get_by_text("手紙で", exact=True)).to_be_visible()
        page.get_by_role("link", name="結果を記して終える").click()
        page.locator("#outcome").select_option("改めた")
        page.get_by_label("どのように対応したか").fill("名簿から外しました。")
        page.get_by_role("button", name="結果を記して終える").click()
        expect(page.get_by_text("お申し出の結果を記し、お問い合わせも完了にしました。")).to_be_visible()
