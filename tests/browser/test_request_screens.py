"""The privacy desk in a real browser: accessible by day and night, on the narrowest phone, by keyboard, without a script."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from madoguchi.foundation.lib import clock
from tests.browser.test_desk_screens import enter, opened, sent, sideways
from tests.browser.test_public_axe import COLOURS, clean
from tests.live import Live

OFFICER, CLERK = "個人情報管理者", "窓口担当者"


def typed_in(
    page: Page, demo: Live, kind: str, name: str, *, ago: int = 0, email: str = "", item: str = ""
) -> str:
    """A letter about personal data, registered by the officer; answers its number."""
    page.goto(f"{demo.url}/desk/requests/new/")
    page.locator("#kind").select_option(kind)
    page.locator("#channel").select_option("letter")
    page.locator("#day").fill(f"{today() - timedelta(days=ago)}")
    page.locator("#name").fill(name)
    page.locator("#email").fill(email)
    page.locator("#postal").fill("〒100-0000\n東京都千代田区見本町1-2-3")
    page.locator("#words").fill("お預けした情報について、お願いします。")
    if item:
        page.locator("#item").select_option(item)
    page.get_by_role("button", name="登録する", exact=True).click()
    expect(page.locator("#next")).to_be_visible()
    return page.url.partition("/requests/")[2].partition("/")[0]


def today() -> date:
    return clock.today()


def step(page: Page) -> str:
    return page.locator("#next-h").inner_text()


def press(page: Page, name: str) -> None:
    page.locator("#next").get_by_role("button", name=name).click()


def unfilled(page: Page, button: str) -> None:
    """Sent as it stands: the page comes back with what is missing."""
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#errors")).to_be_visible()


def empty_states(page: Page, demo: Live) -> Iterator[str]:
    enter(page, demo, OFFICER)
    for path in ("register/", "register/?first=2020-01-01&last=2020-12-31", "desk/"):
        page.goto(f"{demo.url}/desk/privacy/{path}")
        yield path
    page.goto(f"{demo.url}/desk/requests/new/")
    yield "new"


def states(page: Page, demo: Live) -> Iterator[str]:
    """From the letter to the end, with each step's form and what it says of a slip."""
    yield from empty_states(page, demo)
    unfilled(page, "登録する")
    yield "new with errors"
    page.goto(f"{demo.url}/desk/privacy/desk/")
    page.locator("#days").fill("x")
    page.get_by_role("button", name="保存する").click()
    yield "desk with error"
    sent(demo, name="森 一郎", email="mori@minato.example.jp", phone="03-0000-1111")
    number = typed_in(page, demo, "disclosure", "森 一郎", ago=12, email="mori@minato.example.jp")
    here = f"{demo.url}/desk/requests/{number}/"
    typed_in(page, demo, "correction", "医療法人社団 見本会 北見本総合病院 個人情報担当", ago=1)
    for path in ("", f"?open={number}"):
        page.goto(f"{demo.url}/desk/privacy/{path}")
        yield f"list {path}"
    page.goto(here)
    yield "identify"
    unfilled(page, "確かめたことを記す")
    yield "identify with errors"
    page.goto(f"{here}letter/?kind=identity")
    yield "letter"
    page.get_by_role("button", name="お送りする前に確かめる").click()
    expect(page.locator("#errors")).to_be_visible()
    yield "letter with a gap"
    page.goto(here)
    page.locator("#way").select_option("in-person")
    page.locator("#document").select_option("licence")
    press(page, "確かめたことを記す")
    yield "fee"
    page.locator("summary", has_text="手数料をいただかないとき").click()
    press(page, "いただかないことにする")
    expect(page.locator("#errors")).to_be_visible()
    yield "fee with errors"
    press(page, "入金を確かめた")
    yield "collect"
    press(page, "印を付けたものを対象にする")
    yield "decide"
    page.locator("#next").get_by_label("応じない", exact=True).check()
    press(page, "この内容に決める")
    expect(page.locator("#errors")).to_be_visible()
    yield "decide with errors"
    page.goto(f"{here}others/")
    yield "others"
    unfilled(page, "印を付けたものを伏せる")
    yield "others with errors"
    page.locator("#words").fill("佐藤 次郎")
    page.get_by_role("button", name="印を付けたものを伏せる").click()
    expect(page.locator("#hidden-h")).to_be_visible()
    yield "others hidden"
    page.goto(here)
    page.locator("#next").get_by_label("一部に応じる", exact=True).check()
    page.locator("#ground").select_option("harms-rights")
    page.locator("#reason").fill("ほかの方のお名前が書かれているところは、お渡しできません。")
    press(page, "この内容に決める")
    yield "hand over"
    press(page, "お渡しするファイルを作る")
    expect(page.locator("#next")).to_be_visible()
    ready(page, here)
    yield "package ready"
    press(page, "お知らせの手紙に進む")
    yield "tell"
    page.get_by_role("link", name="お知らせの文面を確かめる").click()
    page.get_by_role("button", name="お送りする前に確かめる").click()
    expect(page.get_by_role("button", name="文面を直す")).to_be_visible()
    yield "letter looked at"
    page.get_by_role("button", name="メールで送る").click()
    expect(page.locator("#next")).to_be_visible()
    yield "told"
    paper = page.locator(".mails a").last.get_attribute("href") or ""
    press(page, "終わりを記す")
    yield "over"
    page.goto(f"{demo.url}{paper}")
    yield "letter on paper"
    page.goto(f"{here}fee/receipt/")
    yield "receipt"
    page.goto(f"{demo.url}/desk/privacy/register/")
    yield "register with rows"
    page.locator("summary", has_text="ファイルに書き出す").click()
    page.get_by_role("button", name="書き出す", exact=True).click()
    expect(page.locator("#purpose-error")).to_be_visible()
    yield "register with error"
    yield from from_an_inquiry(page, demo)


def ready(page: Page, here: str) -> None:
    """The worker makes it; one looks again."""
    for _ in range(60):
        page.goto(here)
        if page.get_by_role("button", name="お知らせの手紙に進む").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("#next").inner_text())


def from_an_inquiry(page: Page, demo: Live) -> Iterator[str]:
    number = sent(demo, name="小川 由紀", email="ogawa@minato.example.jp", phone="03-0000-1112")
    page.goto(f"{demo.url}/desk/inquiries/{number}/privacy/")
    yield "which kind"
    unfilled(page, "個人情報の窓口へ渡す")
    yield "which kind with error"
    page.get_by_label("消してほしい").check()
    page.get_by_role("button", name="個人情報の窓口へ渡す").click()
    expect(page.locator("#next")).to_be_visible()
    yield "request from an inquiry"
    page.goto(f"{demo.url}/desk/inquiries/{number}/?from=inbox")
    yield "inquiry with a request"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(1440, "light", marks=pytest.mark.soak),
        (320, "light"),
        pytest.param(320, "dark", marks=pytest.mark.soak),
        pytest.param(1440, "dark", marks=pytest.mark.soak),
    ],
)
def test_every_state_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        for state in states(page, live_demo):
            clean(page, state)
            assert not sideways(page), state


@pytest.mark.timeout(300)
def test_by_night_everything_can_be_read(browser: Browser, live_demo: Live) -> None:
    with opened(browser, scheme="dark", width=320) as page:
        for state in states(page, live_demo):
            clean(page, state, COLOURS)


def test_a_letter_is_refused_and_told_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo, OFFICER)
        number = typed_in(page, live_demo, "purpose_notice", "無記名 太郎")
        here = f"{live_demo.url}/desk/requests/{number}/"
        expect(page.get_by_text("照らし合わせられる情報を、お預かりしていません。")).to_be_visible()
        page.get_by_role("link", name="確認のお願いを書く").click()
        page.locator("#body").fill("お手数ですが、窓口までお越しください。")
        page.get_by_label("印刷して郵送する").check()
        page.get_by_role("button", name="お送りする前に確かめる").click()
        page.get_by_role("button", name="郵送したことを記す").click()
        page.locator("summary", has_text="確かめられないとき").click()
        page.get_by_label("ご本人と確かめられないため、応じない").check()
        page.locator("#reason").fill("お届けいただいた内容では、ご本人と確かめられませんでした。")
        press(page, "決める")
        expect(page.locator("#next-h")).to_contain_text("結果をお知らせする")
        page.get_by_role("link", name="お知らせの文面を確かめる").click()
        page.get_by_label("印刷して郵送する").check()
        page.get_by_role("button", name="お送りする前に確かめる").click()
        page.get_by_role("button", name="郵送したことを記す").click()
        press(page, "終わりを記す")
        expect(page.locator("#next-h")).to_have_text("終わりました")
        page.goto(here)
        expect(page.get_by_text("郵便で").first).to_be_visible()
        expect(page.locator(".mails li")).to_have_count(2)


def test_the_list_is_walked_by_keyboard(browser: Browser, live_demo: Live) -> None:
    """From the list to a row, from the row into its panel, and on to the one strong button."""
    with opened(browser) as page:
        enter(page, live_demo, OFFICER)
        typed_in(page, live_demo, "erasure", "鍵盤 花子", ago=2)
        page.goto(f"{live_demo.url}/desk/privacy/")
        rows = page.locator(".officer td a")
        rows.last.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".officer [aria-current=true]")).to_have_count(1)
        expect(page.locator(".officer td a").last).to_have_attribute("aria-current", "true")
        page.keyboard.press("Tab")
        expect(page.locator("#chosen .primary")).to_be_focused()


def test_a_clerk_meets_no_clause_number(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        enter(page, live_demo, CLERK)
        number = sent(live_demo, name="大森 さち子", email="omori@minato.example.jp", phone="03-0000-1113")
        page.goto(f"{live_demo.url}/desk/inquiries/{number}/privacy/")
        assert "条" not in page.locator("main").inner_text()
        page.get_by_label("使うのを、やめてほしい").check()
        page.get_by_role("button", name="個人情報の窓口へ渡す").click()
        expect(page.locator("#q")).to_be_visible()
        assert "条" not in page.locator("article").inner_text()
        assert "R-" not in page.locator("article").inner_text()
