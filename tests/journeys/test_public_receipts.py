"""控え, the mailing choice and the way out of it, policy and notices, and what watchers ask."""

import json
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import links
from madoguchi.rooms.consent.models import Choice
from madoguchi.rooms.consent.queries import consents
from madoguchi.rooms.gate.queries import is_suppressed
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.vault.actions.destroy_file import destroy_file
from madoguchi.rooms.vault.queries import suppression_mark
from tests.house import ANSWERS, House
from tests.journeys.visitor import Screen, Visitor


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def receipt_link(done: Screen) -> str:
    return next(link for link in done.links if link.startswith("/receipts/"))


def test_the_receipt_says_what_was_shown_and_nothing_that_was_typed(visitor: Visitor, client: Client) -> None:
    done = visitor.send()
    path = receipt_link(done)
    page, data = visitor.open(path), client.get(path.rstrip("/") + ".json")

    content: dict[str, Any] = json.loads(data.content)
    inquiry = Inquiry.objects.get()
    assert content["receipt_number"] == inquiry.receipt_number
    assert content["acknowledgement"]["deemed"] is True
    assert content["choices"] == []
    assert page.says(content["notice"]["digest"])
    assert page.says(content["policy"]["digest"])
    assert client.get(content["notice"]["url"].partition("8000")[2]).status_code == 200
    for text in (page.html, data.content.decode()):
        for key in ("body", "name", "company", "phone", "email"):
            assert ANSWERS[key].splitlines()[0] not in text
    assert page.response["Cache-Control"] == data["Cache-Control"] == "no-store"


def test_tokens_of_one_purpose_open_nothing_else(visitor: Visitor) -> None:
    done = visitor.send()
    token = done.path.split("/")[2]

    assert visitor.open(f"/receipts/{token}/").status == 404
    assert visitor.open(f"/unsubscribe/{token}/").status == 404
    Inquiry.objects.update(link_issue=2)
    assert visitor.open(done.path).status == 404
    assert visitor.open(receipt_link(done)).status == 404


def test_a_mailing_is_asked_for_unticked_and_taken_back(visitor: Visitor) -> None:
    done = visitor.send()
    inquiry = Inquiry.objects.get()
    assert "mailing" not in done.fields
    assert done.says("株式会社ecloreから、セミナー・イベント")

    for path in (done.path, receipt_link(done)):
        assert visitor.post(f"{path}mailing/", {"go": "give"}).status == 303
        assert not consents(inquiry.person_id, "event-mail")

        given = visitor.post(f"{path}mailing/", {"go": "give", "mailing": "yes"})
        assert given.response["Location"] == f"{path}?mailing=given#mailing"
        assert consents(inquiry.person_id, "event-mail")
        assert visitor.open(path).says("ご案内メールを申し込みました。")

        visitor.post(f"{path}mailing/", {"go": "withdraw"})
        assert not consents(inquiry.person_id, "event-mail")
        assert is_suppressed(suppression_mark("email", "hanako@example.jp"))
    assert visitor.open(path).says("取り消し")
    assert Choice.objects.count() == 2


def test_a_choice_made_elsewhere_is_neither_told_nor_undone(visitor: Visitor) -> None:
    first = visitor.send()
    visitor.post(f"{first.path}mailing/", {"go": "give", "mailing": "yes"})
    second = visitor.send(body="別の方かもしれません。")

    assert not second.says("ご案内メールを申し込みました。")
    visitor.post(f"{second.path}mailing/", {"go": "withdraw"})
    assert Choice.objects.get().withdrawn_at is None


def test_unsubscribe_never_acts_on_get(visitor: Visitor, client: Client) -> None:
    done = visitor.send()
    visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"})
    inquiry = Inquiry.objects.get()
    path = f"/unsubscribe/{links.mint('unsubscribe', inquiry.id, inquiry.link_issue)}/"

    screen = visitor.open(path)
    client.head(path)
    assert consents(inquiry.person_id, "event-mail")
    assert screen.buttons == [("go", "stop")]
    assert "hanako@" not in screen.html

    one_click = Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert not consents(inquiry.person_id, "event-mail")
    assert visitor.press(screen, "stop").says("ご案内メールを止めました")


def test_unsubscribe_from_another_site_is_refused(visitor: Visitor) -> None:
    visitor.send()
    inquiry = Inquiry.objects.get()
    path = f"/unsubscribe/{links.mint('unsubscribe', inquiry.id)}/"

    assert visitor.post(path, "x=1", **{"sec-fetch-site": "cross-site"}).status == 403
    assert not is_suppressed(suppression_mark("email", "hanako@example.jp"))


def test_after_erasure_the_pages_still_open_without_an_address(visitor: Visitor) -> None:
    done = visitor.send()
    destroy_file(file=Inquiry.objects.get().file_id, reason="request")

    screen = visitor.open(done.path)
    assert screen.status == 200
    assert "example.jp" not in screen.html
    assert visitor.open(receipt_link(done)).status == 200
    assert visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"}).status == 404


def test_the_policy_is_readable_and_numbered(visitor: Visitor, house: House) -> None:
    screen = visitor.open("/policy/")

    assert screen.says("第1版（いまの版）")
    assert screen.html.count('class="clause"') == 11
    assert screen.links.count("#clause-11") == 1
    assert visitor.open("/policy/versions/1/").html == screen.html
    assert screen.response.cookies == {}


def test_what_watchers_ask(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"database": True, "keys": True}
    security = client.get("/.well-known/security.txt").content.decode()
    assert security.startswith("Contact: ")
    assert "\nExpires: " in security


def test_a_click_in_a_web_mailer_may_look_at_the_unsubscribe_page(house: House) -> None:
    """Following a link from another site is a cross-site GET; only the POST is checked for its origin."""
    receipt = house.submit()
    address = f"/unsubscribe/{links.mint('unsubscribe', receipt.id, receipt.link_issue)}/"

    looked = Client(headers={"sec-fetch-site": "cross-site"}).get(address)
    pressed = Client(headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}).post(address)

    assert (looked.status_code, pressed.status_code) == (200, 403)
