"""Attempts to break what the counter promises."""

import json
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.decline import decline
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.reveal import reveal
from madoguchi.rooms.inquiries.errors import AlreadyDeclined
from madoguchi.rooms.inquiries.models import Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.promises.rules import Count
from tests.clockwork import stopped_clock
from tests.house import ANSWERS, House
from tests.promises.planting import counted, drop_trigger, run

PATH = "/api/v1/forms/inquiry/submissions"


def send(client: Client, house: House, key: str, **answers: str) -> Any:
    body = {"answers": ANSWERS | answers, "notice": notice_in_force(house.form.id).digest}
    return client.post(PATH, json.dumps(body), "application/json", headers={"Idempotency-Key": key})


@pytest.mark.promise("inquiries.same-draft-same-receipt")
def test_the_same_draft_never_becomes_two_nor_something_else(house: House, client: Client) -> None:
    first = send(client, house, "k1")
    again = send(client, house, "k1")
    other = send(client, house, "k1", body="まったく別の内容です。")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.content == first.content
    (inquiry,) = Inquiry.objects.all()
    assert answers_of(inquiry).values["body"] == ANSWERS["body"]
    assert counted("inquiries.same-draft-same-receipt").kept == 1


@pytest.mark.promise("inquiries.received-is-told")
def test_an_inquiry_nobody_was_told_of_is_noticed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = stopped_clock(tmp_path, monkeypatch)
    told, untold = house.submit(), house.submit()
    house.work()
    clock.forward(timedelta(minutes=16))
    assert (counted("inquiries.received-is-told").kept, counted("inquiries.received-is-told").broken) == (
        2,
        0,
    )

    run("UPDATE inquiries_inquiry SET notified_at = NULL WHERE receipt_number = %s", untold.receipt_number)

    assert (counted("inquiries.received-is-told").kept, counted("inquiries.received-is-told").broken) == (
        1,
        1,
    )
    assert told.receipt_number != untold.receipt_number


@pytest.mark.promise("inquiries.one-polite-refusal")
def test_ten_clicks_at_once_refuse_once(house: House) -> None:
    receipt = house.submit(email="sales@example.jp")
    move_lane(viewer=house.viewer, inquiry_id=receipt.id, lane="sales")
    house.work()
    refused: list[type[BaseException]] = []

    def click() -> None:
        try:
            decline(viewer=house.viewer, inquiry_id=receipt.id)
        except Exception as error:  # noqa: BLE001  looked at below
            refused.append(type(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()

    assert refused == [AlreadyDeclined] * 9
    assert len(house.mails(to="sales@example.jp")) == 2  # the acknowledgement and one refusal
    assert (counted("inquiries.one-polite-refusal").kept, counted("inquiries.one-polite-refusal").broken) == (
        1,
        0,
    )


@pytest.mark.promise("inquiries.only-what-is-asked")
def test_what_nobody_asked_for_is_not_kept(house: House, client: Client) -> None:
    assert send(client, house, "k1", birthday="1980-01-01", income="500").status_code == 201

    assert set(answers_of(Inquiry.objects.get()).values) == set(ANSWERS)
    assert (counted("inquiries.only-what-is-asked").kept, counted("inquiries.only-what-is-asked").broken) == (
        1,
        0,
    )


@pytest.mark.promise("inquiries.only-what-is-asked")
def test_a_planted_answer_is_noticed(house: House) -> None:
    from madoguchi.rooms.vault.queries import file_key

    receipt = house.submit()
    inquiry = Inquiry.objects.get(id=receipt.id)
    planted = json.dumps(ANSWERS | {"birthday": "1980-01-01"})
    sealed = file_key(inquiry.file_id).seal(Inquiry, "answers", inquiry.id, planted)
    drop_trigger("inquiries_inquiry", "inquiry_as_sent")
    Inquiry.objects.filter(id=inquiry.id).update(answers=sealed)

    assert counted("inquiries.only-what-is-asked").broken == 1


DELICATE = "inquiries.delicate-stays-covered"
NUMBER, CARE = "1234-5678-9018", "うつ病の診断書をお送りします。"


@pytest.mark.promise("inquiries.delicate-stays-covered")
def test_a_number_stays_covered_until_it_is_asked_for(house: House) -> None:
    receipt, desk = house.submit(body=f"マイナンバーは{NUMBER}です。"), house.sign_in("clerk")
    address = f"/desk/inquiries/{receipt.receipt_number}/"

    pages = [desk.get(address), desk.get("/desk/inbox/inbox/"), desk.get("/desk/")]

    assert [NUMBER in page.content.decode() for page in pages] == [False, False, False]


@pytest.mark.promise("inquiries.delicate-stays-covered")
@pytest.mark.law("T-C1-3")
@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_who_has_no_right_cannot_open_special_care(house: House, role: str) -> None:
    receipt, desk = house.submit(body=CARE), house.sign_in(role)
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
    address = f"/desk/inquiries/{receipt.receipt_number}/"

    desk.post(f"{address}reveal/", {"what": "text"})
    page = desk.get(address).content.decode()

    assert CARE not in page
    assert counted(DELICATE) == Count(0, 0)


@pytest.mark.promise("inquiries.delicate-stays-covered")
def test_an_opening_by_the_wrong_hands_is_noticed(house: House) -> None:
    receipt, other = house.submit(body=CARE), house.submit(body=CARE)
    clerk, admin = house.viewer.ref, viewer_of(house.staff["admin"]).ref
    assign(viewer=house.viewer, inquiry_id=receipt.id, to=clerk.id)
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
    reveal(viewer=house.viewer, inquiry_id=receipt.id, what=["text"])
    assert counted(DELICATE) == Count(1, 0)

    with action:  # written as somebody would who went round the guard
        for by, role, about in ((admin, "admin", receipt.id), (clerk, "clerk", other.id)):
            record("inquiry.special-care-shown", about=Ref("inquiry", about), by=by, details={"role": role})

    assert counted(DELICATE) == Count(1, 2)


@pytest.mark.promise("inquiries.drafter-never-sends")
def test_a_drafter_tries_every_way_out(house: House) -> None:
    """By the composer, the API, the polite refusal, an approval of their own, and sending again."""
    house.staff["drafter"] = add_staff(
        email="drafter@example.jp", name="小野 葵", role="drafter", entity_id=house.entity_id, by=COMMAND
    )
    number, sales = house.submit().receipt_number, house.submit().receipt_number
    drafter, text = house.sign_in("drafter"), "お問い合わせありがとうございます。"
    token = make_token(staff=house.staff["drafter"], scopes=["inquiries:write"], by=COMMAND)
    api, post = Client(headers={"authorization": f"Bearer {token}"}), "application/json"
    viewer = viewer_of(house.staff["drafter"])
    move_lane(viewer=house.viewer, inquiry_id=Inquiry.objects.get(receipt_number=sales).id, lane="sales")

    drafter.post(f"/desk/inquiries/{number}/reply/", {"text": text, "then": "doing"})
    drafter.post(f"/desk/inquiries/{number}/reply/approval/", {"text": text})
    proposal = Proposal.objects.get()
    for go in ("approve-send", "approve", "send"):
        drafter.post(f"/desk/inquiries/{number}/proposals/{proposal.id}/approve/", {"go": go})
    drafter.post(f"/desk/inquiries/{sales}/decline/")
    api.post(f"/api/v1/inquiries/{number}/reply", json.dumps({"text": text, "confirm": True}), post)
    with suppress(Refusal):
        reply(viewer=viewer, inquiry_id=proposal.inquiry_id, text=text, seen_until=None)
    with suppress(Refusal):
        decline(viewer=viewer, inquiry_id=Inquiry.objects.get(receipt_number=sales).id)

    assert Mail.objects.filter(kind__in=["reply", "refusal"]).count() == 0
    assert Proposal.objects.get().decision == ""
    assert counted("inquiries.drafter-never-sends").broken == 0


@pytest.mark.promise("inquiries.drafter-never-sends")
def test_a_planted_reply_of_a_drafter_is_noticed(house: House) -> None:
    drafter = add_staff(
        email="drafter@example.jp", name="小野 葵", role="drafter", entity_id=house.entity_id, by=COMMAND
    )
    reply(viewer=house.viewer, inquiry_id=house.submit().id, text="お返事です。", seen_until=None)
    assert counted("inquiries.drafter-never-sends") == Count(1, 0)
    run("UPDATE inquiries_entry SET details = '{}', by_id = %s WHERE kind = 'reply'", _id(drafter.id))

    assert counted("inquiries.drafter-never-sends") == Count(0, 1)


def _id(value: UUID) -> object:
    return value.hex if connection.vendor == "sqlite" else value
