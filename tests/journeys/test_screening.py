"""Pitches through the doors: the same page, number and mail for everybody; a request always reaches the desk."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock as now_of
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.actions.decline import decline
from madoguchi.rooms.inquiries.actions.restore import restore, standing, standings
from madoguchi.rooms.inquiries.actions.screen import not_sales
from madoguchi.rooms.inquiries.errors import AlreadyDeclined
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.addresses import for_mailing
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.rights.models import Complaint, RightsRequest
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything
from madoguchi.rooms.screening.queries.repeats import ledger
from tests.clockwork import Clock, stopped_clock
from tests.house import ANSWERS, House
from tests.journeys.visitor import Visitor
from tests.rooms.screening.pitching import PITCH, SELLER, marked_pitch, now, pitch, sort

SENDER = {**SELLER, "email": "hori@site-one.example.com"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def newest() -> Inquiry:
    return Inquiry.objects.latest("id")


def without_what_differs(text: str, inquiry: Inquiry) -> str:
    """Number, link, date and ids are each sender's own; nothing else may differ."""
    text = text.replace(inquiry.receipt_number, "M-NUMBER").replace("uriko@", "kyaku@")
    text = re.sub(r"/(?:r|receipts|done)/[A-Za-z0-9_=.:-]+/", "/LINK/", text)
    text = re.sub(r"[A-Za-z0-9_-]{40,}", "TOKEN", text)
    return re.sub(r"\d{1,2}:\d{2}(?::\d{2})?", "TIME", text)


def test_page_number_and_mail_are_the_same_for_every_lane(
    house: House, visitor: Visitor, clock: Clock
) -> None:
    """Byte by byte, except number, link and time (SCREENING §1, §19)."""
    pages, mails, lanes, work = [], [], [], []
    marked_pitch(house)
    house.work()
    cases = (
        {"body": ANSWERS["body"], "email": "kyaku@example.jp"},
        {"body": PITCH, **SENDER, "email": "uriko@example.jp"},
    )
    for answers in cases:
        answers = {**SENDER, **answers, "name": "山田 花子", "company": "株式会社同じ", "website": ""}
        answers["phone"] = "03-0000-0000" if answers["email"].startswith("kyaku") else "03-0000-1111"
        done = visitor.send(**answers)
        inquiry = newest()
        pages.append(without_what_differs(done.html, inquiry))
        work.append(sorted(job for job in _jobs(inquiry)))
        house.work()
        lanes.append(now(inquiry.id).lane)
        (mail,) = house.mails(to=answers["email"])
        payload = mail.get_payload(decode=True)
        assert isinstance(payload, bytes)
        headers = sorted(name for name, _ in mail.items())
        mails.append(
            (
                headers,
                _subject(mail).replace(inquiry.receipt_number, ""),
                without_what_differs(payload.decode(), inquiry),
            )
        )

    assert lanes == ["inbox", "sales"]
    assert pages[0] == pages[1]
    assert mails[0] == mails[1]
    assert work[0] == work[1]  # nothing waits longer


def _jobs(inquiry: Inquiry) -> list[str]:
    from madoguchi.rooms.jobs.models import Job

    return list(Job.objects.filter(subject=inquiry.id).values_list("kind", flat=True))


@pytest.mark.law("T-F2-2")
def test_T_F2_2_a_marked_pitch_leaves_the_queue_is_declined_once_and_undo_brings_it_back(
    house: House, desk: Client
) -> None:
    first = sort(pitch(house))
    stood = standings(house.viewer, [first.id])[first.id]
    desk.post(f"/desk/inquiries/{first.receipt_number}/lane/sales/")
    assert first.receipt_number not in desk.get("/desk/inbox/inbox/").content.decode()
    again = sort(pitch(house, email="second@site-one.example.com"))
    assert again.receipt_number in desk.get("/desk/inbox/sales/").content.decode()

    decline(viewer=house.viewer, inquiry_id=again.id)
    with pytest.raises(AlreadyDeclined):
        decline(viewer=house.viewer, inquiry_id=again.id)
    house.work()
    assert (
        sum(
            "お問い合わせについて" in _subject(mail) for mail in house.mails(to="second@site-one.example.com")
        )
        == 1
    )

    restore(viewer=house.viewer, inquiry_id=first.id, left=standing(now(first.id)), before=stood)
    assert first.receipt_number in desk.get("/desk/inbox/inbox/").content.decode()
    assert {each.about for each in ledger(house.entity_id)} == {again.id}


def _subject(mail: object) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(mail["Subject"])))  # type: ignore[index]


@pytest.mark.law("T-F2-3")
def test_T_F2_3_a_blocked_senders_request_reaches_the_privacy_desk(house: House, visitor: Visitor) -> None:
    """By the page for requests, by the form for privacy, and by the ordinary form in the middle of a pitch."""
    marked_pitch(house)
    who = {"name": SENDER["name"], "email": SENDER["email"]}
    screen = visitor.press(visitor.open("/requests/new/erasure/"), "confirm", **who, about="すべて")
    sent = visitor.press(screen, "send", fee="yes")
    assert sent.status == 303, sent.texts
    assert RightsRequest.objects.count() == 1

    asked = sort(pitch(house, body=f"{PITCH}\n私の個人情報をすべて削除してください。"))
    assert asked.lane == "inbox"
    assert Verdict.objects.get(about=asked.id).badge

    from madoguchi.rooms.rights.actions.open_complaint import open_complaint

    said = pitch(house)
    open_complaint(inquiry_id=said.id, kind="complaint", by=house.viewer.ref)
    house.work()
    assert Complaint.objects.filter(inquiry_id=said.id).exists()
    assert now(said.id).lane == "inbox"


@pytest.mark.law("T-F2-4")
def test_T_F2_4_a_block_entry_expires_and_the_list_shows_no_address(
    house: House, desk: Client, clock: Clock
) -> None:
    marked_pitch(house)
    entries = ledger(house.entity_id)
    assert {each.kind for each in entries} == {"domain", "phone", "host", "text"}
    until = entries[0].until
    assert until is not None
    admin = house.sign_in("admin")
    page = admin.get("/desk/screening/memory/")
    assert page.status_code == 200
    text = page.content.decode()
    for clear in ("site-one", "hori@", "03-0000-1111", SENDER["company"], SENDER["name"]):
        assert clear not in text, clear

    clock.set(until - timedelta(seconds=1))
    assert len(ledger(house.entity_id)) == 4
    clock.set(until)
    assert ledger(house.entity_id) == []
    assert sort(pitch(house)).lane == "inbox"


@pytest.mark.law("T-F2-5")
def test_T_F2_5_nobody_in_a_tray_can_be_selected_for_a_mailing(house: House) -> None:
    """Even with a yes to mailings of their own; and by hand or by the machine alike."""
    marked_pitch(house)
    moved, fine = (
        sort(pitch(house)),
        sort(pitch(house, body=ANSWERS["body"], email="kyaku@example.jp", phone="03-0000-0000", website="")),
    )
    assert (now(moved.id).lane, fine.lane) == ("sales", "inbox")
    for each in (moved, fine):
        give(about=Ref("inquiry", each.id), purpose="event-mail")
    people = [moved.person_id, fine.person_id]

    assert for_mailing(house.entity_id, Purpose.EVENT_MAIL, people) == [fine.person_id]
    not_sales(viewer=house.viewer, inquiry_id=moved.id)
    for each in Inquiry.objects.filter(person_id=moved.person_id).exclude(lane="inbox"):
        not_sales(viewer=house.viewer, inquiry_id=each.id)
    assert set(for_mailing(house.entity_id, Purpose.EVENT_MAIL, people)) == set(people)


def test_mail_and_api_go_the_same_way(house: House, client: Client) -> None:
    from madoguchi.rooms.consent.queries import notice_in_force

    marked_pitch(house)
    body = {"answers": {**ANSWERS, **SENDER, "body": PITCH}, "notice": notice_in_force(house.form.id).digest}
    answered = client.post(
        "/api/v1/forms/inquiry/submissions", json.dumps(body), "application/json",
        headers={"Idempotency-Key": "k1"},
    )  # fmt: skip
    assert answered.status_code == 201
    assert "lane" not in answered.content.decode()
    house.work()

    assert newest().lane == "sales"
    token = make_token(staff=house.staff["clerk"], scopes=["inquiries:read"], by=COMMAND)
    listed = client.get("/api/v1/inquiries?lane=sales", headers={"authorization": f"Bearer {token}"})
    assert newest().receipt_number in listed.content.decode()
    assert now_of.now() >= newest().received_at
