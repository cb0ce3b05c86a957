"""An inquiry arrives: stored once, sealed, acknowledged once, told to staff."""

import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections

from madoguchi.rooms.inquiries.errors import DraftChanged
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.lists import counts, list_page
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.vault.models import File
from tests.house import ANSWERS, House


def test_what_was_typed_comes_back_as_typed(house: House) -> None:
    receipt = house.submit(email="hanako@example.jp")

    inquiry = Inquiry.objects.get()
    assert inquiry.receipt_number == receipt.receipt_number
    assert answers_of(inquiry).values == ANSWERS
    (row,) = list_page(house.viewer, "inbox").rows
    assert (row.company, row.name, row.line) == (
        "有限会社青葉食堂",
        "山田 花子",
        "見積書の宛名を変更していただけますか。",
    )
    assert counts(house.viewer)["inbox"] == 1


def test_the_same_draft_gives_the_same_receipt(house: House) -> None:
    first = house.submit(draft="d" * 43, email="a@example.jp")
    again = house.submit(draft="d" * 43, email="a@example.jp")

    assert (again.id, again.receipt_number, again.fresh) == (first.id, first.receipt_number, False)
    assert (Inquiry.objects.count(), File.objects.count(), Job.objects.count()) == (1, 1, 3)


def test_the_same_draft_with_another_text_is_refused(house: House) -> None:
    house.submit(draft="d" * 43, email="a@example.jp")

    with pytest.raises(DraftChanged):
        house.submit(draft="d" * 43, email="a@example.jp", body="別の文面です。")
    assert Inquiry.objects.count() == 1


def test_fifty_at_once_are_one(house: House) -> None:
    numbers: list[str] = []
    failures: list[BaseException] = []

    def send() -> None:
        try:
            numbers.append(house.submit(draft="x" * 43, email="a@example.jp").receipt_number)
        except BaseException as error:  # noqa: BLE001  shown below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert (len(numbers), len(set(numbers)), Inquiry.objects.count()) == (50, 1, 1)
    house.work()
    assert len(house.mails(to="a@example.jp")) == 1


def test_one_acknowledgement_and_one_notice_each(house: House) -> None:
    receipt = house.submit(email="hanako@example.jp")
    house.work()

    (mail,) = house.mails(to="hanako@example.jp")
    text = mail.get_payload(decode=True).decode()
    assert receipt.receipt_number in text
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert "見積書の宛名" not in text
    notices = [each for each in house.mails() if "hanako@example.jp" not in str(each["Delivered-To"])]
    assert sorted(str(each["Delivered-To"]) for each in notices) == sorted(
        staff.email for staff in house.everybody
    )
    for notice in notices:
        words = notice.get_payload(decode=True).decode()
        assert receipt.receipt_number in words
        assert not any(word in words for word in ("山田", "青葉", "0000", "hanako", "見積"))


def test_nothing_typed_lies_readable_on_disk(house: House) -> None:
    planted = {
        "body": "紫蘇の苗を七株いただけますか。", "name": "左近允 燿子", "company": "合資会社ぬばたま堂",
        "phone": "0197-00-4821", "email": "yoko.sakonju@nubatama.example", "remarks": "夕刻が都合よいです。",
    }  # fmt: skip
    house.submit(**planted)
    house.work()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw = b"".join(path.read_bytes() for path in Path(settings.DATA_DIR).iterdir() if path.is_file())
        else:
            raw = b"".join(
                str(row).encode() for model in apps.get_models() for row in model._default_manager.values()
            )

    assert len(raw) > 1_000
    for word in planted.values():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932"):
            assert word.encode(encoding) not in raw
