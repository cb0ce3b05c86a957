"""Covered, shown and flagged: accessible by day and night, on a wide screen and on the narrowest phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import clean
from tests.live import Live

BODY = "マイナンバーは 1234-5678-9018 です。うつ病の診断書をお送りします。"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
def test_every_state_is_accessible(browser: Browser, live_demo: Live, scheme: str, width: int) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        page.goto(live_demo.url)
        given = {"body": BODY, "name": "見本 花子", "phone": "03-0000-0000", "email": f"{scheme}@example.jp"}
        for name, value in given.items():
            page.fill(f"[name={name}]", value)
        page.get_by_role("button", name="確認画面へ進む").click()
        expect(page.get_by_text("12桁の数字が含まれています。")).to_be_visible()
        clean(page, "confirm")
        page.get_by_role("button", name="送信する").click()

        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        first = page.locator(".rows .row-who a").first.get_attribute("href")
        page.goto(f"{live_demo.url}{first}")
        for name, button, says in (
            ("masked", "伏せた番号を表示する", "1234-5678-9018"),
            ("shown", "要配慮として伏せる", "要配慮として伏せました。"),
            ("flagged", "担当する", "対応のために表示する"),
            ("covered", "対応のために表示する", "配慮が必要な内容を表示しています。"),
        ):
            clean(page, name)
            assert not sideways(page), name
            page.get_by_role("button", name=button).click()
            expect(page.get_by_text(says).first).to_be_visible()
        clean(page, "opened")
