"""The database is away, stuck or full: an honest 503 that keeps the text, and the next press sends the same."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from madoguchi.faces.public_site.inquiry import page
from madoguchi.rooms.inquiries.models import Inquiry
from tests.house import ANSWERS, House
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.skipif(
    os.environ.get("MADOGUCHI_TEST_ENGINE") == "postgresql", reason="takes a file database away"
)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@contextmanager
def away() -> Iterator[None]:
    """The database file is replaced by a folder: nothing can be opened until it comes back."""
    connections.close_all()
    path = settings.DATABASES["default"]["NAME"]
    aside = path.with_name("aside.sqlite3")
    path.rename(aside)
    path.mkdir()
    try:
        yield
    finally:
        connections.close_all()
        path.rmdir()
        aside.rename(path)


@contextmanager
def full() -> Iterator[None]:
    """No page more: SQLite answers every new row with "database or disk is full"."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=4294967294")


def test_away_keeps_the_text_and_the_next_press_sends_it(visitor: Visitor) -> None:
    confirm = visitor.confirm()
    with away():
        answer = visitor.press(confirm, "send")

    assert answer.status == 503
    assert int(answer.response["Retry-After"]) > 0
    assert answer.says("まだ送信されていません")
    assert answer.says(ANSWERS["name"])
    assert "受け付けました" not in answer.html
    assert ("go", "send") in answer.buttons
    assert answer.fields["envelope"] == confirm.fields["envelope"]
    assert Inquiry.objects.count() == 0

    sent = visitor.press(answer, "send")
    assert sent.status == 303
    assert visitor.press(confirm, "send").response["Location"] == sent.response["Location"]
    assert Inquiry.objects.count() == 1


def test_a_full_disk_is_no_receipt(visitor: Visitor) -> None:
    confirm = visitor.confirm(body="長い相談です。" * 1000)
    with full():
        answer = visitor.press(confirm, "send")

    assert answer.status == 503
    assert Inquiry.objects.count() == 0
    assert visitor.press(answer, "send").status == 303


def test_a_stuck_writer_is_no_receipt(visitor: Visitor) -> None:
    from madoguchi.config.sqlite.turn import turn_for

    confirm = visitor.confirm()
    turn = turn_for(settings.DATABASES["default"]["NAME"], patience=10)
    turn.take()
    patience, turn._patience = turn._patience, 0.2
    try:
        answer = visitor.press(confirm, "send")
    finally:
        turn._patience = patience
        turn.release()

    assert answer.status == 503
    assert visitor.press(answer, "send").status == 303


def test_the_form_is_still_shown_while_the_database_is_away(visitor: Visitor, client: Client) -> None:
    before = visitor.open()
    page._pages.update({place: (0.0, kept) for place, (_, kept) in page._pages.items()})
    with away():
        during = visitor.open()
        confirm = visitor.press(during, "confirm", **ANSWERS)
        ready = client.get("/readyz").status_code

    assert during.html == before.html
    assert confirm.status == 200
    assert ready == 503
    assert client.get("/healthz").status_code == 200


def test_without_any_page_it_is_an_honest_503(visitor: Visitor, house: House) -> None:
    page.forget()
    with away():
        answer = visitor.open()

    assert answer.status == 503
    assert int(answer.response["Retry-After"]) > 0
