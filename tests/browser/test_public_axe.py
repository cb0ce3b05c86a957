"""WCAG 2.2 AA by axe-core on every page and state a visitor meets, by day and by night."""

from collections.abc import Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_public_journey import fill, press
from tests.live import Live

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# Narrow by day and wide by night; the other two in `make soak`.
EACH_STATE_ONCE = pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (320, "light"),
        (1440, "dark"),
        pytest.param(320, "dark", marks=pytest.mark.soak),
        pytest.param(1440, "light", marks=pytest.mark.soak),
    ],
)


def clean(page: Page, state: str, rules: Mapping[str, Any] = RULES) -> None:
    found = Axe().run(page, options=dict(rules)).response["violations"]
    told = [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]
    assert told == [], state


@EACH_STATE_ONCE
def test_every_state_is_accessible(browser: Browser, live: Live, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
        locale="ja-JP",
        bypass_csp=True,  # the checker puts its own script into the page
    )
    page = context.new_page()
    page.goto(live.url)
    clean(page, "input")
    page.fill("#phone", "12")
    press(page, "確認画面へ進む")
    clean(page, "error")
    page.goto(live.url)
    fill(page, email=f"{scheme}{width}@gmial.com")
    press(page, "確認画面へ進む")
    page.locator("summary").click()
    clean(page, "confirm")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")
    done = page.url
    clean(page, "done")
    page.check("input[name=mailing]")
    press(page, "申し込む")
    clean(page, "mailing given")
    page.get_by_role("link", name="控えを確認する").click()
    clean(page, "receipt")
    page.get_by_role("link", name="個人情報の取り扱いについて").click()
    clean(page, "notice")
    page.goto(f"{live.url}/policy/")
    clean(page, "policy")
    page.goto(f"{done}x/")
    clean(page, "not found")
    context.close()
