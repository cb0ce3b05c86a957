"""A request by the public page: asked for what is needed, told the fee before, and nothing of what is held."""

import os
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.faces.public_site.requests.offers import FIRST, OFFERS
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.links import mint
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.policy.rules.publishing import ChangeClass
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.package import make_package, order_package
from madoguchi.rooms.rights.models import DisclosurePackage, FeeRecord, IdentityCheck, RightsRequest
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.queries.package import handing
from madoguchi.rooms.rights.queries.requests import asked_of
from madoguchi.rooms.rights.rules import requests as rules
from tests.changing import change_policy
from tests.house import House
from tests.journeys.test_public_away import away
from tests.journeys.visitor import FORM, Screen, Visitor, screen_of
from tests.rooms.rights.asked import (
    EMAIL,
    REASON,
    collected,
    decided,
    identified,
    officer_of,
    opened,
    row,
    settled,
    told,
)

WHO = {"name": "山田 花子", "email": "hanako@example.jp"}
WHAT: dict[str, dict[str, str]] = {
    "disclosure": {"wish": "electronic", "about": "11月の見積書のこと"},
    "purpose_notice": {"wish": "electronic"},
    "provision_record_disclosure": {"wish": "paper", "postal": "〒100-0000 東京都千代田区1-2-3"},
    "correction": {"item": "phone", "value": "03-1111-2222", "ground": "番号が変わりました。"},
    "use_cessation": {"ground": "もう必要がありません。"},
    "erasure": {"about": "すべて"},
    "provision_cessation": {},
    "collection_stop": {"item": "mailings"},
    "joint_use_exclusion": {},
    "consent_withdrawal": {"words": "ご案内のこと"},
    "mail_opt_out": {},
}
ASKED = {
    "disclosure": {"about", "wish", "postal", "name", "email", "phone", "agent", "agent_name", "agent_contact"},
    "correction": {"item", "value", "ground", "about", "name", "email", "phone", "agent", "agent_name", "agent_contact"},
    "erasure": {"about", "ground", "name", "email", "phone", "agent", "agent_name", "agent_contact"},
    "collection_stop": {"item", "name", "email"},
    "mail_opt_out": {"name", "email"},
}  # fmt: skip


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def path_of(kind: str) -> str:
    return f"/requests/new/{kind}/"


def confirm(visitor: Visitor, kind: str, **typed: str) -> Screen:
    return visitor.press(visitor.open(path_of(kind)), "confirm", **(WHO | WHAT[kind] | typed))


def send(visitor: Visitor, kind: str, **typed: str) -> Screen:
    """入力 → 確認 → 受付."""
    screen = confirm(visitor, kind, **typed)
    assert screen.status == 200, screen.texts
    sent = visitor.press(screen, "send", fee="yes")
    assert sent.status == 303, sent.texts
    return visitor.open(sent.response["Location"])


def link(request: RightsRequest) -> str:
    return f"/requests/{mint('request', request.id, request.link_issue)}/"


def refused(screen: Screen, status: int) -> None:
    assert screen.status == status, screen.texts[:20]
    assert 'lang="ja"' in screen.html
    assert RightsRequest.objects.count() == 0


# -- the page that says what one may ask for ------------------------------------------------------------


def test_every_kind_of_request_is_offered_the_rarer_ones_behind_one_step(visitor: Visitor) -> None:
    screen = visitor.open("/requests/")
    offered = [each for each in screen.links if each.startswith("/requests/new/")]

    assert OFFERS.keys() == rules.KINDS.keys()
    assert sorted(offered) == sorted(path_of(kind) for kind in rules.KINDS)
    first, _, rest = screen.html.partition("<details")
    assert [kind for kind in FIRST if path_of(kind) in first] == list(FIRST)
    assert {kind for kind in OFFERS if path_of(kind) in rest} == OFFERS.keys() - set(FIRST)
    assert screen.says("そのほかのご請求")


def test_each_says_what_it_costs_by_the_policy_in_force_and_how_long_it_takes(
    house: House, visitor: Visitor
) -> None:
    html = visitor.open("/requests/").html
    said = {
        kind: re.sub(r"<[^>]+>|\s", "", block)
        for kind, block in re.findall(r'<a href="/requests/new/(\w+)/">(.*?)</li>', html, re.DOTALL)
    }

    assert {kind for kind, words in said.items() if "手数料1件1,000円" in words} == {
        "disclosure", "purpose_notice", "provision_record_disclosure",
    }  # fmt: skip
    assert {kind for kind, words in said.items() if "手数料かかりません" in words} == {
        kind for kind, each in rules.KINDS.items() if not each.fee
    }
    assert {kind for kind, words in said.items() if "その場で止まります" in words} == {
        kind for kind, each in rules.KINDS.items() if each.at_once
    }
    assert {kind for kind, words in said.items() if "2週間のうちに" in words} == {
        kind for kind, each in rules.KINDS.items() if each.suit
    }
    assert all("ご本人の確認メールで届くリンク" in words for words in said.values())


def test_every_public_page_leads_here_in_one_step(house: House, visitor: Visitor) -> None:
    pages = ["/", "/policy/", "/forms/privacy/", "/requests/", "/no/such/page/", path_of("erasure")]

    assert [path for path in pages if "/requests/" not in visitor.open(path).links] == []


def test_no_page_of_it_sets_a_cookie_or_needs_a_script(house: House, visitor: Visitor) -> None:
    done = send(visitor, "disclosure")
    screens = [
        visitor.open("/requests/"),
        visitor.open(path_of("disclosure")),
        confirm(visitor, "disclosure"),
        done,
        visitor.open(link(RightsRequest.objects.get())),
        visitor.open("/requests/paper/request/"),
    ]

    assert [screen.status for screen in screens] == [200] * 6
    for screen in screens:
        assert "<script" not in screen.html
        assert "script-src" not in screen.response["Content-Security-Policy"]
        assert not screen.response.cookies
    assert not visitor.client.cookies


@pytest.mark.parametrize("kind", ASKED)
def test_only_what_is_needed_for_the_kind_is_asked(visitor: Visitor, kind: str) -> None:
    html = visitor.open(path_of(kind)).html

    assert set(re.findall(r'name="(\w+)"', html.partition("<main")[2])) - {"go"} == ASKED[kind]


def test_unknown_kinds_and_forms_are_not_there(visitor: Visitor) -> None:
    for path in (
        "/requests/new/complaint/",
        "/requests/new/x/",
        "/requests/paper/x/",
        "/requests/x/",
        "/requests/done/x/",
    ):
        assert visitor.open(path).status == 404
    assert visitor.post(path_of("x"), {"go": "send"}).status == 404


# -- asking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(rules.KINDS))
def test_every_kind_is_asked_confirmed_and_received(house: House, visitor: Visitor, kind: str) -> None:
    screen = confirm(visitor, kind)
    assert screen.says(OFFERS[kind].title)
    assert screen.says("まだ送信されていません")
    assert RightsRequest.objects.count() == 0

    done = visitor.open(visitor.press(screen, "send", fee="yes").response["Location"])

    request = RightsRequest.objects.get()
    assert (request.kind, request.channel, request.state) == (kind, "web", "received")
    assert asked_of(request).keys() == (WHO | WHAT[kind]).keys() - {"wish"}
    assert done.says(request.number)
    assert Job.objects.filter(kind="rights.acknowledge").count() == 1


@pytest.mark.law("T-C8-1")
def test_T_C8_1_the_page_and_the_mail_say_the_arrival_and_the_two_week_line(
    house: House, visitor: Visitor
) -> None:
    done = send(visitor, "disclosure")
    house.work()

    request = RightsRequest.objects.get()
    assert request.line_on is not None
    assert (request.line_on - clock.local(request.arrived_at).date()).days == 14
    line = f"{request.line_on.year}年{request.line_on.month}月{request.line_on.day}日"
    assert done.says(line)
    (mail,) = house.mails(to=WHO["email"])
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert (line in text, link(request) in text, request.number in text) == (True, True, True)


def test_what_was_typed_comes_back_at_修正(visitor: Visitor) -> None:
    screen = confirm(visitor, "correction", agent="mandated", agent_name="石井 徹")

    back = visitor.press(screen, "edit")

    typed = WHO | WHAT["correction"] | {"agent": "mandated", "agent_name": "石井 徹"}
    assert {key: back.fields[key] for key in typed} == typed


def test_an_agent_gives_a_name_and_how_they_may_speak(house: House, visitor: Visitor) -> None:
    refused(confirm(visitor, "disclosure", agent="mandated"), 422)

    done = send(visitor, "disclosure", agent="mandated", agent_name="石井 徹", agent_contact="090-0000-0000")

    request = RightsRequest.objects.get()
    assert (request.agent, asked_of(request)["agent_name"]) == ("mandated", "石井 徹")
    assert not done.says("石井")


def test_what_nobody_asked_for_is_not_stored(house: House, visitor: Visitor) -> None:
    send(
        visitor,
        "mail_opt_out",
        phone="03-0000-0000",
        postal="東京都",
        agent="legal",
        agent_name="だれか",
        ground="理由",
    )

    request = RightsRequest.objects.get()
    assert (asked_of(request), request.agent, request.wish) == (WHO, "", "")


# -- the fee (T-C8-5) ---------------------------------------------------------------------------------------


@pytest.mark.law("T-C8-5")
@pytest.mark.parametrize("kind", list(rules.KINDS))
def test_T_C8_5_the_fee_is_shown_before_and_confirmed_for_three_kinds_only(
    house: House, visitor: Visitor, kind: str
) -> None:
    costs = rules.KINDS[kind].fee
    screens = [visitor.open(path_of(kind)), confirm(visitor, kind)]

    assert [screen.says("1,000円") for screen in screens] == [costs, costs]
    sent = visitor.press(screens[1], "send")
    if not costs:
        assert sent.status == 303
        assert not FeeRecord.objects.exists()
        return
    refused(sent, 422)
    assert sent.says("手数料をお確かめのうえ")
    assert visitor.press(sent, "send", fee="yes").status == 303
    fee = FeeRecord.objects.get()
    assert (fee.yen, fee.shown_at is not None, fee.settled_at) == (1000, True, None)


@pytest.mark.law("T-C8-5")
def test_T_C8_5_a_fee_that_changed_meanwhile_is_shown_again(house: House, visitor: Visitor) -> None:
    screen = confirm(visitor, "disclosure")
    change_policy(house, ChangeClass.WORDING, clause=8, new="\n手数料を改めました。", fee_yen=300)

    again = visitor.press(screen, "send", fee="yes")

    refused(again, 409)
    assert (again.says("手数料が変わりました"), again.says("300円"), "fee" in again.fields) == (
        True,
        True,
        False,
    )
    assert visitor.press(again, "send", fee="yes").status == 303
    assert FeeRecord.objects.get().yen == 300


# -- an unverified requester learns nothing (T-C8-2) ----------------------------------------------------------


def journey(visitor: Visitor, kind: str, email: str) -> list[Screen]:
    """Everything a stranger sees, up to the proof of the mailbox."""
    asked = visitor.open(path_of(kind))
    said = visitor.press(asked, "confirm", **(WHO | WHAT[kind] | {"email": email}))
    sent = visitor.press(said, "send", fee="yes")
    done = visitor.open(sent.response["Location"])
    request = RightsRequest.objects.latest("opened_at")
    return [asked, said, sent, done, visitor.open(link(request))]


def plain(screen: Screen, email: str) -> str:
    """What differs between any two requests: the address itself, numbers, signed tokens, the minute."""
    html = screen.html.replace(email, "…")
    html = re.sub(r"R-\d{8}-[0-9A-Z]+", "R-…", html)
    html = re.sub(r'value="[\w-]{40,}(?:\.[\w-]+)?"|\d{1,2}:\d\d', "…", html)
    return f"{screen.status} {sorted(screen.response.headers.keys())} {html}"


@pytest.mark.law("T-C8-2")
@pytest.mark.parametrize("kind", list(rules.KINDS))
def test_T_C8_2_the_same_pages_whether_anything_is_held_or_not(
    house: House, visitor: Visitor, kind: str
) -> None:
    house.submit(email="hanako@example.jp", body="PLANTED 見積書")
    known, unknown = "hanako@example.jp", "nobody@example.jp"

    with_data, without = journey(visitor, kind, known), journey(visitor, kind, unknown)

    assert [plain(a, known) for a in with_data] == [plain(b, unknown) for b in without]
    assert not any("PLANTED" in screen.html for screen in with_data)


def shape(sql: str) -> str:
    """A statement without its values; nothing for the epochs of keys, which are read anew now and then for all, nor for
    what a fresh connection asks once."""
    return (
        ""
        if "vault_epoch" in sql or sql.startswith("SHOW ")
        else re.sub(r"[xX]?'[^']*'(::\w+)?|\b\d+\b", "?", sql)
    )


@pytest.mark.law("T-C8-2")
def test_T_C8_2_the_same_code_path_down_to_the_statements(
    house: House, visitor: Visitor, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    house.submit(email="hanako@example.jp")
    statements = []
    for email in ("hanako@example.jp", "nobody@example.jp"):
        screen = confirm(visitor, "disclosure", email=email)
        with count_queries() as seen:
            assert visitor.press(screen, "send", fee="yes").status == 303
        statements.append([sql for each in seen.captured_queries if (sql := shape(each["sql"]))])

    assert statements[0] == statements[1]
    assert len(statements[0]) > 5


@pytest.mark.law("T-C8-2")
def test_T_C8_2_the_same_mail_whether_anything_is_held_or_not(house: House, visitor: Visitor) -> None:
    house.submit(email="hanako@example.jp", body="PLANTED 見積書")
    house.work()
    before = len(house.mails(to="hanako@example.jp"))
    for email in ("hanako@example.jp", "nobody@example.jp"):
        send(visitor, "erasure", email=email)
    house.work()

    texts = []
    for email, skip in (("hanako@example.jp", before), ("nobody@example.jp", 0)):
        (mail,) = house.mails(to=email)[skip:]
        text = f"{mail['Subject']} {mail.get_payload(decode=True).decode()}"  # type: ignore[union-attr]
        texts.append(re.sub(r"R-\d{8}-[0-9A-Z]+|requests/[\w-]{40,}|\d{1,2}:\d\d|=\?.*?\?=", "…", text))
    assert texts[0] == texts[1]
    assert "PLANTED" not in texts[0]


# -- the link in the mail -------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_pressing_proves_the_mailbox(
    house: House, visitor: Visitor
) -> None:
    send(visitor, "erasure")
    request = RightsRequest.objects.get()
    path = link(request)

    for _ in range(3):
        visitor.open(path)
        visitor.client.head(path)
    request.refresh_from_db()
    assert (request.state, IdentityCheck.objects.count()) == ("received", 0)

    pressed = visitor.press(visitor.open(path), "mailbox")
    assert (pressed.status, pressed.response["Location"]) == (303, f"{path}?noted=mailbox")
    visitor.press(visitor.open(path), "mailbox")
    request.refresh_from_db()
    check = IdentityCheck.objects.get()
    assert (request.state, check.way, check.passed) == ("verifying", "mailbox", True)
    assert visitor.open(path).says("ご本人であることを確かめています")
    assert "mailbox" not in [value for _, value in visitor.open(path).buttons]


@pytest.mark.parametrize("kind", [kind for kind, each in rules.KINDS.items() if each.at_once])
def test_what_only_stops_a_use_is_done_with_the_proof(house: House, visitor: Visitor, kind: str) -> None:
    house.submit(email="hanako@example.jp")
    for email in ("hanako@example.jp", "nobody@example.jp"):
        send(visitor, kind, email=email)
        path = link(RightsRequest.objects.latest("opened_at"))
        assert visitor.press(visitor.open(path), "mailbox").status == 303
        assert visitor.open(path).says("終わりました")
    assert {each.state for each in RightsRequest.objects.all()} == {"closed"}


def test_a_request_is_taken_back_by_pressing(house: House, visitor: Visitor) -> None:
    send(visitor, "erasure")
    request = RightsRequest.objects.get()

    visitor.press(visitor.open(link(request)), "withdraw")

    request.refresh_from_db()
    assert request.state == "withdrawn"
    after = visitor.open(link(request))
    assert (after.says("取り下げられました"), after.buttons) == (True, [])
    again = visitor.post(link(request), {"go": "withdraw"})
    assert (again.status, again.says("取下げ")) == (409, True)


def test_each_link_opens_its_own_page_only(house: House, visitor: Visitor) -> None:
    send(visitor, "erasure")
    request = RightsRequest.objects.get()
    tokens = {
        purpose: mint(purpose, request.id, request.link_issue)
        for purpose in ("request", "request-done", "done")
    }
    RightsRequest.objects.filter(id=request.id).update(link_issue=2)

    for purpose, token in tokens.items():
        assert visitor.open(f"/requests/{token}/").status == 404, purpose
        assert visitor.open(f"/requests/done/{token}/").status == 404, purpose
    fresh = {
        purpose: mint(purpose, request.id, 2) for purpose in ("request", "request-done", "done", "receipt")
    }
    assert {p for p, token in fresh.items() if visitor.open(f"/requests/{token}/").status == 200} == {
        "request"
    }
    assert {p for p, token in fresh.items() if visitor.open(f"/requests/done/{token}/").status == 200} == {
        "request-done"
    }


def test_the_done_page_says_number_and_days_and_nothing_else(house: House, visitor: Visitor) -> None:
    done = send(
        visitor, "correction", value="PLANTED 03-9999-9999", name="植木 植子", email="planted@example.jp"
    )

    assert not any(words in done.html for words in ("PLANTED", "植子", "planted@"))
    status = visitor.open(link(RightsRequest.objects.get()))
    assert not any(words in status.html for words in ("PLANTED", "植子", "planted@"))


# -- an item that an answer cannot do without (T-C4-3) ----------------------------------------------------------


@pytest.mark.law("T-C4-3")
def test_T_C4_3_an_essential_item_explains_and_offers_to_erase_everything(
    house: House, visitor: Visitor
) -> None:
    asked = visitor.open(path_of("collection_stop"))
    assert 'value="essential"' in asked.html

    told = visitor.press(asked, "confirm", **WHO, item="essential")

    assert told.says("お問い合わせにお答えするために欠かせません")
    assert told.says("すべてを消すこともできます")
    assert RightsRequest.objects.count() == 0
    erasing = visitor.post(path_of("erasure"), {key: told.fields[key] for key in WHO} | {"go": "edit"})
    assert erasing.says(OFFERS["erasure"].title)
    assert {key: erasing.fields[key] for key in WHO} == WHO
    forged = visitor.press(confirm(visitor, "collection_stop"), "send", item="essential")
    assert forged.status == 303
    assert asked_of(RightsRequest.objects.get())["item"] == "mailings"


# -- what no page would send ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", "あ" * 101), ("about", "あ" * 10_001), ("email", "a" * 300 + "@example.jp"), ("postal", "あ" * 301),
     ("email", "hanako"), ("email", ""), ("name", ""), ("name", "\u200b"), ("wish", ""), ("wish", "fax"), ("agent", "friend"),
     ("phone", "12"), ("name", "e" + "\u0301" * 2000)],
)  # fmt: skip
def test_what_is_missing_or_does_not_fit_is_named_and_the_rest_is_kept(
    visitor: Visitor, key: str, value: str
) -> None:
    typed = {"about": "見積書", "wish": "paper", "postal": "〒100-0000 東京都", "agent_name": "石井"} | WHO
    answer = confirm(visitor, "disclosure", **(typed | {key: value}))

    refused(answer, 422)
    assert f'href="#{key}"' in answer.html
    others = typed.keys() - {key}
    assert {each: answer.fields.get(each) for each in others} == {each: typed[each] for each in others}


@pytest.mark.parametrize("bad", ["%00", "%ED%A0%80", "%FF", "%C0%AF"])
@pytest.mark.parametrize("key", ["name", "email", "about"])
def test_nul_and_broken_utf8_are_named_and_taken_out(visitor: Visitor, key: str, bad: str) -> None:
    fields = visitor.open(path_of("erasure")).fields | WHO | {"about": "見積書", "go": "confirm"}
    value = fields.pop(key)

    answer = visitor.post(path_of("erasure"), f"{urlencode(fields)}&{urlencode({key: value})}{bad}")

    refused(answer, 422)
    assert answer.says("使えない文字が含まれています")
    assert answer.fields[key] == value


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧 山田 🇯🇵",
        "\u202eかこなは",
        "髙﨑𠮷葛󠄀",
        "<script>alert(1)</script>",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_strange_letters_are_words(house: House, visitor: Visitor, text: str) -> None:
    screen = confirm(visitor, "erasure", name=text, about=text)
    assert screen.status == 200
    assert "<script>alert" not in screen.html
    assert visitor.press(screen, "send").status == 303
    assert asked_of(RightsRequest.objects.get())["about"] == text


@pytest.mark.parametrize("headers", [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"},
])  # fmt: skip
def test_another_sites_post_does_nothing_and_keeps_the_words(house: House, headers: dict[str, str]) -> None:
    visitor = Visitor(Client())
    screen = confirm(visitor, "erasure")
    fields = urlencode(screen.fields | WHO | {"go": "send"})

    answer = visitor.post(path_of("erasure"), fields, **headers)
    refused(answer, 403)
    assert answer.says(WHO["name"])

    assert visitor.press(screen, "send").status == 303
    request = RightsRequest.objects.get()
    for go in ("mailbox", "withdraw"):
        assert visitor.post(link(request), {"go": go}, **headers).status == 403
    request.refresh_from_db()
    assert request.state == "received"


def test_other_content_types_too_much_and_twice(visitor: Visitor) -> None:
    path, body = path_of("erasure"), urlencode(WHO | {"go": "confirm"})

    refused(visitor.post(path, body, kind="application/json"), 415)
    refused(visitor.post(path, "about=" + "a" * (2 * 1024 * 1024 + 1)), 413)
    refused(visitor.post(path, "&".join(f"f{n}=1" for n in range(10_000))), 400)
    twice = visitor.post(path, f"{body}&name=x")
    refused(twice, 400)
    assert twice.fields["email"] == WHO["email"]
    assert visitor.client.put(path).status_code == 405


@pytest.mark.parametrize("slip", ["", "x", "x.y", "e30.e30", "WyJ4Il0.eA", "%00"])
def test_a_slip_that_we_did_not_write_sends_nothing(visitor: Visitor, slip: str) -> None:
    answer = visitor.post(path_of("erasure"), WHO | {"go": "send", "slip": slip})

    refused(answer, 400)
    assert answer.fields["name"] == WHO["name"]


def test_a_slip_of_another_kind_sends_nothing(visitor: Visitor) -> None:
    slip = confirm(visitor, "erasure").fields["slip"]

    refused(visitor.post(path_of("disclosure"), {"go": "send", "slip": slip, "fee": "yes"}), 400)


def test_repeated_sends_make_one_request(house: House, visitor: Visitor) -> None:
    screen = confirm(visitor, "disclosure")
    fields = urlencode(screen.fields | {"go": "send", "fee": "yes"})
    places: list[Any] = []

    def press() -> None:
        try:
            answer = Client().post(path_of("disclosure"), fields, content_type=FORM)
            places.append((answer.status_code, answer.get("Location")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (len(places), {status for status, _ in places}, len(set(places))) == (12, {303}, 1)
    assert (RightsRequest.objects.count(), FeeRecord.objects.count(), Person.objects.count()) == (1, 1, 1)
    house.work()
    assert len(house.mails(to=WHO["email"])) == 1


# -- how it stands -------------------------------------------------------------------------------------------


def test_the_status_page_says_in_plain_words_where_it_stands(house: House, visitor: Visitor) -> None:
    house.submit(email=EMAIL, phone="03-0000-0000")
    id = opened(house, "disclosure").id
    path = link(row(id))
    said = [visitor.open(path).says("メールの確かめをお待ちしています")]
    identified(house, id)
    said.append(visitor.open(path).says("手数料のご入金をお待ちしています"))
    settled(house, id)
    said.append(visitor.open(path).says("お調べしています"))
    living = living_of(row(id).person_id)
    collect(viewer=officer_of(house), request_id=id, files=living, seen=living)
    decided(house, id, "refused")
    before = visitor.open(path)
    said += [before.says("お答えをまとめています"), not before.says("応じられませんでした")]
    told(house, id, "refused")
    after = visitor.open(path)
    said += [
        after.says("結果をお知らせしました"),
        after.says("ご請求に応じられませんでした"),
        not after.says(REASON),
    ]

    assert said == [True] * 8


# -- handing over once (T-C8-4) --------------------------------------------------------------------------------


def packed(house: House) -> DisclosurePackage:
    """Ready to be fetched."""
    house.submit(email=EMAIL, body="PLANTED 見積書")
    id = opened(house, "disclosure").id
    collected(house, id)
    decided(house, id)
    made = order_package(viewer=officer_of(house), request_id=id, form="electronic")
    make_package(made)
    execute(viewer=officer_of(house), request_id=id)
    return DisclosurePackage.objects.get(id=made)


@pytest.mark.law("T-C8-4")
def test_T_C8_4_the_link_gives_the_file_once_and_says_kindly_that_it_is_spent(
    house: House, visitor: Visitor
) -> None:
    package = packed(house)
    path = f"/requests/{mint('package', package.id, package.link_issue)}/package/"

    for _ in range(2):
        shown = visitor.open(path)
        assert (
            shown.status,
            handing(path.split("/")[2]).secret in shown.html,
            package.digest in shown.html,
        ) == (200, False, False)
    secret = handing(path.split("/")[2]).secret
    for _ in range(2):
        shown = visitor.press(shown, "open")
        assert (shown.status, secret in shown.html, package.digest in shown.html) == (200, True, True)
    answer = visitor.client.post(path, "go=fetch", content_type=FORM)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert (answer.status_code, len(content), sha256(content).hexdigest()) == (
        200,
        package.size,
        package.digest,
    )
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="disclosure-{row(package.request_id).number}.zip"'
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"PLANTED" not in content

    spent = [visitor.open(path), visitor.post(path, {"go": "open"}), visitor.post(path, {"go": "fetch"})]
    assert [screen.status for screen in spent] == [410] * 3
    assert all(screen.says("次にできること") and secret not in screen.html for screen in spent)


def test_no_other_link_and_no_other_site_fetches_it(house: House, visitor: Visitor) -> None:
    package = packed(house)
    request = row(package.request_id)
    wrong = (mint("request", request.id), mint("package", request.id), mint("package", package.id, 2), "x")

    assert [visitor.open(f"/requests/{token}/package/").status for token in wrong] == [410] * 4
    path = f"/requests/{mint('package', package.id, package.link_issue)}/package/"
    elsewhere = Visitor(Client())
    for go in ("open", "fetch"):
        assert elsewhere.post(path, {"go": go}, **{"sec-fetch-site": "cross-site"}).status == 403
    package.refresh_from_db()
    assert package.state == "ready"


# -- the database is away ----------------------------------------------------------------------------------------


@pytest.mark.skipif(
    os.environ.get("MADOGUCHI_TEST_ENGINE") == "postgresql", reason="takes a file database away"
)
def test_away_keeps_the_words_and_the_next_press_sends_them(visitor: Visitor) -> None:
    screen = confirm(visitor, "disclosure")
    with away():
        answer = visitor.press(screen, "send", fee="yes")
        page = visitor.open("/requests/")
    assert (answer.status, answer.says("まだ送信されていません"), answer.says(WHO["name"])) == (
        503,
        True,
        True,
    )
    assert (page.status, answer.response["Retry-After"]) == (200, "30")

    assert RightsRequest.objects.count() == 0
    assert visitor.press(answer, "send").status == 303
    assert RightsRequest.objects.count() == 1


# -- paper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["request", "mandate"])
def test_the_blank_forms_bear_the_operators_facts(house: House, visitor: Visitor, form: str) -> None:
    from madoguchi.rooms.organisation.queries import entity_facts

    sheet, facts = visitor.open(f"/requests/paper/{form}/"), entity_facts(house.entity_id)
    paper = sheet.html.partition("<article")[2].partition("</article>")[0]

    assert [name for name in ("name", "address", "desk", "postal_code") if facts[name] not in paper] == []
    assert [each.label for each in rules.KINDS.values() if each.label not in paper] == []
    assert screen_of("", sheet.response).fields == {}
