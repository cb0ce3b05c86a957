"""Asking for one's own data in a real browser: accessible by day and night, on the narrowest phone, by keyboard,
without a script, and on paper."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk_screens import opened, sideways
from tests.browser.test_public_axe import EACH_STATE_ONCE, clean
from tests.live import Live

# Two requests of somebody who wrote, in the demo's own surroundings: one just opened, one ready to be fetched.
_MAKE = """
import secrets
import time
import django
django.setup()
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.foundation.lib.links import mint
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import decide
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.fee import settle_fee
from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox
from madoguchi.rooms.rights.actions.open_request import open_request
from madoguchi.rooms.rights.actions.package import order_package
from madoguchi.rooms.rights.models import DisclosurePackage, RightsRequest
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.rules.asking import Asking

each = next(
    i for i in Inquiry.objects.filter(lane="inbox") if all(answers_of(i).values.get(k) for k in ("email", "phone"))
)
who = {key: answers_of(each).values[key] for key in ("name", "email")}
officer = viewer_of(Staff.objects.filter(role="officer").first())
links = []
for _ in range(2):
    id = open_request(
        entity_id=each.entity_id, asking=Asking("disclosure", who, wish="electronic", draft=secrets.token_bytes(16)),
        channel="web", by=VISITOR,
    ).id
    links.append("/requests/" + mint("request", id) + "/")
note_mailbox(request_id=id, by=VISITOR)
note_check(viewer=officer, request_id=id, way="call-back", passed=True)
settle_fee(viewer=officer, request_id=id, how="waived", waived_for="small")
living = living_of(RightsRequest.objects.get(id=id).person_id)
collect(viewer=officer, request_id=id, files=living, seen=living)
decide(viewer=officer, request_id=id, outcome="granted")
made = order_package(viewer=officer, request_id=id, form="electronic")
while (package := DisclosurePackage.objects.get(id=made)).state != "ready":  # the demo's own worker makes it
    time.sleep(0.2)
execute(viewer=officer, request_id=id)
print(*links, "/requests/" + mint("package", made, package.link_issue) + "/package/")
"""


def made(demo: Live) -> list[str]:
    """Addresses: a request that waits for the mailbox, one that is being answered, and the file to fetch."""
    environment = demo.environment | {
        "MADOGUCHI_DATA_DIR": str(demo.data), "MADOGUCHI_KEY_DIR": str(demo.folder / "keys"),
        "MADOGUCHI_MAIL_URL": f"dir://{demo.mailbox}", "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
        "MADOGUCHI_BASE_URL": demo.url,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _MAKE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def fill(page: Page) -> None:
    page.get_by_label("お名前", exact=False).first.fill("山田 花子")
    page.locator("#email").fill("hanako@example.jp")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def states(page: Page, demo: Live) -> Iterator[str]:
    """Every page, in every state a visitor meets; the page is there when the name is given."""
    url = demo.url
    page.goto(f"{url}/requests/")
    yield "which"
    page.locator("summary").click()
    yield "which, all"
    page.goto(f"{url}/requests/new/disclosure/")
    yield "input"
    page.locator("summary").click()
    page.get_by_label("委任による代理人").check()
    page.get_by_label("書面", exact=False).check()
    press(page, "確認画面へ進む")
    expect(page.locator("#errors")).to_be_visible()
    yield "error"
    page.goto(f"{url}/requests/new/disclosure/")
    page.get_by_label("電子ファイル", exact=False).check()
    fill(page)
    press(page, "確認画面へ進む")
    yield "confirm"
    page.locator("form").evaluate("form => form.noValidate = true")
    press(page, "送信する")
    expect(page.get_by_text("手数料をお確かめのうえ")).to_be_visible()
    yield "fee not confirmed"
    page.locator("input[name=fee]").check()
    press(page, "送信する")
    page.wait_for_url("**/requests/done/*/")
    yield "done"
    page.goto(f"{url}/requests/new/collection_stop/")
    page.locator("#item").select_option("essential")
    fill(page)
    press(page, "確認画面へ進む")
    yield "essential"
    waiting, answering, package = made(demo)
    page.goto(url + waiting)
    yield "status"
    press(page, "このアドレスはわたしのものです")
    expect(page.get_by_role("status")).to_be_visible()
    yield "mailbox proven"
    page.locator("summary").click()
    press(page, "取り下げる")
    expect(page.locator("h1")).to_have_text("取り下げられました")
    yield "withdrawn"
    page.goto(url + answering)
    yield "answering"
    page.goto(url + package)
    yield "package"
    press(page, "お受け取りに進む")
    expect(page.locator(".secret")).to_be_visible()
    yield "package opened"
    with page.expect_download() as fetched:
        press(page, "ファイルを受け取る")
    assert re.fullmatch(r"disclosure-R-[\w-]+\.zip", fetched.value.suggested_filename)
    page.goto(url + package)
    expect(page.locator("h1")).to_have_text("このリンクは、もう使えません")
    yield "spent"
    for form in ("request", "mandate"):
        page.goto(f"{url}/requests/paper/{form}/")
        yield f"paper {form}"


@pytest.mark.timeout(400)
@EACH_STATE_ONCE
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, live_demo: Live, scheme: str, width: int
) -> None:
    with opened(browser, scheme=scheme, width=width) as page:
        for state in states(page, live_demo):
            clean(page, state)
            assert not sideways(page), state


def test_a_request_by_keyboard_without_a_script(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False, width=360) as page:
        page.goto(f"{live_demo.url}/requests/")
        page.get_by_role("link", name="消してほしい").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#about")).to_be_visible()
        page.locator("#name").focus()
        page.keyboard.type("山田 花子")
        page.keyboard.press("Tab")
        page.keyboard.type("hanako@example.jp")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("ご請求内容の確認")
        page.get_by_role("button", name="送信する").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests/done/*/")
        expect(page.locator(".number")).to_contain_text("R-")
        assert page.context.cookies() == []


def test_what_only_some_are_asked_appears_with_their_choice(browser: Browser, live_demo: Live) -> None:
    with opened(browser, script=False) as page:
        page.goto(f"{live_demo.url}/requests/new/disclosure/")
        expect(page.locator("#postal")).to_be_hidden()
        page.get_by_label("書面", exact=False).check()
        expect(page.locator("#postal")).to_be_visible()
        page.locator("summary").click()
        expect(page.locator("#agent_name")).to_be_hidden()
        page.get_by_label("法定代理人").check()
        expect(page.locator("#agent_name")).to_be_visible()


@pytest.mark.parametrize("form", ["request", "mandate"])
def test_a_blank_form_fits_on_one_sheet_of_paper(browser: Browser, live_demo: Live, form: str) -> None:
    with opened(browser, script=False) as page:
        page.goto(f"{live_demo.url}/requests/paper/{form}/")
        pages = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True)))
        assert pages == 1
        page.emulate_media(media="print")
        for hidden in (".site-head", ".site-foot", "h1", ".blank-more"):
            expect(page.locator(hidden)).to_be_hidden()
