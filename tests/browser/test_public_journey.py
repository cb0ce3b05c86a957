"""The journey in a real browser: without a script, by keyboard, on the narrowest phone, and quietly."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.house import ANSWERS
from tests.live import Live

FILLED = {key: value for key, value in ANSWERS.items() if value}


def fill(page: Page, **changed: str) -> None:
    for name, value in (FILLED | changed).items():
        page.fill(f"#{name}", value)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def send(page: Page, live: Live) -> None:
    page.goto(live.url)
    fill(page)
    press(page, "確認画面へ進む")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")


@pytest.mark.law("T-F0-2")
def test_T_F0_2_the_whole_journey_without_a_script(browser: Browser, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(live.url)
    press(page, "確認画面へ進む")
    assert "4か所をご確認ください" in page.inner_text("main")
    fill(page, phone="０３－００００－００００")
    press(page, "確認画面へ進む")
    assert page.inner_text("h1") == "ご記入内容の確認"
    press(page, "修正する")
    assert page.input_value("#body") == ANSWERS["body"]
    press(page, "確認画面へ進む")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")
    assert page.inner_text("h1") == "お問い合わせを受け付けました"
    assert context.cookies() == []
    page.get_by_role("link", name="控えを確認する").click()
    assert page.inner_text("h1") == "受付の控え"
    context.close()


@pytest.mark.law("T-F0-2")
def test_T_F0_2_by_keyboard_only(page: Page, live: Live) -> None:
    page.goto(live.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for name, value in ANSWERS.items():
        for _ in range(5):
            if page.evaluate("document.activeElement.id") == name:
                break
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == name
        page.keyboard.type(value)
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "confirm":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("text=ご記入内容の確認")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "send":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/*/")


def test_errors_take_the_focus_and_lead_to_their_field(page: Page, live: Live) -> None:
    page.goto(live.url)
    fill(page, name="")
    press(page, "確認画面へ進む")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.get_by_role("link", name="氏名").click()
    assert page.evaluate("document.activeElement.id") == "name"
    assert page.title().startswith("ご確認ください")


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, live: Live, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640}, locale="ja-JP")
    page = context.new_page()

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    page.goto(live.url)
    fits()
    assert page.locator("button[value=confirm]").bounding_box()["y"] < 3_200  # type: ignore[index]
    fill(page, body="https://example.jp/" + "a" * 300, company="医療法人社団" + "長" * 60 + "会")
    press(page, "確認画面へ進む")
    fits()
    press(page, "送信する")
    page.wait_for_url("**/done/*/")
    fits()
    page.get_by_role("link", name="控えを確認する").click()
    page.wait_for_url("**/receipts/**")
    fits()
    page.goto(f"{live.url}/policy/")
    fits()
    context.close()


def test_quiet_and_only_our_own(context: BrowserContext, page: Page, live: Live) -> None:
    told: list[str] = []
    asked: list[Request] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request))
    send(page, live)
    page.get_by_role("link", name="控えを確認する").click()
    page.goto(f"{live.url}/policy/")

    assert told == []
    assert {urlsplit(request.url).netloc for request in asked} == {urlsplit(live.url).netloc}
    assert context.cookies() == []


def test_the_first_visit_takes_three_requests_and_little_weight(
    context: BrowserContext, page: Page, live: Live
) -> None:
    sizes: list[int] = []

    def count(request: Request) -> None:
        if not request.url.endswith("favicon.ico"):
            sizes.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", count)
    page.goto(live.url, wait_until="networkidle")

    assert len(sizes) <= 3
    assert sum(sizes) <= 25_000


def test_enter_while_composing_does_not_send(page: Page, live: Live) -> None:
    page.goto(live.url)
    fill(page)
    page.focus("#name")
    page.evaluate(
        """document.getElementById("name").dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    assert page.inner_text("h1") == "お問い合わせフォーム"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=ご記入内容の確認")


def test_a_mailing_is_unticked_and_can_be_taken_back(page: Page, live: Live) -> None:
    page.goto(live.url)
    fill(page, email="mailing@example.jp")
    press(page, "確認画面へ進む")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")
    assert not page.is_checked("input[name=mailing]")
    page.check("input[name=mailing]")
    press(page, "申し込む")
    assert "ご案内メールを申し込みました。" in page.inner_text("#mailing")
    press(page, "取り消す")
    assert not page.is_checked("input[name=mailing]")


def test_the_slip_is_what_gets_printed(page: Page, live: Live) -> None:
    send(page, live)
    page.emulate_media(media="print")

    assert page.locator(".slip").is_visible()
    assert not page.locator(".offer").is_visible()
    assert not page.locator(".steps").is_visible()
    assert not page.locator(".aside").is_visible()
