"""Home and inbox: what is shown to whom, page by page, with a fixed number of questions to the database."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.jobs.actions.beat import beat
from madoguchi.rooms.organisation.models import LegalEntity
from tests.house import House

Counter = Callable[[], AbstractContextManager[Any]]
VIEWS = ("inbox", "sales", "junk", "mine", "unassigned", "overdue", "pending", "done")

HOME, LIST, INQUIRY = 27, 18, 49  # questions to the database, whatever the number of rows


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def due_today() -> None:
    Inquiry.objects.update(due_at=clock.now() - timedelta(seconds=30))


def test_an_empty_desk_says_that_nobody_waits(desk: Client) -> None:
    beat("worker")

    assert "お返事を待っている方は<wbr>いません" in text_of(desk, "/desk/")
    assert "気をつけること" not in text_of(desk, "/desk/")
    for view in VIEWS:
        text_of(desk, f"/desk/inbox/{view}/")
    assert "お返事を待っている方は<wbr>いません" in text_of(desk, "/desk/inbox/inbox/")
    assert desk.get("/desk/inbox/")["Location"] == "/desk/inbox/inbox/"
    assert desk.get("/desk/inbox/nowhere/").status_code == 404
    assert desk.get("/desk/inbox/inbox/?cursor=nonsense").status_code == 404


def test_home_shows_mine_first_and_the_team_by_one_switch(house: House, desk: Client) -> None:
    mine, theirs = house.submit(name="南 一"), house.submit(name="北 二")
    assign(viewer=house.viewer, inquiry_id=mine.id, to=house.staff["clerk"].id)
    assign(viewer=house.viewer, inquiry_id=theirs.id, to=house.staff["officer"].id)
    due_today()

    home = text_of(desk, "/desk/")
    assert '今日お返事する<span class="count">1</span>件' in home
    assert "南 一\u00a0様" in home
    assert "北 二" not in home
    team = text_of(desk, "/desk/?of=team")
    assert '窓口で今日お返事する<span class="count">2</span>件' in team
    assert "北 二\u00a0様" in team


def test_what_nobody_has_taken_is_taken_from_home(house: House, desk: Client) -> None:
    receipt = house.submit()
    assert "担当がまだ決まっていません" in text_of(desk, "/desk/")

    answer = desk.post(f"/desk/inquiries/{receipt.receipt_number}/assign/", {"back": "home"})

    assert answer["Location"] == "/desk/"
    assert Inquiry.objects.get().assignee_id == house.staff["clerk"].id
    assert "担当がまだ決まっていません" not in text_of(desk, "/desk/")


def test_home_counts_the_rest_and_never_below_nothing(house: House, desk: Client) -> None:
    for _ in range(10):
        house.submit()
    assert "残りの 2 件も見る" in text_of(desk, "/desk/")
    due_today()

    assert "残りの" not in text_of(desk, "/desk/?of=team")


def test_home_counts_what_was_answered_today(house: House, desk: Client) -> None:
    receipt = house.submit()
    reply(viewer=house.viewer, inquiry_id=receipt.id, text="はい。", seen_until=None, then="done")

    home = text_of(desk, "/desk/")

    assert "今日は 1 件にお返事しました。" in home
    assert "お返事を待っている方は<wbr>いません" in home


def test_home_says_what_needs_care(house: House, desk: Client) -> None:
    assert "メールの送信が止まっています" in text_of(desk, "/desk/")
    beat("worker")
    record(
        "promise.broken", about=Ref("promise", NOBODY), by=WORKER, details={"promise": "vault.sealed-at-rest"}
    )

    home = text_of(desk, "/desk/")

    assert "メールの送信が止まっています" not in home
    assert "鍵をかけて保管します" in home


def test_the_bundled_wording_is_told_to_administrators_only(house: House, desk: Client) -> None:
    said = "このプライバシーポリシーは見本の文面です。"

    assert said not in text_of(desk, "/desk/")
    assert said in text_of(house.sign_in("admin"), "/desk/")
    LegalEntity.objects.update(own_wording=False)
    assert said not in text_of(house.sign_in("admin"), "/desk/")


def test_lists_are_paged_newest_first_without_gap_or_double(house: House, desk: Client) -> None:
    numbers = [house.submit().receipt_number for _ in range(53)]
    first = text_of(desk, "/desk/inbox/inbox/")

    assert [n for n in reversed(numbers) if f'number">{n}<' in first] == list(reversed(numbers))[:50]
    assert "53 件" in first
    older = first.partition('href="/desk/inbox/inbox/?cursor=')[2].partition('"')[0]
    second = text_of(desk, f"/desk/inbox/inbox/?cursor={older}")
    assert [n for n in numbers if f'number">{n}<' in second] == numbers[:3]
    assert "最初へ" in second
    assert "次の50件" not in second
    beside = text_of(desk, f"/desk/inquiries/{numbers[0]}/?from=inbox&cursor={older}")
    assert f'number">{numbers[1]}<' in beside
    assert f'number">{numbers[9]}<' not in beside


def test_views_hold_what_they_say(house: House, desk: Client) -> None:
    receipt = house.submit()

    def where() -> set[str]:
        return {
            view
            for view in VIEWS
            if f'number">{receipt.receipt_number}<' in text_of(desk, f"/desk/inbox/{view}/")
        }

    assert where() == {"inbox", "unassigned"}
    assign(viewer=house.viewer, inquiry_id=receipt.id, to=house.staff["clerk"].id)
    assert where() == {"inbox", "mine"}
    Inquiry.objects.update(due_at=clock.now() - timedelta(days=7))
    assert where() == {"inbox", "mine", "overdue"}
    assert " 超過" in text_of(desk, "/desk/inbox/overdue/")
    set_status(viewer=house.viewer, inquiry_id=receipt.id, status="pending")
    assert where() == {"inbox", "mine", "pending"}
    assert "お客様のお返事を待っています" in text_of(desk, "/desk/")
    set_status(viewer=house.viewer, inquiry_id=receipt.id, status="done")
    assert where() == {"done"}


def test_lists_are_looked_at_silently_and_once(house: House, desk: Client) -> None:
    for _ in range(2):
        house.submit()
    text_of(desk, "/desk/inbox/inbox/")
    text_of(desk, "/desk/inbox/inbox/")
    house.submit()
    text_of(desk, "/desk/inbox/inbox/")

    looks = Event.objects.filter(kind="inquiry.listed").order_by("id").values_list("details", flat=True)
    assert list(looks) == ['{"count": 2}', '{"count": 1}']


@pytest.mark.parametrize(
    ("address", "expected"), [("/desk/?of=team", HOME), ("/desk/inbox/inbox/", LIST), ("{number}", INQUIRY)]
)
def test_the_number_of_questions_does_not_grow_with_the_rows(
    house: House, desk: Client, count_queries: Counter, address: str, expected: int
) -> None:
    found = {}
    for rows in (2, 4):
        while Inquiry.objects.count() < rows:
            receipt = house.submit(email="same@example.jp")
            assign(viewer=house.viewer, inquiry_id=receipt.id, to=house.staff["clerk"].id)
        due_today()
        target = f"/desk/inquiries/{receipt.receipt_number}/?from=inbox" if address == "{number}" else address
        desk.get(target)  # what is new is recorded
        with count_queries() as seen:
            desk.get(target)
        found[rows] = len(seen)

    assert found == {2: expected, 4: expected}


def test_no_name_leaves_the_pages(house: House, desk: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Canaries: typed values are in the page and nowhere else: no event, no address, no log line."""
    canaries = {
        "name": "金糸雀 鳴子",
        "company": "カナリア商会",
        "body": "カナリアの用件です",
        "email": "canary@birds.example.jp",
    }
    with caplog.at_level(logging.DEBUG):
        receipt = house.submit(**canaries)
        for address in (
            "/desk/",
            "/desk/?of=team",
            "/desk/inbox/inbox/",
            f"/desk/inquiries/{receipt.receipt_number}/",
        ):
            page = text_of(desk, address)
            assert "金糸雀" in page
            links = [part.partition('"')[0] for part in page.split('href="')[1:] + page.split('action="')[1:]]
            assert not any(word in link for link in links for word in canaries.values())
        url = f"/desk/inquiries/{receipt.receipt_number}/"
        for verb, data in (
            ("notes/", {"text": "カナリアのメモ"}), ("reply/", {"text": "カナリアへの返事"}), ("lane/sales/", {}),
            ("decline/", {}), ("status/", {"status": "doing"}), ("reply/", {"text": ""}), ("assign/", {"to": "金糸雀"}),
        ):  # fmt: skip
            desk.post(url + verb, data)
        house.work()

    written = "\n".join(
        f"{event.kind} {event.details} {event.refs}" for event in Event.objects.all()
    ) + "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert not [word for word in (*canaries.values(), "カナリア", "金糸雀") if word in written]
