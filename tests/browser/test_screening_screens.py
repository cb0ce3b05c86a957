"""The trays, why something lies there, and the settings of the screening, in a real browser: accessible by day and night,
on the narrowest phone, by keyboard alone, without a script."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import enter, opened, sent, sideways
from tests.browser.test_public_axe import COLOURS, RULES, clean
from tests.live import Live

ADMIN = "公表する文面と会社の情報を改めます"
PITCH = (
    "突然のご連絡失礼いたします。\n株式会社ネクストリンクの営業部、三浦と申します。\n"
    "弊社サービスは、Webからの集客に課題をお持ちの企業様へ、成果報酬型のSEO対策をご提案しております。"
    "初期費用は無料で、導入後3か月で問い合わせが平均1.8倍になった実績がございます。\n"
    "つきましては、来週30分ほどオンラインでのお打ち合わせの機会をいただけませんでしょうか。\n"
    "ご都合のよい日時を2、3お知らせください。"
)
RIGHTS = (
    "以前の資料請求で登録した、私の個人情報をすべて削除してください。ご案内のメールも送らないでください。"
)


def screened(page: Page, demo: Live) -> tuple[str, str]:
    """Two pitches of the same text, moved by the machine while it is on, and a request under the Act."""
    page.goto(f"{demo.url}/desk/screening/")
    page.locator("input[name=state][value=on]").check()
    page.get_by_role("button", name="この状態にする").click()
    pitches = [
        sent(
            demo,
            body=PITCH,
            company="株式会社ネクストリンク",
            website="",
            name=name,
            email=f"{box}@nextlink.example.com",
        )
        for name, box in (("三浦 拓也", "miura"), ("谷口 純", "taniguchi"))
    ]
    request = sent(demo, body=RIGHTS, company="", website="", name="西田 和子")
    tray = f"{demo.url}/desk/inbox/sales/?order=newest"
    for _ in range(120):
        page.goto(tray)
        if all(page.locator(f".tray-row[data-number='{each}']").count() for each in pitches):
            return pitches[0], request
        page.wait_for_timeout(500)
    raise AssertionError("the machine moved nothing")


def states(page: Page, demo: Live) -> Iterator[str]:
    """Every screen in the states that a day brings; the page is there when the name is given."""
    enter(page, demo, ADMIN)
    page.goto(f"{demo.url}/desk/notices/")
    page.locator("#refusal_line").fill("")
    page.get_by_role("button", name="仕上がりを見る").click()
    expect(page.get_by_text("どの読み方にも気づかれる一行の例")).to_be_visible()
    yield "notices: a refusal that few notice"
    pitch, request = screened(page, demo)
    for address in (
        "inbox/sales/", "inbox/sales/?order=newest", "inbox/sales/?order=week", "inbox/junk/", "inbox/inbox/", "screening/",
        "screening/memory/",
    ):  # fmt: skip
        answer = page.goto(f"{demo.url}/desk/{address}")
        assert answer is not None
        assert answer.ok, address
        yield address
    page.goto(f"{demo.url}/desk/inquiries/{pitch}/?from=sales")
    page.locator(".why summary").click()
    yield "why: a pitch"
    page.goto(f"{demo.url}/desk/inquiries/{request}/?from=inbox")
    expect(page.get_by_role("link", name="ご請求として受け付ける")).to_be_visible()
    yield "why: a request"
    page.goto(f"{demo.url}/desk/inbox/sales/?order=newest")
    for box in page.locator(".tray-row .pick input").all()[:2]:
        box.check()
    page.locator(".tray-bar button[value=confirm]").click()
    expect(page.locator(".to-confirm")).to_be_visible()
    yield "before several are confirmed"
    page.get_by_role("button", name="営業で確定する").click()
    expect(page.locator(".undo")).to_be_visible()
    yield "confirmed"
    page.goto(f"{demo.url}/desk/screening/memory/")
    yield "memory with entries"
    page.locator("#days").fill("九")
    page.get_by_role("button", name="変える").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "memory with an error"
    page.goto(f"{demo.url}/desk/screening/memory/")
    page.locator(".marks button[value=forget]").first.click()
    expect(page.locator(".undo")).to_be_visible()
    yield "forgotten"
    page.goto(f"{demo.url}/desk/screening/")
    page.locator("input[name=state][value=badge]").check()
    page.get_by_role("button", name="この状態にする").click()
    yield "badge only"


@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", COLOURS)], ids=["light", "dark"])
def test_every_screen_is_accessible(
    browser: Browser, live_demo: Live, scheme: str, rules: Mapping[str, Any]
) -> None:
    """By night only the colours are others."""
    with opened(browser, scheme=scheme) as page:
        for state in states(page, live_demo):
            clean(page, state, rules)


def test_every_screen_is_accessible_on_a_phone(browser: Browser, live_demo: Live) -> None:
    with opened(browser, width=320) as page:
        for state in states(page, live_demo):
            clean(page, state)
            assert not sideways(page), state


def test_nothing_needs_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, width=320, script=False) as page:
        wide = [state for state in states(page, live_demo) if sideways(page)]
    assert wide == []


def test_a_tray_is_worked_off_by_keys(browser: Browser, live_demo: Live) -> None:
    """J to the line, I brings it back, Z takes that back, S confirms it."""
    with opened(browser) as page:
        enter(page, live_demo, ADMIN)
        pitch, _ = screened(page, live_demo)
        row = page.locator(f".tray-row[data-number='{pitch}']")
        row.locator(".row-who a").focus()
        page.keyboard.press("i")
        expect(page.locator(".undo")).to_contain_text(pitch)
        expect(row).to_have_count(0)
        page.keyboard.press("z")
        expect(page.get_by_text("取り消して、「営業」に戻しました。")).to_be_visible()
        row.locator(".row-who a").focus()
        page.keyboard.press("s")
        expect(page.locator(".undo")).to_contain_text("を確定しました。")
