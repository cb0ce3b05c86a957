"""集計, 書き出し, 印刷用, 営業時間, 文面, 取り込み in a real browser: accessible, no wider than a phone, no script needed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sideways
from tests.browser.test_public_axe import COLOURS, RULES, clean
from tests.live import Live

CASES = "管理番号,受信日時,差出人,差出人アドレス,本文,状況\n1,2025/04/01 09:30,山田 花子,hanako@example.jp,納期は,完了\n2,昨日,佐藤,ichiro@example.jp,質問です,対応中\n"


def states(page: Page, demo: Live, folder: Path) -> Iterator[str]:
    """Every screen in the states that a day brings; the page is there when the name is given."""
    enter(page, demo, "公表する文面と会社の情報を改めます")  # the administrator
    for address in (
        "reports/", "reports/?trays=yes&step=day", "reports/?first=2020-01-01&last=2020-02-01", "reports/list/", "exports/",
        "hours/", "wordings/", "wordings/acknowledgement/", "wordings/closed-days/", "wordings/staff_notice/", "imports/",
    ):  # fmt: skip
        answer = page.goto(f"{demo.url}/desk/{address}")
        assert answer is not None
        assert answer.ok, address
        yield address
    page.goto(f"{demo.url}/desk/hours/")
    page.locator("#day-0").fill("9時から")
    page.get_by_role("button", name="この内容にする").click()
    expect(page.get_by_role("alert")).to_contain_text("営業時間は")
    yield "hours that cannot be kept"
    yield from _asked(page, demo)
    yield from _taken_in(page, demo, folder)
    page.goto(f"{demo.url}/desk/reports/list/")
    page.locator(".rows .row-who a").first.click()
    page.goto(page.url.partition("?")[0] + "print/?memos=yes")
    yield "paper"


def _asked(page: Page, demo: Live) -> Iterator[str]:
    page.goto(f"{demo.url}/desk/exports/")
    page.locator("form[aria-labelledby=new-h] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "export without a purpose"
    page.locator("#purpose").select_option("analysis")
    page.locator("#recipient").select_option("self")
    page.locator("form[aria-labelledby=new-h] button").click()
    ready = page.get_by_role("button", name="受け取る")
    for _ in range(60):
        if ready.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(ready.first).to_be_visible()
    yield "export made"


def _taken_in(page: Page, demo: Live, folder: Path) -> Iterator[str]:
    file = folder / "cases.csv"
    file.write_bytes(CASES.encode("cp932"))
    page.goto(f"{demo.url}/desk/imports/")
    page.locator("#source").select_option("maildealer")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="中身を見る").click()
    expect(page.locator("#map-received")).to_have_value("1")
    yield "import: columns"
    page.get_by_role("button", name="試す（まだ取り込まない）").click()
    result = page.get_by_role("heading", name="試した結果")
    for _ in range(60):
        if result.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(result).to_be_visible()
    yield "import: tried"


@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", COLOURS)], ids=["light", "dark"])
def test_every_screen_is_accessible(
    browser: Browser, live_demo: Live, tmp_path: Path, scheme: str, rules: Mapping[str, Any]
) -> None:
    """By night only the colours are others."""
    with opened(browser, scheme=scheme) as page:
        for state in states(page, live_demo, tmp_path):
            clean(page, state, rules)


def test_nothing_is_wider_than_a_phone(browser: Browser, live_demo: Live, tmp_path: Path) -> None:
    with opened(browser, width=320, script=False) as page:
        wide = [state for state in states(page, live_demo, tmp_path) if sideways(page)]
    assert wide == []


def test_paper_has_no_navigation_and_numbers_its_pages(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/reports/list/")
        href = page.locator(".rows .row-who a").first.get_attribute("href")
        assert href is not None
        page.goto(live_demo.url + href.partition("?")[0] + "print/")
        page.emulate_media(media="print")
        assert page.locator("nav").count() == 0
        assert not page.get_by_role("button", name="印刷する").is_visible()
        assert b"/Type /Page" in page.pdf(prefer_css_page_size=True)
