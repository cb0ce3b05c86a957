"""The screens of what the company publishes in a real browser: accessible, on the narrowest phone, without a script."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

OFFICER, ADMIN = "岡田 千尋", "西村 健吾"


def begin(page: Page, demo: Live) -> str:
    """A fresh draft with one word changed; gives back its address."""
    page.goto(f"{demo.url}/desk/policy/")
    page.get_by_role("button", name="改定する").click()
    if not page.url.endswith("/text/"):
        page.locator("summary", has_text="この下書きを取りやめる").click()
        page.get_by_role("button", name="取りやめる", exact=True).click()
        page.get_by_role("button", name="改定する").click()
    box = page.get_by_label("第10条の本文")
    box.fill(f"{box.input_value()}\n\nお電話でも承ります。")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("h1")).to_have_text("プライバシーポリシーの改定")
    return page.url


@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo, OFFICER)
        draft = begin(page, live_demo)
        for path in ("policy/", "policy/take-in/", "notices/", "organisation/"):
            page.goto(f"{live_demo.url}/desk/{path}")
            _looked_at(page, path)
        for path in ("", "text/", "text/?whole", "bindings/"):
            page.goto(draft + path)
            _looked_at(page, path)
        page.goto(f"{draft}bindings/")
        page.get_by_role("button", name="確かめました").click()
        for details in page.locator(".checklist summary").all():
            details.click()
        _looked_at(page, "opened")
        page.get_by_role("button", name="承認を依頼する").click()
        _looked_at(page, "asked")
        page.goto(f"{live_demo.url}/desk/organisation/")
        page.get_by_label("電話番号").fill("でんわ")
        page.get_by_role("button", name="下書きにする").click()
        _looked_at(page, "wrong")


def _looked_at(page: Page, state: str) -> None:
    clean(page, state)
    assert not sideways(page), state


def test_two_people_publish_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page, opened(browser, script=False) as other:
        enter(page, live_demo, OFFICER)
        enter(other, live_demo, ADMIN)
        draft = begin(page, live_demo)
        page.get_by_role("link", name="確かめる", exact=True).click()
        page.get_by_role("button", name="確かめました").click()
        page.get_by_role("button", name="承認を依頼する").click()
        other.goto(f"{live_demo.url}/desk/")
        other.get_by_role("link", name="プライバシーポリシーの改定").click()
        assert other.url == draft
        other.get_by_role("button", name="承認して公表する").click()
        expect(other.get_by_text("を公表しました。いまから、この版をお見せします。")).to_be_visible()
        other.goto(f"{live_demo.url}/policy/")
        expect(other.get_by_text("お電話でも承ります。")).to_be_visible()


def test_the_result_is_seen_while_it_is_written(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        enter(page, live_demo, OFFICER)
        page.goto(f"{live_demo.url}/desk/notices/")
        box, result = page.locator("#refusal"), page.locator("[data-result=refusal]")
        box.fill("{{operator.desk}}は{{#operator.phone}}電話{{/operator.phone}}営業を<b>お断りします。")
        expect(result).to_have_text("仕上がり：個人情報問い合わせ窓口は営業を<b>お断りします。")
        box.fill("{{operator.nobody}}です。")
        expect(result).to_be_hidden()
