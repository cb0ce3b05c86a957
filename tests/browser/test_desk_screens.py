"""The desk in a real browser: accessible by day and night, on the narrowest phone, by keyboard, without a script."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_public_axe import clean
from tests.house import ANSWERS
from tests.live import Live


@contextmanager
def opened(
    browser: Browser, *, scheme: str = "light", width: int = 1440, script: bool = True
) -> Iterator[Page]:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        locale="ja-JP",
        java_script_enabled=script,
        bypass_csp=script,  # the checker puts its own script into the page
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    try:
        yield page
    finally:
        context.close()


def enter(page: Page, demo: Live, role: str = "窓口担当者") -> None:
    page.goto(f"{demo.url}/desk/sign-in/")
    page.locator(".people button", has_text=role).click()
    expect(page.locator("h1")).to_be_visible()


def sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def states(page: Page, demo: Live) -> Iterator[str]:
    """Every screen of the desk, in the states a day brings; the page is there when the name is given."""
    page.goto(f"{demo.url}/desk/sign-in/")
    yield "sign-in"
    enter(page, demo)
    yield "home"
    for address in (
        "?of=team", "inbox/inbox/", "inbox/sales/", "inbox/overdue/", "inbox/done/", "inbox/search/", "account/", "account/password/",
        "mailbox/", "trial/",
    ):  # fmt: skip
        answer = page.goto(f"{demo.url}/desk/{address}")
        assert answer is not None
        assert answer.ok, address
        yield address
    page.goto(f"{demo.url}/desk/inbox/search/")
    for typed in ("お願い", "存在しない言葉"):
        page.locator("#search").fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("検索結果")
        yield f"search {typed}"
    own = f"{demo.url}/desk/inquiries/{sent(demo, email=f'{secrets.token_hex(8)}@example.jp')}/?from=inbox"
    page.goto(own)
    yield "inquiry"
    page.goto(f"{own}&write=note#composer")
    yield "note"
    page.goto(f"{own}&write=reply#composer")
    yield "composer"
    page.get_by_role("button", name=re.compile("^返信する")).click()
    expect(page.get_by_text("本文をお書きください。")).to_be_visible()
    yield "composer with error"
    page.goto(own)
    page.get_by_role("button", name="営業に移す").click()
    expect(page.locator("form.undo[action*='/undo/']").get_by_role("button", name="取り消す")).to_be_visible()
    yield "undo"
    page.locator("form.undo[action*='/undo/']").get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("取り消して、「受信箱」に戻しました。")).to_be_visible()
    yield "told"
    page.get_by_role("button", name="営業に移す").click()
    page.goto(own)
    page.get_by_role("link", name="丁寧にお断りする").click()
    yield "decline"
    page.goto(f"{demo.url}/desk/inquiries/M-20261124-2222/")
    yield "not found"


def person_states(page: Page, demo: Live) -> Iterator[str]:
    """One person from the first look to the certificate; what was sent for it is put away at the end."""
    enter(page, demo)
    number = sent(demo, name="森 一郎", email="info@minato.example.jp", phone="03-0000-1111")
    sent(demo, name="小川 由紀", email="info@minato.example.jp", phone="03-0000-1112")
    inquiry = f"{demo.url}/desk/inquiries/{number}/?from=inbox"
    page.goto(inquiry)
    page.goto(f"{demo.url}{page.get_by_text('この方の情報をすべて見る').get_attribute('href')}")
    yield "person read by a clerk"
    page.context.clear_cookies()
    enter(page, demo, "個人情報管理者")
    page.goto(inquiry)
    page.goto(f"{demo.url}{page.get_by_text('この方の情報をすべて見る').get_attribute('href')}")
    yield "person"
    page.locator(".perhaps input").first.check()
    page.get_by_role("button", name="印を付けたものを含めて表示する").click()
    expect(page.get_by_text("（含めました）")).to_be_visible()
    page.locator(".matters summary").first.click()
    yield "person with a named matter"
    page.locator(".values a", has_text="（電話番号）").click()
    yield "correct"
    _press_unfilled(page, "この内容に訂正する")
    yield "correct with error"
    page.locator("#value").fill("03-0000-2222")
    page.locator("#ground").select_option("changed")
    page.get_by_role("button", name="この内容に訂正する").click()
    expect(page.get_by_role("heading", name="電話番号を訂正しました")).to_be_visible()
    yield "corrected"
    page.get_by_role("button", name="この方の情報の消去に進む").click()
    yield "erase"
    _press_unfilled(page, "消去する")
    yield "erase with error"
    page.locator("#ground").select_option("asked")
    page.get_by_label("消えるものと残るものを確かめました").check()
    page.get_by_role("button", name="消去する").click()
    expect(page.get_by_role("heading", name="消去の証明")).to_be_visible()
    yield "certificate"
    page.goto(f"{demo.url}/desk/deletions/")
    yield "deletions"
    page.goto(inquiry)
    expect(page.get_by_text("この方の情報は消去されています。")).to_be_visible()
    yield "erased"


def _press_unfilled(page: Page, name: str) -> None:
    """As a browser does that does not know `required`."""
    page.locator("form [required]").evaluate_all("boxes => boxes.forEach((box) => { box.required = false })")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#errors")).to_be_visible()


def sent(demo: Live, **answers: str) -> str:
    """The receipt number of an inquiry sent to a running house."""
    form = _call(f"{demo.url}/api/v1/forms/inquiry")
    content = {"answers": ANSWERS | answers, "notice": form["notice"]["digest"]}
    return str(_call(f"{demo.url}/api/v1/forms/inquiry/submissions", content)["receipt_number"])


def _call(url: str, content: dict[str, Any] | None = None) -> Any:
    headers = {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
    body = json.dumps(content).encode() if content else None
    with urlopen(Request(url, body, headers if content else {}), timeout=15) as answer:  # noqa: S310  our own server
        return json.load(answer)


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.soak), 320])
def test_every_screen_is_accessible(browser: Browser, live_demo: Live, width: int) -> None:
    with opened(browser, width=width) as page:
        for state in states(page, live_demo):
            clean(page, f"{state} at {width}")
            assert not sideways(page), f"{state} at {width}"


def test_every_screen_has_contrast_by_night(browser: Browser, live_demo: Live) -> None:
    only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    with opened(browser, scheme="dark", width=768) as page:
        for state in states(page, live_demo):
            assert Axe().run(page, options=only).response["violations"] == [], state
            assert not sideways(page), state


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.soak), 320])
def test_one_person_is_accessible_from_the_look_to_the_certificate(
    browser: Browser, live_demo: Live, width: int
) -> None:
    with opened(browser, width=width) as page:
        for state in person_states(page, live_demo):
            clean(page, f"{state} at {width}")
            assert not sideways(page), f"{state} at {width}"


def test_one_person_has_contrast_by_night(browser: Browser, live_demo: Live) -> None:
    only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    with opened(browser, scheme="dark", width=768) as page:
        for state in person_states(page, live_demo):
            assert Axe().run(page, options=only).response["violations"] == [], state
            assert not sideways(page), state


def test_one_person_without_a_script(browser: Browser, live_demo: Live) -> None:
    """From the look to the certificate by plain pages and forms."""
    with opened(browser, script=False) as page:
        enter(page, live_demo, "個人情報管理者")
        number = sent(live_demo, name="高橋 渉", email="wataru@example.jp", phone="03-0000-3333")
        page.goto(f"{live_demo.url}/desk/inquiries/{number}/")
        page.get_by_role("link", name="この方の情報をすべて見る").click()
        page.get_by_role("button", name="この方の情報の消去に進む").click()
        page.locator("#ground").select_option("asked")
        page.get_by_label("消えるものと残るものを確かめました").check()
        page.get_by_role("button", name="消去する").click()
        expect(page.get_by_role("heading", name="消去の証明")).to_be_visible()
        expect(page.get_by_text(number)).to_be_visible()
        page.goto(f"{live_demo.url}/desk/inquiries/{number}/")
        expect(page.get_by_text("この方の情報は消去されています。")).to_be_visible()


def test_the_keyboard_moves_opens_and_never_sends_by_enter_alone(browser: Browser, live_demo: Live) -> None:
    number = sent(live_demo, email="newest@example.jp")  # nobody has begun to answer it
    with opened(browser) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/inbox/")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        expect(page.locator("article.inquiry")).to_be_visible()
        expect(page).to_have_url(re.compile(f"/{number}/"))
        page.keyboard.press("r")
        box = page.get_by_label("返信の本文")
        expect(box).to_be_focused()
        page.keyboard.type("承知しました。")
        page.keyboard.press("Enter")
        expect(box).to_have_value("承知しました。\n")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("お返事を送信待ちに入れました。")).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        clean(page, "dialog")


def test_a_days_work_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        enter(page, live_demo)
        page.goto(f"{live_demo.url}/desk/inbox/unassigned/")
        page.locator(".rows .row-who a").first.click()
        page.get_by_role("button", name="担当する").click()
        expect(page.get_by_text("担当 佐々木").first).to_be_visible()
        page.locator("details.composer summary").click()
        page.get_by_role("link", name="社内メモ").click()
        page.get_by_label("社内メモの本文").fill("倉庫に確かめました。")
        page.get_by_role("button", name=re.compile("^メモを残す")).click()
        expect(page.locator(".timeline .memo", has_text="倉庫に確かめました。")).to_be_visible()
        page.get_by_role("button", name="営業に移す").click()
        page.locator("form.undo[action*='/undo/']").get_by_role("button", name="取り消す").click()
        expect(page.get_by_text("取り消して、「受信箱」に戻しました。")).to_be_visible()
        page.get_by_role("button", name="完了にする").click()
        expect(page.locator(".facts-line .badge", has_text=re.compile("^完了$"))).to_be_visible()
        page.locator(".menu.me summary").click()
        page.get_by_role("button", name="サインアウト").click()
        expect(page).to_have_url(re.compile("/desk/sign-in/"))


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.soak), 320])
def test_an_empty_desk_and_its_doors(browser: Browser, live: Live, width: int) -> None:
    """From the setup link through a passkey to a desk where nobody waits; then in again by the passkey."""
    made = live.command(
        "staff", "create", "--email", f"w{width}@example.jp", "--name", "早川 朝子", "--role", "officer"
    )
    found = re.search(r"/desk/setup/\S+", made.stdout)
    assert found, made.stderr
    with opened(browser, width=width) as page:
        _with_authenticator(page)
        page.goto(live.url + found[0])
        clean(page, "setup")
        page.get_by_label("新しいパスワード必須", exact=True).fill("short")
        page.get_by_role("button", name="このパスワードにする").click()
        clean(page, "setup with error")
        page.locator("#password1").fill("turtle-lantern-harbour")
        page.locator("#password2").fill("turtle-lantern-harbour")
        page.get_by_role("button", name="このパスワードにする").click()
        expect(page.get_by_role("heading", name="サインインの設定")).to_be_visible()
        clean(page, "account without a second step")
        page.get_by_role("link", name="アプリを登録する").click()
        page.locator("img.code-picture").evaluate(
            "image => image.decode()"
        )  # waits, and fails if it is no picture
        clean(page, "app")
        page.go_back()
        page.get_by_role("link", name="パスキーを登録する").click()
        clean(page, "passkey")
        page.get_by_role("button", name="登録する").click()
        expect(page.get_by_role("heading", name="控えのコード")).to_be_visible()
        clean(page, "codes")
        page.get_by_role("link", name=re.compile("ホームへ進む")).click()
        clean(page, "home")
        for view in ("inbox", "sales", "done"):
            page.goto(f"{live.url}/desk/inbox/{view}/")
            clean(page, f"empty {view}")
            assert not sideways(page)
        page.locator(".menu.me summary").click()
        page.get_by_role("button", name="サインアウト").click()
        clean(page, "sign-in")
        page.get_by_role("button", name="パスキーでサインインする").click()
        expect(page).to_have_url(f"{live.url}/desk/")
        page.locator(".menu.me summary").click()
        page.get_by_role("button", name="サインアウト").click()
        page.fill("#login", f"w{width}@example.jp")
        page.fill("#password", "turtle-lantern-harbour")
        page.get_by_role("button", name="サインインする", exact=True).click()
        clean(page, "second step")
        page.get_by_role("button", name="パスキーで確かめる").click()
        expect(page).to_have_url(f"{live.url}/desk/")


def _with_authenticator(page: Page) -> None:
    """A passkey holder that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def test_no_screen_asks_another_host_or_breaks_the_content_policy(browser: Browser, live_demo: Live) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for state in states(page, live_demo):
        complaints = [text for text in complaints if "404" not in text and "422" not in text]
        assert complaints == [], state
    assert asked == {live_demo.url}
    context.close()
