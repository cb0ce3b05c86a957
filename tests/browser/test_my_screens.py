"""お問い合わせの状況 in a real browser: accessible by day and night, at 320 px, by keyboard, without a script, and by a
passkey that a virtual device holds."""

import re
from email import message_from_bytes
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_conversation_screens import code_for, press_enter, tab_to
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.browser.test_public_journey import fill, press
from tests.live import Live

HEADING = "お問い合わせの状況"


def write(page: Page, live: Live, address: str) -> None:
    page.goto(live.url)
    fill(page, email=address)
    press(page, "確認画面へ進む")
    press(page, "送信する")
    page.wait_for_url("**/done/*/")


def enter(page: Page, live: Live, address: str) -> None:
    page.goto(f"{live.url}/my/")
    page.fill("#to", address)
    page.get_by_role("button", name="確認コードを送る").click()
    page.fill("#code", code_for(live, address))
    page.get_by_role("button", name="入る").click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()


def link_for(live: Live, address: str) -> str:
    code_for(live, address)
    for path in sorted(live.mailbox.glob("*.eml"), key=lambda each: -each.stat().st_mtime_ns):
        mail = message_from_bytes(path.read_bytes())
        payload = mail.get_payload(decode=True)
        found = (
            re.search(r"https?://\S+/my/enter/\S+/", payload.decode()) if isinstance(payload, bytes) else None
        )
        if found and address in str(mail["Delivered-To"]):
            return found[0]
    raise AssertionError("no link came")


def narrow_enough(page: Page, state: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, state


def look(page: Page, state: str) -> None:
    clean(page, state)
    narrow_enough(page, state)


@EACH_STATE_ONCE
def test_every_state_is_accessible(browser: Browser, live: Live, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900},
        locale="ja-JP", bypass_csp=True,
    )  # fmt: skip
    page, address = context.new_page(), f"mine-{scheme}-{width}@example.jp"
    write(page, live, address)
    _door(page, live, address)
    page.fill("#code", code_for(live, address))
    page.get_by_role("button", name="入る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    _closed(page, live)
    page.fill("#name", "山田 花子")
    page.get_by_role("button", name="内容を開く").click()
    _open(page, live)
    page.get_by_role("button", name="サインアウト").click()
    look(page, "left")
    nobody = f"nobody-{scheme}-{width}@example.jp"
    enter(page, live, nobody)
    look(page, "nothing held")
    context.close()


def _door(page: Page, live: Live, address: str) -> None:
    page.goto(f"{live.url}/my/")
    look(page, "door")
    page.fill("#to", "hanako")
    page.get_by_role("button", name="確認コードを送る").click()
    look(page, "no address")
    page.goto(f"{live.url}/my/code/")
    look(page, "code in hand")
    page.goto(f"{live.url}/my/enter/x/")
    look(page, "enter")
    page.get_by_role("button", name="入る").click()
    look(page, "spent link")
    page.goto(f"{live.url}/my/")
    page.fill("#to", address)
    page.get_by_role("button", name="確認コードを送る").click()
    look(page, "code")
    page.fill("#code", "123")
    page.get_by_role("button", name="入る").click()
    look(page, "wrong code")


def _closed(page: Page, live: Live) -> None:
    look(page, "closed")
    page.locator("summary").first.click()
    look(page, "proofs unfolded")
    page.get_by_role("link", name=re.compile("^開く")).first.click()
    look(page, "name asked")
    page.fill("#name", "鈴木")
    page.get_by_role("button", name="内容を開く").click()
    look(page, "wrong name")


def _open(page: Page, live: Live) -> None:
    expect(page.get_by_role("heading", name="続けてお書きになるとき")).to_be_visible()
    look(page, "matter")
    page.get_by_role("button", name="送信する").click()
    look(page, "nothing written")
    page.fill("#text", "続きです。")
    page.get_by_role("button", name="送信する").click()
    expect(page.get_by_role("status")).to_be_visible()
    look(page, "said")
    page.get_by_role("button", name="このお問い合わせを消してほしい").click()
    look(page, "request filled in")
    for path, state in (("/my/", "open"), ("/my/looks/", "looks"), ("/my/passkeys/", "passkeys")):
        page.goto(live.url + path)
        look(page, state)
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name=re.compile("^止める.*共同利用")).click()
    look(page, "stopped")
    page.get_by_role("button", name=re.compile("^止める.*メールアドレス")).click()
    look(page, "essential")
    page.goto(f"{live.url}/my/")


def test_by_keyboard_alone_and_without_a_script(browser: Browser, live: Live) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page, address = context.new_page(), "mine-keyboard@example.jp"
    write(page, live, address)
    page.goto(live.url)
    tab_to(page, HEADING)
    press_enter(page)
    expect(page.locator("#to")).to_be_visible()
    tab_to(page, "", name="to")
    page.keyboard.type(address)
    press_enter(page)
    expect(page.locator("#code")).to_be_visible()
    tab_to(page, "", name="code")
    page.keyboard.type(code_for(live, address))
    press_enter(page)
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()
    tab_to(page, "", name="name")
    page.keyboard.type("山田花子")
    press_enter(page)
    expect(page.get_by_text("見積書の宛名")).to_be_visible()
    tab_to(page, "止める\n（ご案内のメール）")
    press_enter(page)
    expect(page.get_by_role("status")).to_contain_text("止めました")
    tab_to(page, "サインアウト")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("サインアウトしました")
    context.close()


def test_by_the_link_in_another_browser(browser: Browser, live: Live) -> None:
    asking, reading = browser.new_context(locale="ja-JP"), browser.new_context(locale="ja-JP")
    page, address = asking.new_page(), "mine-link@example.jp"
    page.goto(f"{live.url}/my/")
    page.fill("#to", address)
    page.get_by_role("button", name="確認コードを送る").click()
    opened = reading.new_page()
    opened.goto(link_for(live, address))
    opened.get_by_role("button", name="入る").click()
    expect(opened.get_by_role("button", name="サインアウト")).to_be_visible()
    asking.close()
    reading.close()


# -- passkeys -----------------------------------------------------------------------------------------


def device(context: BrowserContext, page: Page) -> tuple[Any, str]:
    """A device that holds discoverable keys and knows its owner."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(made["authenticatorId"])


def test_a_passkey_is_made_and_opens_the_door(context: BrowserContext, page: Page, live: Live) -> None:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    address = "mine-passkey@example.jp"
    write(page, live, address)
    enter(page, live, address)
    session, id = device(context, page)
    page.get_by_role("link", name="パスキー").click()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("status")).to_contain_text("登録しました")
    (kept,) = session.send("WebAuthn.getCredentials", {"authenticatorId": id})["credentials"]
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="サインアウト").click()
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()
    expect(page.get_by_text("見積書の宛名")).to_have_count(0)  # a key is the mailbox, and no name

    assert (kept["isResidentCredential"], kept["rpId"]) == (True, "localhost")
    assert address not in str(kept)
    assert wrong == []


def test_an_answer_opens_once_and_a_dropped_key_never(
    context: BrowserContext, page: Page, live: Live
) -> None:
    address = "mine-replay@example.jp"
    write(page, live, address)
    enter(page, live, address)
    device(context, page)
    page.goto(f"{live.url}/my/passkeys/")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("status")).to_contain_text("登録しました")
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="サインアウト").click()
    sent: list[str] = []
    page.on(
        "request",
        lambda one: sent.append(one.post_data or "") if one.url.endswith("/my/passkeys/enter/") else None,
    )
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()
    again = context.request.post(
        f"{live.url}/my/passkeys/enter/", data=sent[-1],
        headers={"Content-Type": "application/x-www-form-urlencoded"}, max_redirects=0,
    )  # fmt: skip
    page.goto(f"{live.url}/my/passkeys/")
    page.get_by_role("button", name=re.compile("^外す")).click()
    expect(page.get_by_role("status")).to_contain_text("外しました")
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="サインアウト").click()
    page.goto(f"{live.url}/my/")
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_text("パスキーを確かめられませんでした").first).to_be_visible()

    assert again.status == 422
    clean_door = page.get_by_role("button", name="確認コードを送る")
    expect(clean_door).to_be_visible()  # the other way in is still there
