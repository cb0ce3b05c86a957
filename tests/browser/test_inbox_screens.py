"""The inbox in a real browser: accessible in every state, a clerk's tasks by keyboard, the same without a script."""

import re
import sys
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_desk_screens import enter, opened, sent, sideways
from tests.browser.test_public_axe import clean
from tests.live import Live


def label(page: Page, demo: Live, name: str) -> None:
    """Made once for the whole house."""
    page.goto(f"{demo.url}/desk/labels/")
    if page.locator(".managed .label", has_text=name).count() == 0:
        page.locator(".label-form [name=name]").first.fill(name)
        page.locator(".label-form select").first.select_option("kusa")
        page.get_by_role("button", name="作る", exact=True).click()
        expect(page.locator(".managed .label", has_text=name)).to_be_visible()


def states(page: Page, demo: Live) -> Iterator[str]:
    """Every screen of the inbox in the states that a day brings."""
    one = sent(demo, name="北川 光", email="kitagawa@aoi.example.jp", company="㈱葵堂", phone="03-0000-7001")
    two = sent(demo, name="北川 光", email="kitagawa@aoi.example.jp", company="㈱葵堂", phone="03-0000-7001")
    other = sent(
        demo, name="南野 渚", email="minami@aoi.example.jp", company="株式会社葵堂", phone="03-0000-7001"
    )
    enter(page, demo)
    page.goto(f"{demo.url}/desk/labels/")
    yield "labels"
    label(page, demo, "展示会")
    yield "labels with some"
    page.goto(f"{demo.url}/desk/inbox/inbox/")
    page.locator(".narrowing summary").click()
    yield "conditions"
    page.locator(".narrowing [name=assignee]").select_option("none")
    page.get_by_role("button", name="この条件で見る").click()
    page.locator(".save-view summary").click()
    yield "narrowed"
    page.locator(".save-view [name=name]").fill("担当を決める")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("h1")).to_have_text("担当を決める")
    yield "saved view"
    page.goto(f"{demo.url}/desk/views/")
    yield "views"
    for each in page.get_by_role("button", name=re.compile("^削除する")).all()[:1]:
        each.click()
    page.goto(f"{demo.url}/desk/inbox/inbox/")
    page.locator(".pick input").first.check()
    page.locator(".bulk summary").click()
    yield "chosen"
    page.locator("#bulk-label").select_option(label="展示会")
    page.get_by_role("button", name="1 件に付ける").click()
    expect(page.locator(".undo")).to_be_visible()
    yield "labelled"
    page.get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("取り消しました。")).to_be_visible()
    page.goto(f"{demo.url}/desk/inbox/board/?of=team")
    page.locator(".card summary").first.click()
    yield "board"
    page.goto(f"{demo.url}/desk/inquiries/{two}/?from=inbox")
    expect(page.get_by_role("heading", name=re.compile("^同じ方の対応中が"))).to_be_visible()
    yield "same person"
    page.get_by_role("button", name=re.compile(rf"統合する\s*（{other}）")).click()
    expect(page.get_by_role("heading", name=re.compile("この二つを"))).to_be_visible()
    yield "two people"
    page.get_by_role("button", name="統合せず、関連づける").click()
    expect(page.get_by_text(f"{other} と関連づけました。")).to_be_visible()
    yield "linked"
    page.get_by_role("button", name=re.compile(rf"統合する\s*（{one}）")).click()
    expect(page.locator("header .number", has_text=one)).to_be_visible()
    yield "merged"
    page.get_by_role("button", name=re.compile(rf"元に戻す\s*（{two}）")).click()
    expect(page.get_by_text(f"{two} を元に戻しました。")).to_be_visible()
    page.goto(f"{demo.url}/desk/inquiries/{two}/around/?from=inbox")
    expect(page.get_by_role("heading", name=re.compile("のほかの方"))).to_be_visible()
    yield "around"
    for number in (one, two, other):  # put away, so that the next round begins alike
        page.goto(f"{demo.url}/desk/inquiries/{number}/?from=inbox")
        page.get_by_role("button", name="完了にする", exact=True).click()


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.soak), 320])
def test_every_state_is_accessible(browser: Browser, live_demo: Live, width: int) -> None:
    with opened(browser, width=width) as page:
        for state in states(page, live_demo):
            clean(page, f"{state} at {width}")
            assert not sideways(page), f"{state} at {width}"


def test_every_state_has_contrast_by_night(browser: Browser, live_demo: Live) -> None:
    only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    with opened(browser, scheme="dark", width=768) as page:
        for state in states(page, live_demo):
            assert Axe().run(page, options=only).response["violations"] == [], state
            assert not sideways(page), state


def tell(what: str) -> None:
    """Step counts, for whoever runs this with -s."""
    sys.stdout.write(f"{what}\n")


class Hands:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def settled(self, what: Callable[[], None]) -> None:
        """A key that brings another page."""
        with self.page.expect_navigation():
            what()


def test_twenty_messages_are_sorted_by_keyboard_alone(browser: Browser, live_demo: Live) -> None:
    for number in range(20):
        sent(
            live_demo, name=f"仕分 {number}", email=f"sort{number}@example.jp", phone=f"03-0000-81{number:02}"
        )
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        hands = Hands(page)
        hands.press("j")
        here = page.evaluate("document.activeElement.closest('[data-number]').dataset.number")
        for turn in range(20):
            hands.settled(lambda turn=turn: hands.press("s" if turn % 2 else "e"))
            expect(page.locator(f'[data-number="{here}"]')).to_have_count(0)
            here = page.evaluate("document.activeElement.closest('[data-number]').dataset.number")
        tell(f"仕分け20件: {hands.count} 打鍵")
        assert hands.count == 21
        hands.settled(lambda: hands.press("z"))
        expect(page.get_by_text("取り消して、「受信箱」に戻しました。")).to_be_visible()


def indexed(page: Page, demo: Live, word: str, number: str) -> None:
    """The worker puts what arrived into the index."""
    for _ in range(60):
        page.goto(f"{demo.url}/desk/inbox/inbox/")
        page.locator("#search").fill(word)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if page.locator(f'[data-number="{number}"]').count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(number)


def test_a_word_is_found_by_keyboard(browser: Browser, live_demo: Live) -> None:
    number = sent(live_demo, body="見積をお願いします。", email="mitsumori@example.jp", phone="03-0000-8201")
    with opened(browser) as page:
        enter(page, live_demo)
        indexed(page, live_demo, "見積", number)
        page.goto(f"{live_demo.url}/desk/")
        hands = Hands(page)
        hands.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("見積")
        hands.settled(lambda: hands.press("Enter"))
        expect(page.locator(f'[data-number="{number}"] mark').first).to_have_text("見積")
        hands.press("j")
        hands.settled(lambda: hands.press("o"))
        tell(f"「見積」を探して開く: {hands.count} 打鍵と言葉")
        expect(page.locator("article.inquiry")).to_be_visible()
        assert hands.count == 4


def test_letters_do_nothing_while_somebody_types(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        before = page.url
        page.locator("#search").focus()
        page.keyboard.type("jxsela")
        expect(page.locator("#search")).to_have_value("jxsela")
        expect(page.locator(".pick input:checked")).to_have_count(0)
        assert page.url == before


def test_two_are_merged_and_one_is_handed_over_in_few_steps(browser: Browser, live_demo: Live) -> None:
    first = sent(live_demo, name="合流 太郎", email="join@example.jp", phone="03-0000-8301")
    second = sent(live_demo, name="合流 太郎", email="join@example.jp", phone="03-0000-8301")
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inquiries/{second}/?from=inbox")
        page.get_by_role("button", name=re.compile(rf"統合する\s*（{first}）")).click()
        expect(page.locator("header .number", has_text=first)).to_be_visible()
        expect(page.get_by_text(f"{second} を {first} に統合しました。")).to_be_visible()
        tell("二つを統合する: 開いてから 1 操作")
        page.goto(f"{live_demo.url}/desk/inquiries/{second}/")
        expect(page.locator("header .number", has_text=first)).to_be_visible()
        page.get_by_role("link", name="個人情報の窓口へ").click()
        page.get_by_role("radio", name="ご質問").check()
        page.get_by_role("button", name="個人情報の窓口へ渡す").click()
        expect(page.locator(".facts-line .badge", has_text="個人情報")).to_be_visible()
        tell("個人情報の窓口へ渡す: 開いてから 3 操作")


def test_a_list_tells_what_changed_and_moves_nothing(browser: Browser, live_demo: Live) -> None:
    with opened(browser) as page:
        page.clock.install()
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        first = page.locator(".rows .row-who").first.inner_text()
        number = sent(live_demo, name="到着 直後", email="fresh@example.jp", phone="03-0000-8401")
        with page.expect_response(re.compile("/desk/inbox/pulse/")):
            page.clock.run_for(16_000)
        line = page.locator("[data-fresh]")
        expect(line).to_have_text("新しいお問い合わせが 1 件あります")
        assert page.locator(".rows .row-who").first.inner_text() == first
        line.locator("a").click()
        expect(page.locator(f'[data-number="{number}"]')).to_be_visible()


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_card_is_moved_by_hand_and_by_its_button(browser: Browser, live_demo: Live) -> None:
    number = sent(live_demo, name="移動 はな", email="card@example.jp", phone="03-0000-8501")
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/board/?of=team")
        card = page.locator(f"#c-{number}")
        with page.expect_navigation():
            card.hover()
            page.mouse.down()
            x, y = middle(card)
            page.mouse.move(x, y + 10, steps=3)  # a drag begins within the card
            page.mouse.move(middle(page.locator('[data-takes="doing"]'))[0], y, steps=5)
            page.mouse.up()
        expect(page.locator('[data-takes="doing"]').locator(f"#c-{number}")).to_be_visible()
        card.locator("summary").click()
        card.get_by_role("button", name="「完了」へ").click()
        expect(page.locator('[data-takes="done"]').locator(f"#c-{number}")).to_be_visible()


def test_many_at_once_without_a_script(browser: Browser, live_demo: Live) -> None:
    numbers = [sent(live_demo, email=f"many{n}@example.jp", phone=f"03-0000-86{n:02}") for n in range(2)]
    with opened(browser, script=False) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        for number in numbers:
            page.get_by_label(f"{number} を選ぶ").check()
        page.locator(".bulk summary").click()
        page.locator("#bulk-lane").select_option("junk")
        page.get_by_role("button", name="移す", exact=True).click()
        expect(page.get_by_text("2 件を「迷惑」に移しました。")).to_be_visible()
        page.get_by_role("button", name="取り消す").click()
        expect(page.get_by_text("2 件を、元に戻しました。")).to_be_visible()
        page.locator(".narrowing summary").click()
        page.locator(".narrowing [name=words]").fill("見積")
        page.get_by_role("button", name="この条件で見る").click()
        expect(page.locator(".said-line")).to_contain_text("「見積」")
