"""控え, the mailing choice and the way out of it, policy and notices, and what watchers ask."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from django.test import Client

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.consent.errors import NotChosen
from madoguchi.rooms.consent.models import Choice, Presentation
from madoguchi.rooms.consent.queries import consents
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.delivery.rules import compose, new_message_id
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.models import FormVersion
from madoguchi.rooms.gate.queries import is_suppressed
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.vault.queries import file_key, suppression_mark
from tests.house import ANSWERS, House
from tests.journeys.visitor import Screen, Visitor
from tests.keys import destroy_file
from tests.rooms.inventory.erasing import erase_all


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
    assert content["consents"] == []
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


def test_after_erasure_the_links_say_so_and_the_way_out_stays_open(visitor: Visitor) -> None:
    done = visitor.send()
    inquiry = Inquiry.objects.get()
    destroy_file(file=inquiry.file_id, reason="request")

    for path in (done.path, receipt_link(done)):
        screen = visitor.open(path)
        assert screen.status == 404
        assert screen.says("このお問い合わせの内容は、消去されています。")
        assert "example.jp" not in screen.html
        assert inquiry.receipt_number not in screen.html
    json = visitor.open(f"{receipt_link(done).rstrip('/')}.json")
    assert (json.status, "消去されています" in json.html) == (404, True)
    assert visitor.open(f"/unsubscribe/{links.mint('unsubscribe', inquiry.id)}/").status == 200
    assert visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"}).status == 404


def test_the_policy_is_readable_and_numbered(visitor: Visitor, house: House) -> None:
    screen = visitor.open("/policy/")

    assert screen.says("第1版（いまの版）")
    assert screen.html.count('class="clause"') == 11
    assert screen.links.count("#clause-11") == 2  # beside the text, and folded above it on a narrow screen
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


# -- three facts apart (LAW N1; ISO/IEC TS 27560) ----------------------------------------------------

PURPOSE_OF_ALL = ["answer", "event-mail", "service", "measure", "advertise", "breach-of-terms", "changes"]


def mailing(house: House, inquiry: Inquiry) -> UUID:
    """As a room that sends mailings would: ask for the permit, hand the mail to delivery."""
    about = Ref("inquiry", inquiry.id)
    permit = permit_use(
        entity_id=house.entity_id, person=inquiry.person_id, purpose=Purpose.EVENT_MAIL, about=about
    )
    mail = compose(
        kind="event-mail", sender_name="窓口", sender_address="desk@example.jp", recipient_name="",
        recipient="hanako@example.jp", subject="見学会", text="見学会を開きます。\n",
        message_id=new_message_id("example.jp"), date=clock.now(), auto=False,
    )  # fmt: skip
    return enqueue(permit=permit, mail=mail, file=file_key(inquiry.file_id))


def read(client: Client, done: Screen) -> dict[str, Any]:
    answer = client.get(receipt_link(done).rstrip("/") + ".json")
    return dict(json.loads(answer.content))


def test_every_field_of_the_record_is_there_and_explained(visitor: Visitor, client: Client) -> None:
    record = read(client, visitor.send())
    documented = (Path(__file__).parents[2] / "docs/reference/receipts.md").read_text(encoding="utf-8")

    assert list(record) == re.findall(r"^\| `([a-z_]+)` ", documented, re.MULTILINE)
    assert record["schema_version"] == "1"
    assert record["record_id"] == str(Presentation.objects.get().id)
    assert record["controller"]["name"] == "株式会社eclore"
    assert record["controller"]["contact"]["url"].endswith("/forms/privacy/")
    assert [each["purpose"] for each in record["purposes"]] == PURPOSE_OF_ALL
    assert {each["lawful_basis"] for each in record["purposes"]} == {"own-request", "announced", "consent"}
    assert record["acknowledgement"] == {"deemed": True, "by": "submission"}
    assert record["pii_information"][:3] == ["ご相談内容", "氏名", "企業名"]
    assert record["retention"]["inquiry"] == ["期限を決めていません"]
    assert [each["event_type"] for each in record["events"]] == ["notice-shown", "policy-acknowledged"]
    assert record["consents"] == []


@pytest.mark.law("T-F1-3")
def test_T_F1_3_without_a_tick_a_mailing_is_refused_by_name(visitor: Visitor, house: House) -> None:
    visitor.send()

    with pytest.raises(NotChosen) as refused:
        mailing(house, Inquiry.objects.get())
    assert (refused.value.code, "お申し込みをいただいていません" in refused.value.message) == (
        "not-chosen", True,
    )  # fmt: skip
    assert not Mail.objects.filter(kind="event-mail").exists()


@pytest.mark.law("T-F1-4")
def test_T_F1_4_the_choice_is_unticked_and_names_the_sender_on_the_page_and_in_the_mail(
    visitor: Visitor, house: House
) -> None:
    form, done = visitor.open(), visitor.send()
    house.work()
    (mail,) = house.mails(to="hanako@")
    text = str(mail.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]

    assert "mailing" not in form.html  # the form that was copied has no such box
    for page in (done, visitor.open(receipt_link(done))):
        assert '<input type="checkbox" name="mailing" value="yes">' in page.html
        assert page.says("株式会社ecloreから、セミナー・イベント")
    assert "株式会社ecloreからの、セミナー・イベント" in text
    (link,) = [line for line in text.splitlines() if line.endswith("#mailing")]
    offered = visitor.open(link.partition("8000")[2].partition("#")[0])
    assert "mailing" not in offered.fields
    assert Choice.objects.count() == 0


@pytest.mark.law("T-F1-4")
def test_T_F1_4_whether_it_is_offered_is_a_setting_of_the_form(visitor: Visitor, house: House) -> None:
    definition = FormVersion.objects.get(form=house.form.id, superseded_at=None).definition
    set_form(
        slug=house.form.slug, entity_id=house.entity_id, definition=definition | {"mailing_offer": False},
        by=COMMAND,
    )  # fmt: skip
    forget()
    done = visitor.send()

    assert not done.says("ご案内メール")
    assert visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"}).status == 404
    assert read(visitor.client, done)["withdrawal"] is None


def set_box(house: House, **changes: bool) -> None:
    definition = FormVersion.objects.get(form=house.form.id, superseded_at=None).definition
    set_form(
        slug=house.form.slug, entity_id=house.entity_id, definition=definition | {"mailing_box": True} | changes,
        by=COMMAND,
    )  # fmt: skip
    forget()


@pytest.mark.law("T-F1-4")
@pytest.mark.parametrize("confirm", [True, False])
def test_T_F1_4_a_box_on_the_form_is_a_setting_and_never_ticked(
    visitor: Visitor, house: House, confirm: bool
) -> None:
    set_box(house, confirm=confirm)
    form = visitor.open()
    assert "mailing" not in form.fields
    assert form.says("株式会社ecloreから、セミナー・イベント")

    screen = visitor.press(form, "confirm" if confirm else "send", **ANSWERS)
    if confirm:
        assert not screen.says("ご案内メール")
        screen = visitor.press(screen, "send")
    assert (screen.status, Choice.objects.count()) == (303, 0)

    ticked = visitor.press(visitor.open(), "confirm" if confirm else "send", **ANSWERS, mailing="yes")
    if confirm:
        assert ticked.says("ご案内メール")
        assert visitor.press(ticked, "edit").fields["mailing"] == "yes"
        ticked = visitor.press(ticked, "send")
    assert ticked.status == 303
    assert visitor.open(ticked.response["Location"]).says("ご案内メールを申し込みました。")
    assert Choice.objects.get().about_id == Inquiry.objects.order_by("-id")[0].id


@pytest.mark.law("T-F1-4")
@pytest.mark.parametrize("changes", [{"mailing_box": False}, {"mailing_offer": False}])
def test_T_F1_4_a_tick_that_nobody_offered_is_none(
    visitor: Visitor, house: House, changes: dict[str, bool]
) -> None:
    set_box(house, **changes)
    assert "mailing" not in visitor.open().html
    visitor.send(mailing="yes")

    assert Choice.objects.count() == 0


@pytest.mark.law("T-F1-5")
def test_T_F1_5_withdrawn_without_signing_in_nothing_is_sent_and_both_times_stay(
    visitor: Visitor, house: House, client: Client
) -> None:
    done = visitor.send()
    inquiry = Inquiry.objects.get()
    visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"})
    house.work()
    waiting = mailing(house, inquiry)

    visitor.post(f"/unsubscribe/{links.mint('unsubscribe', inquiry.id)}/", {"go": "stop"})
    with pytest.raises(NotChosen):
        mailing(house, inquiry)
    house.work()
    assert Mail.objects.get(id=waiting).state == "stopped"
    assert len(house.mails(to="hanako@")) == 1  # the acknowledgement

    record = read(client, done)
    (consent,) = record["consents"]
    choice = Choice.objects.get()
    assert consent == {
        "purpose": "event-mail",
        "says": "株式会社ecloreから、セミナー・イベントや製品・サービスのご案内をメールで受け取る",
        "sender": "株式会社eclore",
        "notice": record["notice"]["digest"],
        "state": "withdrawn",
        "given_at": clock.local(choice.given_at).isoformat(timespec="seconds"),
        "withdrawn_at": clock.local(choice.withdrawn_at or clock.now()).isoformat(timespec="seconds"),
    }
    assert [each["event_type"] for each in record["events"]][2:] == ["consent-given", "consent-withdrawn"]
    page = visitor.open(receipt_link(done))
    assert re.search(r"申し込み、.*取り消し", page.html)
    with pytest.raises(DatabaseError, match="never"):
        Presentation.objects.all().delete()


@pytest.mark.law("T-F1-5")
def test_T_F1_5_the_sender_is_called_as_when_it_was_chosen(
    visitor: Visitor, house: House, client: Client
) -> None:
    done = visitor.send()
    visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"})
    set_facts(facts={"name": "株式会社あたらしい"}, by=COMMAND, rename=True)

    assert read(client, done)["consents"][0]["sender"] == "株式会社eclore"


def test_an_opt_out_outlives_another_submission_and_an_erasure(visitor: Visitor, house: House) -> None:
    done = visitor.send()
    inquiry = Inquiry.objects.get()
    visitor.post(f"{done.path}mailing/", {"go": "give", "mailing": "yes"})
    visitor.post(f"{done.path}mailing/", {"go": "withdraw"})
    erase_all(house, inquiry)
    house.work()

    evidence = Choice.objects.get()
    assert (evidence.person_id, evidence.withdrawn_at is not None) == (inquiry.person_id, True)
    again = visitor.send()  # as an import would bring the address back, ticked
    visitor.post(f"{again.path}mailing/", {"go": "give", "mailing": "yes"})
    newcomer = Inquiry.objects.exclude(id=inquiry.id).get()
    assert newcomer.person_id != inquiry.person_id
    house.work()
    refused = mailing(house, newcomer)
    house.work()
    assert (Mail.objects.get(id=refused).state, Mail.objects.get(id=refused).code) == (
        "stopped",
        "suppressed",
    )
