"""An erasure seen from outside: every door, every byte that was written, and the same person a day later."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from madoguchi.config.promises import check_promises
from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.lists import counts, list_page, same_person
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.models import Hold
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.queries import read_ledger
from tests.house import House
from tests.journeys.visitor import Visitor
from tests.rooms.inventory.erasing import ATTACHED, CANARIES, NOTE, REPLY, erase_all, someone

WORDS = (*CANARIES.values(), NOTE, REPLY, ATTACHED, "+81197004821", "0197004821")


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


@pytest.mark.law("T-C9-7")
def test_T_C9_7_the_record_and_every_promise_still_hold(house: House) -> None:
    inquiry = someone(house)
    someone(house, email="else@example.jp", name="別人")
    before = Event.objects.count()
    erase_all(house, inquiry)
    house.work()

    assert Event.objects.count() > before
    assert [each.promise.id for each in check_promises() if each.broken] == []
    lines = list(read_ledger(folder_of(settings.KEY_DIR)))  # each one proven by its signature
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.law("T-C9-8")
def test_T_C9_8_what_a_law_keeps_survives_sealed_and_its_last_day_is_told(
    house: House, officer: Client
) -> None:
    inquiry = someone(house)
    until = clock.today() + timedelta(days=90)
    Hold.objects.create(file_id=inquiry.file_id, ground="statute", owner=house.staff["officer"], until=until)
    id = erase_all(house, inquiry)
    house.work()

    page = officer.get(f"/desk/deletions/{id}/").content.decode()
    assert f"{until.year}年{until.month}月{until.day}日" in page
    assert "法令による保存" in page
    shown = officer.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    assert not any(word in shown for word in WORDS)


@pytest.mark.law("T-C9-10")
def test_T_C9_10_who_writes_again_is_somebody_new(house: House, client: Client, officer: Client) -> None:
    visitor = Visitor(client)
    visitor.send(**CANARIES)
    first = Inquiry.objects.get()
    house.work()
    erase_all(house, first)
    house.work()

    visitor.send(**CANARIES)
    second = Inquiry.objects.exclude(id=first.id).get()
    house.work()
    assert second.person_id != first.person_id
    assert Person.objects.get(id=first.person_id).address_index is None
    page = officer.get(f"/desk/inquiries/{second.receipt_number}/").content.decode()
    assert CANARIES["name"] in page
    assert same_person(house.viewer, second) == []
    found = officer.get(f"/desk/people/{second.person_id}/?from={second.receipt_number}").content.decode()
    assert first.receipt_number not in found


@pytest.mark.law("T-C9-5")
def test_T_C9_5_nothing_readable_was_written_anywhere(
    house: House, officer: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs, events, jobs, the ledger, the metrics, the search index, temporary files, every page of the desk."""
    with caplog.at_level(logging.DEBUG):
        inquiry = someone(house)
        id = erase_all(house, inquiry)
        house.work()
        pages = [
            officer.get(path).content.decode()
            for path in (
                "/desk/",
                "/desk/inbox/inbox/",
                f"/desk/deletions/{id}/",
                "/metrics",
                "/desk/deletions/",
            )
        ]
    events = json.dumps([list(map(str, row)) for row in Event.objects.values_list()], ensure_ascii=False)
    jobs = str(list(Job.objects.values_list()))
    ledger = "".join(path.read_text() for path in folder_of(settings.KEY_DIR).glob("segment-*"))
    for text in (*pages, events, jobs, ledger, caplog.text):
        assert [word for word in WORDS if word in text] == []
    for raw in _written():
        assert [word for word in WORDS if word.encode() in raw] == []


def _written() -> list[bytes]:
    """Every file of the data folder (on SQLite the database and the search index), or every row."""
    if connection.vendor == "sqlite":
        files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
        return [path.read_bytes() for path in files]
    return [
        repr([bytes(value) if isinstance(value, memoryview) else value for value in row]).encode()
        for model in apps.get_models()
        for row in model._default_manager.values_list()
    ]


def test_the_api_and_the_list_show_that_something_was_here(house: House, officer: Client) -> None:
    from tests.journeys.test_api_staff import Api, token

    inquiry = someone(house)
    erase_all(house, inquiry)
    api = Api(token(house))
    listed = api.get("")
    one = api.get(f"/{inquiry.receipt_number}")

    assert inquiry.receipt_number in listed.content.decode()
    for answer in (listed, one):
        assert [word for word in WORDS if word in answer.content.decode()] == []
    row = officer.get("/desk/inbox/inbox/").content.decode()
    assert inquiry.receipt_number in row
    assert "消去" in row
    assert re.search(
        "この方の情報は消去されています。",
        officer.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode(),
    )


def test_an_erased_inquiry_waits_for_nobody(house: House) -> None:
    """It leaves the lanes and the counts: nobody is late with an answer to somebody who is no longer known."""
    inquiry = someone(house)
    before = counts(house.viewer)

    finish(erase_all(house, inquiry))

    after = counts(house.viewer)
    assert (before["inbox"] - after["inbox"], after["done"] - before["done"]) == (1, 1)
    assert inquiry.id not in {row.id for row in list_page(house.viewer, "inbox").rows}
    assert [row.erased for row in list_page(house.viewer, "done").rows if row.id == inquiry.id] == [True]
