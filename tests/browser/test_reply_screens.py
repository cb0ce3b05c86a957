"""Writing a reply in a real browser: accessible in every state, few steps, and nothing typed is lost."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sent, sideways
from tests.browser.test_public_axe import clean
from tests.live import Live

TEMPLATE = (
    "{{氏名}}\n\nお問い合わせありがとうございます。\n受付番号 {{受付番号}} の件、承知しました。\n{{担当者名}}"
)
ODD = "鈴木 一郎 様\n\n見積書を添付いたします。"


def template(page: Page, demo: Live, name: str, text: str) -> None:
    page.goto(f"{demo.url}/desk/templates/new/")
    page.fill("#name", name)
    page.fill("#text", text)
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".ordered")).to_contain_text(name)


def inquiry(demo: Live) -> str:
    """The address of one that just came: whoever else works at this desk has not answered it."""
    number = sent(demo, email=f"{uuid4().hex}@example.jp")
    return f"{demo.url}/desk/inquiries/{number}/?from=inbox"


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def looked_at(page: Page, name: str, *, dark: bool) -> None:
    if dark:
        assert Axe().run(page, options=CONTRAST).response["violations"] == [], name
    else:
        clean(page, name)
    assert not sideways(page), name


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("scheme", "width", "nth"),
    [("light", 320, 0), ("dark", 768, 1), pytest.param("light", 1440, 2, marks=pytest.mark.soak)],
)
def test_every_state_of_the_composer_is_accessible(
    browser: Browser, live_demo: Live, scheme: str, width: int, nth: int
) -> None:
    dark = scheme == "dark"
    with opened(browser, scheme=scheme, width=width) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/templates/new/")
        page.fill("#text", TEMPLATE)
        page.get_by_role("button", name="仕上がりを見る").click()
        looked_at(page, "template", dark=dark)
        template(page, live_demo, f"お礼 {nth}", TEMPLATE)
        looked_at(page, "templates", dark=dark)
        url = inquiry(live_demo)
        page.goto(f"{url}&write=reply")
        looked_at(page, "composer", dark=dark)
        page.fill("#reply-text", "{{日付}}に伺います。")
        page.get_by_role("button", name="返信する").first.click()
        expect(page.locator("#problem")).to_contain_text("「日付」が埋まっていません")
        looked_at(page, "unfilled", dark=dark)
        page.fill("#reply-text", ODD)
        page.get_by_role("button", name="返信する").first.click()
        expect(page.locator("#odd")).to_contain_text("「鈴木 一郎 様」")
        looked_at(page, "odd", dark=dark)
        page.get_by_role("button", name="このまま送る").click()
        expect(page.locator("[data-left]")).to_contain_text("秒")
        looked_at(page, "sent", dark=dark)
        page.locator("[data-leaves] button").click()
        expect(page.locator("#reply-text")).to_have_value(ODD)
        page.get_by_role("button", name="承認を依頼する").click()
        page.get_by_role("button", name="このまま依頼する").click()
        expect(page.locator("#proposal-h")).to_have_text("承認を待っているお返事")
        looked_at(page, "proposed", dark=dark)
        with opened(browser, scheme=scheme, width=width) as other:
            enter(other, live_demo, "個人情報管理者")
            other.goto(f"{live_demo.url}/desk/")
            looked_at(other, "home", dark=dark)
            other.goto(f"{url}&write=reply")
            looked_at(other, "to decide", dark=dark)
            other.locator(".return summary").click()
            other.fill("#reason", "宛名を直してください。")
            looked_at(other, "sending back", dark=dark)
            page.goto(f"{url}&write=reply")
            looked_at(page, "locked", dark=dark)
            other.locator(".return button").click()
            expect(other.locator("#proposal-h")).to_have_text("差し戻されたお返事")


def test_answering_by_template_takes_at_most_six_actions(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        enter(page, live_demo)
        template(page, live_demo, "六つ", TEMPLATE)
        number = inquiry(live_demo).split("/")[-2]
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        steps: list[str] = []

        def step(name: str, act: Callable[[], object]) -> None:
            act()
            steps.append(name)

        step("一覧から開く", page.locator(f".rows .row-who a[href*='{number}']").click)
        expect(page.locator("#composer")).to_be_attached()
        step("R で返信を書く", lambda: page.keyboard.press("r"))
        step("ひな形を選ぶ", lambda: page.select_option("#reply-template", label="六つ"))
        step("入れる", page.get_by_role("button", name="入れる").click)
        expect(page.locator("#reply-text")).to_have_value(re.compile("承知しました"))
        step("Ctrl + Enter で送る", lambda: page.keyboard.press("Control+Enter"))
        expect(page.locator("[data-left]")).to_contain_text("秒")

        print(f"answer by template: {len(steps)} actions: {'、'.join(steps)}")  # noqa: T201
        assert len(steps) <= 6


def test_a_template_goes_where_the_cursor_stands_and_keeps_the_rest(
    browser: Browser, live_demo: Live
) -> None:
    with opened(browser) as page:
        enter(page, live_demo)
        template(page, live_demo, "真ん中", "お届け日：【　】です。")
        page.goto(f"{inquiry(live_demo)}&write=reply")
        page.fill("#reply-text", "前の文\n後の文")
        page.evaluate("document.querySelector('#reply-text').setSelectionRange(4, 4)")
        page.select_option("#reply-template", label="真ん中")
        page.get_by_role("button", name="入れる").click()

        expect(page.locator("#reply-text")).to_have_value("前の文\n\nお届け日：【　】です。後の文")
        page.keyboard.type("12月10日")  # the first blank is selected
        expect(page.locator("#reply-text")).to_have_value("前の文\n\nお届け日：12月10日です。後の文")


def test_what_is_typed_survives_a_reload_and_is_stopped_when_taken_over(
    browser: Browser, live_demo: Live
) -> None:
    with opened(browser) as page, opened(browser) as other:
        enter(page, live_demo)
        url = inquiry(live_demo)
        page.goto(f"{url}&write=reply")
        page.fill("#reply-text", "書いている途中の文です。")
        expect(page.locator("[data-saved]")).to_contain_text("下書きを保存しました")
        page.fill("#reply-text", "書いている途中の文です。続き。")
        page.goto("about:blank")  # the last letters go as the page is left, beside whatever is asked for next
        page.wait_for_timeout(1000)
        page.goto(f"{url}&write=reply")
        expect(page.locator("#reply-text")).to_have_value("書いている途中の文です。続き。")

        enter(other, live_demo, "個人情報管理者")
        other.goto(f"{url}&write=reply")
        expect(other.locator(".pen")).to_contain_text("さんが返信を書いています")
        other.locator(".pen button").click()
        expect(other.locator("#reply-text")).to_have_value("書いている途中の文です。続き。")
        page.locator("#reply-text").press_sequentially("。")
        expect(page.locator("[data-stopped]")).to_contain_text("さんが返信を書いています")
        expect(page.locator("#reply-text")).to_have_js_property("readOnly", value=True)


def test_the_composer_works_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo)
        page.goto(f"{inquiry(live_demo)}&write=reply")
        page.fill("#reply-text", "承知しました。ありがとうございます。")
        page.get_by_role("button", name="引用する", exact=True).click()
        expect(page.locator("#reply-text")).to_have_value(
            re.compile("^承知しました。.*\n\n20.*\u00a0様:\n> ", re.DOTALL), timeout=30_000
        )
        page.get_by_role("button", name="下書きを保存").click()
        expect(page.locator(".told")).to_contain_text("下書きを保存しました。")
        page.get_by_role("button", name="返信する").first.click()
        expect(page.locator(".told")).to_contain_text("送信待ちに入れました")
        page.locator("[data-leaves] button").click()
        expect(page.locator("#reply-text")).to_have_value(re.compile("^承知しました。"))
