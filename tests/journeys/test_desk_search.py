"""Searching from the desk and by the API: found, quoted, noted, and never a word of it in an address or a log."""

import json
import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from madoguchi.faces.staff_site.sealing import NotOurs, unseal
from madoguchi.faces.staff_site.sessions import SessionStore
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.vault.actions.search import reset
from madoguchi.rooms.vault.keyring import file_name
from tests.bench.generate import generate
from tests.house import House
from tests.keys import own_keys
from tests.rooms.inventory.erasing import erase_all

Counter = Callable[[], AbstractContextManager[Any]]
SEARCH = "/desk/inbox/search/"
RESULTS = {"sqlite": 21, "postgresql": 27}  # questions to the database, whatever is found
MAKING = "検索の準備をしています。古いお問い合わせは、まだ見つからないことがあります。"


@pytest.fixture(autouse=True)
def index(house: House) -> None:
    reset()
    while index_some_more():
        pass


def look_for(desk: Client, typed: str) -> str:
    """The page to which the box leads."""
    answer = desk.post(SEARCH, {"q": typed}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def listed(page: str) -> list[str]:
    return re.findall(r'<div class="row-facts"><span class="number">(M-[0-9A-Z-]+)</span>', page)


def test_what_is_typed_never_stands_in_an_address(house: House, desk: Client) -> None:
    house.submit(name="飛鳥井 雅")
    house.work()

    answer = desk.post(SEARCH, {"q": "飛鳥井"})

    assert answer.status_code == 302
    assert re.fullmatch(r"/desk/inbox/search/\?s=[\w-]{12}", answer["Location"])
    page = desk.get(answer["Location"])
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert "<mark>飛鳥井</mark>" in text
    assert 'value="飛鳥井"' in text
    assert "<title>検索結果" in text
    assert "飛鳥井" not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', text))
    assert desk.post(SEARCH, {"q": "飛鳥井"})["Location"] == answer["Location"]


def test_results_say_where_they_lie_and_what_was_found(house: House, desk: Client) -> None:
    sales, done, plain = (house.submit(body="見積書の<b>宛名</b>を変更してください。") for _ in range(3))
    house.work()
    move_lane(viewer=house.viewer, inquiry_id=sales.id, lane="sales")
    set_status(viewer=house.viewer, inquiry_id=done.id, status="done")

    page = look_for(desk, "宛名　見積")

    assert listed(page) == [plain.receipt_number, done.receipt_number, sales.receipt_number]
    assert page.count("<mark>見積</mark>書の&lt;b&gt;<mark>宛名</mark>&lt;/b&gt;") == 3
    assert page.count('<span class="badge">営業</span>') == 1
    assert page.count('<span class="badge">完了</span>') == 1
    assert "3 件" in page
    assert MAKING not in page


def test_a_receipt_number_leads_straight_there(house: House, desk: Client) -> None:
    sent = house.submit()
    house.work()
    number = sent.receipt_number

    for typed in (number, number.lower(), number.replace("-", ""), f"　{number} "):
        assert desk.post(SEARCH, {"q": typed})["Location"] == f"/desk/inquiries/{number}/?from=inbox"
    assert "この受付番号のお問い合わせは見つかりませんでした。" in look_for(desk, "M-20261124-ZZZZ")


def test_from_an_inquiry_one_comes_back_to_the_results(house: House, desk: Client) -> None:
    house.submit(body="見積書の宛名")
    house.work()
    address = desk.post(SEARCH, {"q": "宛名"})["Location"]
    (link,) = re.findall(r'href="(/desk/inquiries/M[^"]+)"', desk.get(address).content.decode())

    page = desk.get(link.replace("&amp;", "&")).content.decode()

    assert f'<a class="back" href="{address}">' in page
    assert "<mark>宛名</mark>" in page
    assert 'value="宛名"' in page
    other = house.sign_in("officer").get(link.replace("&amp;", "&")).content.decode()
    assert "<mark>" not in other  # the handle means nothing in another session


def test_nothing_typed_or_nothing_found_teaches_how(house: House, desk: Client) -> None:
    empty = desk.get(SEARCH).content.decode()
    assert "一文字からでも<wbr>探せます" in empty
    assert "氏名:山田" in empty
    assert desk.post(SEARCH, {"q": "　"})["Location"] == SEARCH
    assert desk.post(SEARCH)["Location"] == SEARCH

    nothing = look_for(desk, "存在しない")
    assert "あてはまるお問い合わせは見つかりませんでした。" in nothing
    assert "言葉を変えて、<wbr>お探しください" in nothing
    assert "0 件" in nothing


def test_a_forgotten_search_asks_again(desk: Client) -> None:
    page = desk.get(f"{SEARCH}?s=AAAAAAAAAAAA", follow=True).content.decode()

    assert "前に探した言葉は残っていません。もう一度お探しください。" in page
    assert desk.get(f"{SEARCH}?s=AAAAAAAAAAAA&cursor=x").status_code == 302


def test_too_much_is_refused_in_words(desk: Client) -> None:
    answer = desk.post(SEARCH, {"q": "あ" * 300})

    assert answer.status_code == 422
    assert "一度に探せるのは、200文字、10語までです。" in answer.content.decode()


def test_long_results_go_on_by_one_link(house: House, desk: Client) -> None:
    generate(300)
    while index_some_more():
        pass
    reset()
    while index_some_more():
        pass
    page, seen = look_for(desk, "お手すき"), list[str]()

    for _ in range(10):
        seen += listed(page)
        link = re.search(r'href="([^"]*)" rel="next">続きを探す', page)
        if link is None:
            break
        assert "件</span><span class" not in page  # a number that is not known is not said
        page = desk.get(link[1].replace("&amp;", "&")).content.decode()

    everything = list(Inquiry.objects.order_by("-received_at").values_list("receipt_number", flat=True))
    assert seen == everything


def test_while_the_index_is_made_the_page_says_so(house: House, desk: Client) -> None:
    reset()

    assert MAKING in look_for(desk, "宛名")


@pytest.mark.law("T-C9-5")
def test_an_erased_person_is_found_by_nothing(house: House, desk: Client) -> None:
    gone = house.submit(
        body="蹴鞠の件", name="飛鳥井 雅", phone="0197-00-4821", email="miyabi@nubatama.example"
    )
    house.work()
    assert listed(look_for(desk, "蹴鞠")) == [gone.receipt_number]

    erase_all(house, Inquiry.objects.get(id=gone.id))
    house.work()

    for typed in ("蹴鞠", "飛鳥井", "雅", "0197004821", "nubatama", gone.receipt_number[2:]):
        page = look_for(desk, typed)
        assert listed(page) == [], typed
        assert "<mark>" not in page


def test_looks_are_noted_once_and_words_nowhere(
    house: House, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    sent = house.submit(body="蹴鞠の件")
    house.work()
    before = set(Event.objects.values_list("id", flat=True))

    with caplog.at_level(logging.DEBUG):
        look_for(desk, "蹴鞠の件")
        look_for(desk, "蹴鞠の件")

    (event,) = Event.objects.exclude(id__in=before)
    assert (event.kind, json.loads(event.details)["count"]) == ("inquiry.listed", 1)
    assert "蹴鞠" not in str(event.__dict__) + caplog.text
    assert sent.id is not None


def test_the_questions_to_the_database_do_not_grow(
    house: House, desk: Client, count_queries: Counter
) -> None:
    for rows in (1, 3, 9):
        while Inquiry.objects.count() < rows:
            house.submit(body="見積書の宛名")
        house.work()
        address = desk.post(SEARCH, {"q": "宛名"})["Location"]
        desk.get(address)
        with count_queries() as seen:
            assert desk.get(address).status_code == 200
        assert len(seen) == RESULTS[connection.vendor]


def test_a_stranger_is_asked_who_they_are(client: Client) -> None:
    for answer in (client.get(SEARCH), client.post(SEARCH, {"q": "宛名"})):
        assert answer["Location"].startswith("/desk/sign-in/")


# ---- the API


def test_the_api_finds_the_same(house: House) -> None:
    sales, plain = (house.submit(body="見積書の宛名") for _ in range(2))
    house.submit(body="納期の件")
    house.work()
    move_lane(viewer=house.viewer, inquiry_id=sales.id, lane="sales")
    token = make_token(staff=house.staff["clerk"], scopes=["inquiries:read"], by=COMMAND)
    api = Client(headers={"authorization": f"Bearer {token}"})

    def found(**query: Any) -> list[str]:
        answer = api.get("/api/v1/inquiries", query)
        assert answer.status_code == 200, answer.content
        return [item["receipt_number"] for item in answer.json()["items"]]

    assert found(q="宛名") == [plain.receipt_number, sales.receipt_number]
    assert found(q="宛名", lane="sales") == [sales.receipt_number]
    assert found(q="宛名", status="done") == []
    assert found(q="蹴鞠") == []
    page = api.get("/api/v1/inquiries", {"q": "宛名", "limit": 1}).json()
    assert page["whole"] is True
    assert found(q="宛名", limit=1, cursor=page["next_cursor"]) == [sales.receipt_number]
    for wrong in ({"cursor": "x"}, {"limit": 0}, {"q": "あ" * 300}):
        assert api.get("/api/v1/inquiries", {"q": "宛名"} | wrong).status_code == 422


def test_the_words_of_a_session_end_with_the_epoch(
    house: House, desk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may name somebody who is erased later: in old copies they must not outlive the printed day."""
    house.submit(name="飛鳥井 雅")
    desk.post(SEARCH, {"q": "飛鳥井"})
    (session,) = Session.objects.all()
    assert "飛鳥井" in SessionStore().decode(session.session_data)["searches"].values()
    with pytest.raises(NotOurs):
        unseal("session", session.session_data)  # the key that is never replaced

    with own_keys(tmp_path / "keys", monkeypatch) as keys:
        (keys / file_name("index", 1)).unlink()
        assert SessionStore().decode(session.session_data) == {}
