"""The contact of clause 10: from every page in one step, answered by its own desk, in somebody's hands at once."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client, override_settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.links import mint
from madoguchi.foundation.ui.errors import PAGES, error_page
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms.queries import form_by_slug
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.rights.jobs import open_what_was_missed
from madoguchi.rooms.rights.models import Complaint
from tests.architecture.test_routes import PUBLIC, routes
from tests.house import House
from tests.journeys.visitor import Screen, Visitor, screen_of

CONTACT = "/forms/privacy/"
SAID = {
    "kind": "苦情",
    "body": "退会したあとも、案内のメールが届きます。\n止めてください。",
    "name": "山田 花子",
    "email": "hanako@example.jp",
    "phone": "",
}
MACHINES = {  # answered by programs, not read by a person
    "receipts/<token>.json", "healthz", "readyz", "metrics", "static/<filename>", "favicon.ico",
    ".well-known/security.txt",
}  # fmt: skip


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def send(visitor: Visitor, **changed: str) -> Screen:
    """入力 → 確認 → 完了."""
    asked = visitor.open(CONTACT)
    confirm = visitor.press(asked, "confirm", **(SAID | changed))
    assert confirm.status == 200, confirm.texts
    sent = visitor.press(confirm, "send")
    assert sent.status == 303, sent.texts
    return visitor.open(sent.response["Location"])


# -- T-C10-1: one step from every page ----------------------------------------------------------------


def addresses(house: House) -> Iterator[tuple[str, str]]:
    """Every public address a person may land on: as it is asked for with nothing behind it, and with something."""
    for named, sample, _ in routes():
        if named in PUBLIC - MACHINES and not named.startswith(("desk/", "api/")):
            yield named, "/" + sample
    receipt = house.submit()
    digest = notice_in_force(house.form.id).digest
    for purpose, path in (("done", "done"), ("receipt", "receipts"), ("unsubscribe", "unsubscribe")):
        yield f"{path} of an inquiry", f"/{path}/{mint(purpose, receipt.id, receipt.link_issue)}/"
    yield "notice", f"/notices/{digest}/"
    yield "policy version", "/policy/versions/1/"
    yield "nothing there", "/no/such/page/"


def links(response: HttpResponseBase) -> list[str]:
    return screen_of("", response).links


@pytest.mark.law("T-C10-1")
def test_T_C10_1_the_contact_is_one_step_from_every_public_page(house: House, client: Client) -> None:
    without, seen = [], 0
    for named, address in addresses(house):
        for answer in (client.get(address), client.post(address, {"go": "confirm"})):
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
                seen += 1
                without += [] if CONTACT in links(answer) else [f"{named}: {answer.status_code}"]
    assert (without, seen > 20) == ([], True)


@pytest.mark.law("T-C10-1")
@pytest.mark.parametrize("status", PAGES)
def test_T_C10_1_from_every_error_page_even_while_the_database_is_away(status: int) -> None:
    assert CONTACT in links(error_page(status))


@pytest.mark.law("T-C10-1")
def test_T_C10_1_from_確認_from_errors_and_from_the_way_out(house: House, visitor: Visitor) -> None:
    receipt = house.submit()
    stop = f"/unsubscribe/{mint('unsubscribe', receipt.id, receipt.link_issue)}/"
    screens = [
        visitor.confirm(),
        visitor.confirm(body=""),
        visitor.send(),
        visitor.post(stop, {"go": "stop"}),
    ]

    assert [CONTACT in screen.links for screen in screens] == [True] * 4


@pytest.mark.law("T-C10-1")
def test_T_C10_1_from_every_mail_to_a_person(house: House) -> None:
    desk, number = house.sign_in("clerk"), house.submit(email="hanako@example.jp").receipt_number
    desk.post(
        f"/desk/inquiries/{number}/reply/",
        {"text": "承りました。", "then": "doing", "seen_until": str(clock.now())},
    )
    desk.post(f"/desk/inquiries/{number}/lane/sales/")
    desk.post(f"/desk/inquiries/{number}/decline/")
    house.work()

    mails = house.mails(to="hanako@example.jp")
    texts = [mail.get_payload(decode=True).decode() for mail in mails]  # type: ignore[union-attr]
    assert len(texts) == 3
    assert [f"{settings.BASE_URL}{CONTACT}" in text for text in texts] == [True] * 3


@pytest.mark.law("T-C10-1")
def test_T_C10_1_the_page_names_the_desk_and_its_address(house: House, visitor: Visitor) -> None:
    facts, page = entity_facts(house.entity_id), visitor.open(CONTACT)

    aside = page.html[page.html.index('<aside class="aside"') : page.html.index("</aside>")]
    assert [fact in aside for fact in (facts["desk"], facts["address"], facts["name"])] == [True] * 3


# -- the form -----------------------------------------------------------------------------------------


def test_it_asks_five_things_and_announces_one_use(house: House, visitor: Visitor) -> None:
    page, form = visitor.open(CONTACT), form_by_slug("privacy")
    assert form is not None
    asked = [(spec.key, spec.kind, spec.required) for spec in form.definition.fields]

    assert asked == [
        ("kind", "choice", True), ("body", "text", True), ("name", "line", True), ("email", "email", True),
        ("phone", "phone", False),
    ]  # fmt: skip
    assert notice_in_force(form.id).uses == ["answer"]
    told = [
        ("営業お断り" in screen.html, screen.says("フォームの送信をもって"))
        for screen in (visitor.open("/"), page)
    ]
    assert told == [(True, True), (False, False)]


def test_what_is_missing_is_named_and_everything_stays(house: House, visitor: Visitor) -> None:
    again = visitor.press(visitor.open(CONTACT), "confirm", **(SAID | {"kind": "", "email": "だめ"}))

    assert (again.status, "email" in again.invalid) == (400, True)
    assert again.fields["body"] == SAID["body"]
    assert again.says("お申し出の種類をお選びください。")
    assert Inquiry.objects.count() == 0


def test_sending_it_offers_no_mailing_and_counts_as_no_consent(house: House, visitor: Visitor) -> None:
    done = send(visitor)
    assert "ご案内メール" not in done.html
    assert Presentation.objects.get().deemed is False
    receipt = visitor.open(next(link for link in done.links if link.startswith("/receipts/")))
    assert ("同意いただいた" in receipt.html, "ご案内メール" in receipt.html) == (False, False)
    house.work()
    (mail,) = house.mails(to=SAID["email"])
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert ("ご案内" in text, "退会" in text, "受付のときにお見せした文面" in text) == (False, False, True)


@pytest.mark.law("T-C10-3")
def test_T_C10_3_what_comes_by_the_form_has_an_owner_and_a_day_at_once(
    house: House, visitor: Visitor
) -> None:
    send(visitor)
    inquiry, complaint = Inquiry.objects.get(), Complaint.objects.get()

    assert (complaint.inquiry_id, complaint.kind) == (inquiry.id, "complaint")
    assert complaint.owner_id == house.staff["officer"].id
    assert complaint.due_on == clock.local(inquiry.received_at).date() + timedelta(days=14)


def test_sent_twice_it_is_one(house: House, visitor: Visitor) -> None:
    confirm = visitor.press(visitor.open(CONTACT), "confirm", **SAID)
    for _ in range(2):
        assert visitor.press(confirm, "send").status == 303

    assert (Inquiry.objects.count(), Complaint.objects.count()) == (1, 1)


def test_programs_open_one_too(house: House, client: Client) -> None:
    shown = client.get("/api/v1/forms/privacy").json()
    assert (shown["mailing"], shown["notice"]["refusal"]) == (None, "")
    sent: dict[str, Any] = {"answers": SAID | {"kind": "ご意見"}, "notice": shown["notice"]["digest"]}
    answer = client.post("/api/v1/forms/privacy/submissions", json.dumps(sent), "application/json")

    assert answer.status_code == 201
    assert Complaint.objects.get().kind == "opinion"


def test_what_was_left_out_is_mended_by_the_worker(house: House, visitor: Visitor) -> None:
    send(visitor)
    Complaint.objects.all().delete()
    open_what_was_missed()
    open_what_was_missed()

    assert Complaint.objects.get().kind == "complaint"


def test_one_that_was_taken_back_is_not_opened_again_by_the_worker(house: House, visitor: Visitor) -> None:
    send(visitor)
    number = Inquiry.objects.get().receipt_number
    officer = house.sign_in("officer")
    assert (
        officer.post(f"/desk/inquiries/{number}/privacy/take-back/", {"mistake": "pressed"}).status_code
        == 302
    )
    open_what_was_missed()

    assert Complaint.objects.get().outcome == "taken-back"


def test_switched_items_are_not_asked_there(house: House, visitor: Visitor) -> None:
    from madoguchi.faces.public_site.inquiry.page import forget
    from madoguchi.rooms.forms.actions.collect import collect
    from madoguchi.rooms.organisation.queries import viewer_of

    collect(viewer=viewer_of(house.staff["officer"]), code="birth_date", on=True)
    forget()

    assert "birth_date" in visitor.open("/").fields
    assert "birth_date" not in visitor.open(CONTACT).fields


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_T_C10_1_from_a_page_that_gives_words_back(house: House, visitor: Visitor) -> None:
    refused = visitor.press(visitor.open("/"), "confirm", body="長い文" * 100)

    assert (refused.status, CONTACT in refused.links) == (413, True)
    assert re.search(r"個人情報についてのお申し出", refused.html)
