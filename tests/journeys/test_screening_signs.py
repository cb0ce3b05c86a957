"""A filled trap and a fast sending: the same answer for everybody, and a further reason beside another sign."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from madoguchi.faces.public_site.inquiry.signs import TRAP
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.screening.queries import verdicts
from madoguchi.rooms.screening.queries.memory import forget_everything
from tests.clockwork import Clock, stopped_clock
from tests.house import ANSWERS, House
from tests.journeys.test_public_inquiry import _set_form as set_up
from tests.journeys.test_screening import newest, without_what_differs
from tests.journeys.visitor import Screen, Visitor
from tests.rooms.screening.pitching import GENUINE, now

SPAM = "5000 dofollow backlinks only $9 https://a.example https://b.example"
TYPED = "canary-trap"


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


def sent(
    visitor: Visitor, clock: Clock, *, trap: str = "", after: float = 60, **answers: str
) -> list[Screen]:
    """入力, 確認, 送信 and 完了 as they were answered."""
    first = visitor.open()
    confirm = visitor.press(first, "confirm", **(ANSWERS | answers | {TRAP: trap}))
    clock.forward(timedelta(seconds=after))
    done = visitor.press(confirm, "send")
    return [first, confirm, done, visitor.open(done.response["Location"])]


@pytest.mark.parametrize(
    ("trap", "after", "signals"),
    [("", 60, ""), (TYPED, 60, "trap"), ("", 0.5, "fast"), (TYPED, 0.5, "fast trap")],
)
def test_signs_are_noted_as_codes_and_move_nothing(
    house: House, visitor: Visitor, clock: Clock, trap: str, after: float, signals: str
) -> None:
    pages = sent(visitor, clock, trap=trap, after=after, body=GENUINE)
    house.work()
    inquiry = newest()

    assert [each.status for each in pages] == [200, 200, 303, 200]
    assert inquiry.signals == signals
    assert (inquiry.lane, inquiry.status) == ("inbox", "new")
    told = verdicts.of(inquiry.id)
    assert told is not None
    assert (told.badge, told.moved, told.reasons) == (False, False, [])


def test_pages_mail_and_work_are_the_same_bytes(house: House, visitor: Visitor, clock: Clock) -> None:
    seen = []
    for trap, after in (("", 60.0), (TYPED, 0.5)):
        pages = sent(
            visitor, clock, trap=trap, after=after, body=GENUINE, email=f"kyaku@{len(seen)}.example.jp"
        )
        inquiry = newest()
        house.work()
        (mail,) = house.mails(to=f"@{len(seen)}.example.jp")
        payload = mail.get_payload(decode=True)
        assert isinstance(payload, bytes)
        said = [*(each.html for each in pages), payload.decode()]
        texts = [without_what_differs(re.sub(r"@\d\.example", "@example", each), inquiry) for each in said]
        lengths = [len(each.fields.get("envelope", "")) for each in pages]
        headers = [sorted(each.response.headers) for each in pages]
        seen.append((texts, lengths, headers, sorted(name for name, _ in mail.items()), now(inquiry.id).lane))

    assert seen[0] == seen[1]


def test_with_another_sign_they_are_further_reasons(house: House, visitor: Visitor, clock: Clock) -> None:
    sent(visitor, clock, trap=TYPED, after=0.5, body=SPAM)
    house.work()
    told = verdicts.of(newest().id)

    assert newest().lane == "junk"
    assert told is not None
    assert "人には見えない欄が埋められていました。" in told.reasons
    assert "人が書くより早く送られていました。" in told.reasons


def test_what_was_typed_into_the_trap_is_nowhere(house: House, visitor: Visitor, clock: Clock) -> None:
    pages = sent(visitor, clock, trap=TYPED)
    house.work()

    assert not any(TYPED in each.html for each in pages)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert TYPED not in repr(cursor.fetchall())


def test_whoever_comes_back_to_the_form_carries_no_mark(house: House, visitor: Visitor, clock: Clock) -> None:
    """What a browser had filled is asked of nobody twice."""
    first = visitor.open()
    confirm = visitor.press(first, "confirm", **(ANSWERS | {TRAP: TYPED}))
    again = visitor.press(confirm, "edit")
    assert again.fields[TRAP] == ""
    confirm = visitor.press(again, "confirm")
    clock.forward(timedelta(seconds=30))
    assert visitor.press(confirm, "send").status == 303

    assert newest().signals == ""


def test_sent_twice_with_and_without_is_one_inquiry(visitor: Visitor, clock: Clock) -> None:
    """Pressed twice: the first counts, and a sign is no other text."""
    confirm = visitor.confirm()
    receipts = []
    for _ in range(2):
        receipts.append(visitor.press(confirm, "send").response["Location"])
        clock.forward(timedelta(seconds=30))

    assert receipts[0] == receipts[1]
    assert Inquiry.objects.get().signals == "fast"


@pytest.mark.parametrize(("after", "signals"), [(1.5, "fast trap"), (3.5, "trap")])
def test_without_confirm_the_form_itself_tells_how_long_it_took(
    house: House, visitor: Visitor, clock: Clock, after: float, signals: str
) -> None:
    set_up(house, confirm=False)
    screen = visitor.open()
    clock.forward(timedelta(seconds=after))
    assert visitor.press(screen, "send", **ANSWERS, **{TRAP: TYPED}).status == 303

    assert newest().signals == signals


def test_the_api_has_neither(house: House, client: Client) -> None:
    form = client.get("/api/v1/forms/inquiry").json()
    answer = client.post(
        "/api/v1/forms/inquiry/submissions",
        {"answers": ANSWERS, "notice": form["notice"]["digest"]},
        content_type="application/json",
    )

    assert answer.status_code == 201, answer.content
    assert TRAP not in repr(form)
    assert newest().signals == ""
