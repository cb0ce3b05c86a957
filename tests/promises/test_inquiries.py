"""Attempts to break what the counter promises."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.inquiries.actions.decline import decline
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.errors import AlreadyDeclined
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import answers_of
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
