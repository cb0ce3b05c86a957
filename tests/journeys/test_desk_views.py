"""Conditions, saved views, labels' own lists, search that narrows, and the pulse of an open list."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.index import index, index_some_more
from madoguchi.rooms.inquiries.actions.labels import add_label, put_label
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.actions.views import save_view
from madoguchi.rooms.inquiries.models import Inquiry, SavedView
from madoguchi.rooms.inquiries.queries.saved import saved_views
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.vault.actions.search import reset
from madoguchi.rooms.vault.queries import files_of
from tests.house import House
from tests.rooms.inquiries.writing import officer_of

Counter = Callable[[], AbstractContextManager[Any]]
ROW = re.compile(r'<li class="row[^"]*" data-number="([^"]+)"')


def narrowed(desk: Client, **given: str) -> str:
    answer = desk.post("/desk/inbox/conditions/", given, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows(page: str) -> list[str]:
    return ROW.findall(page)


@pytest.fixture
def made(house: House) -> dict[str, str]:
    """One inquiry of every sort, by what it is."""
    viewer, found = house.viewer, {}
    for sort in ("plain", "mine", "pending", "sales", "done", "labelled", "late"):
        receipt = house.submit(name=f"客 {sort}", body=f"{sort}についての用件")
        found[sort] = receipt.receipt_number
        match sort:
            case "mine":
                assign(viewer=viewer, inquiry_id=receipt.id, to=viewer.ref.id)
            case "pending" | "done":
                set_status(viewer=viewer, inquiry_id=receipt.id, status=sort)
            case "sales":
                move_lane(viewer=viewer, inquiry_id=receipt.id, lane="sales")
            case "labelled":
                label = add_label(viewer=viewer, name="展示会", colour="kusa")
                put_label(viewer=viewer, inquiry_id=receipt.id, label_id=label)
                found["label"] = str(label)
            case "late":
                Inquiry.objects.filter(id=receipt.id).update(due_at=clock.now() - timedelta(hours=1))
    reset()
    while index_some_more():
        pass
    return found


@pytest.mark.parametrize(
    ("given", "sorts"),
    [
        ({"lane": "sales"}, ["sales"]),
        ({"status": "pending"}, ["pending"]),
        ({"status": "done"}, ["done"]),
        ({"status": "all", "lane": "inbox"}, ["late", "labelled", "done", "pending", "mine", "plain"]),
        ({"assignee": "me"}, ["mine"]),
        ({"assignee": "none", "lane": "inbox"}, ["late", "labelled", "pending", "plain"]),
        ({"overdue": "1"}, ["late"]),
        ({"channel": "phone"}, []),
        ({"until": "2020-01-01"}, []),
        ({"words": "pending", "status": "all"}, ["pending"]),
        ({"words": "用件", "lane": "sales"}, ["sales"]),
    ],
)
def test_conditions_narrow_the_list(
    desk: Client, made: dict[str, str], given: dict[str, str], sorts: list[str]
) -> None:
    assert rows(narrowed(desk, **given)) == [made[sort] for sort in sorts]


def test_a_label_has_a_list_of_its_own(desk: Client, made: dict[str, str]) -> None:
    page = desk.get(f"/desk/inbox/label.{made['label']}/").content.decode()

    assert rows(page) == [made["labelled"]]
    assert rows(narrowed(desk, label=made["label"], status="all")) == [made["labelled"]]
    assert desk.get("/desk/inbox/label.nonsense/").status_code == 404


def test_what_is_no_condition_narrows_nothing(desk: Client, made: dict[str, str]) -> None:
    answer = desk.post(
        "/desk/inbox/conditions/", {"lane": "x", "assignee": "y", "since": "z", "status": "new "}
    )

    assert answer["Location"] == "/desk/inbox/"


@pytest.mark.parametrize(
    ("typed", "sorts"),
    [
        ("状態:保留", ["pending"]),
        ("担当:自分", ["mine"]),
        ("用件 担当:なし 箱:営業", ["sales"]),
        ("ラベル:展示会", ["labelled"]),
        ("期間:今日 状態:完了", ["done"]),
        ("期間:2020", []),
        ("氏名:客 sales", ["sales"]),
    ],
)
def test_a_search_narrows_by_what_the_desk_knows(
    desk: Client, made: dict[str, str], typed: str, sorts: list[str]
) -> None:
    page = desk.post("/desk/inbox/search/", {"q": typed}, follow=True).content.decode()

    assert rows(page) == [made[sort] for sort in sorts]


@pytest.mark.parametrize(
    "typed", ["担当:佐藤左衛門", "ラベル:ない", "状態:どれか", "期間:2026-13", "期間:あした"]
)
def test_what_cannot_be_understood_is_said(desk: Client, made: dict[str, str], typed: str) -> None:
    assert desk.post("/desk/inbox/search/", {"q": typed}, follow=True).status_code == 422


def test_part_of_a_number_is_found(desk: Client, made: dict[str, str]) -> None:
    part = made["plain"][-4:]
    page = desk.post("/desk/inbox/search/", {"q": f"番号:{part}"}, follow=True).content.decode()

    assert made["plain"] in rows(page)


def test_searches_of_this_session_are_offered_again(desk: Client, made: dict[str, str]) -> None:
    desk.post("/desk/inbox/search/", {"q": "用件"})

    page = desk.get("/desk/inbox/search/").content.decode()

    assert re.search(r'<ul class="recent"><li><a href="/desk/inbox/search/\?s=[^"]+">用件</a>', page)


def save(desk: Client, page: str, **given: str) -> str:
    view = re.search(r'name="from" value="(search\.[^"]+)"', page)
    assert view
    answer = desk.post("/desk/views/save/", {"from": view[1]} | given, follow=True)
    return str(answer.content.decode())


def test_a_saved_view_is_mine_or_everybodys_and_its_words_are_sealed(
    house: House, desk: Client, made: dict[str, str]
) -> None:
    save(desk, narrowed(desk, words="pending", status="all"), name="わたしだけの", whose="me")
    page = save(desk, narrowed(desk, assignee="me"), name="わたしの", whose="everybody")
    own, shared = SavedView.objects.order_by("position")

    assert rows(page) == [made["mine"]]
    assert (own.owner_id, shared.owner_id) == (house.staff["clerk"].id, None)
    assert b"pending" not in bytes(own.words)
    assert rows(desk.get(f"/desk/inbox/saved.{own.id}/").content.decode()) == [made["pending"]]
    officer = house.sign_in("officer")
    left = officer.get("/desk/inbox/inbox/").content.decode()
    assert ("わたしの" in left, "わたしだけの" in left) == (True, False)
    assert officer.get(f"/desk/inbox/saved.{own.id}/").status_code == 404
    assert rows(officer.get(f"/desk/inbox/saved.{shared.id}/").content.decode()) == []  # of whoever looks
    written = " ".join(Event.objects.values_list("details", flat=True))
    assert "わたしだけの" not in written


def test_views_are_renamed_put_in_order_and_deleted(house: House, desk: Client, made: dict[str, str]) -> None:
    for name in ("一", "二", "三"):
        save(desk, narrowed(desk, assignee="me"), name=name, whose="me")
    ids = {each.name: each.id for each in saved_views(house.viewer)}

    def names() -> list[str]:
        return re.findall(
            r'<li><a href="/desk/inbox/saved[^"]+">([^<]+)</a>', desk.get("/desk/views/").content.decode()
        )

    desk.post(f"/desk/views/{ids['三']}/", {"do": "up"})
    assert names() == ["一", "三", "二"]
    desk.post(f"/desk/views/{ids['一']}/", {"do": "down"})
    desk.post(f"/desk/views/{ids['二']}/", {"do": "down"})
    assert names() == ["三", "一", "二"]
    desk.post(f"/desk/views/{ids['一']}/", {"do": "rename", "name": "壱"})
    desk.post(f"/desk/views/{ids['二']}/", {"do": "delete"})
    assert names() == ["三", "壱"]
    assert (
        "40文字まで"
        in desk.post(f"/desk/views/{ids['一']}/", {"do": "rename", "name": ""}, follow=True).content.decode()
    )
    number = made["mine"]
    assert (
        desk.get(f"/desk/inquiries/{number}/?from=saved.{ids['二']}").status_code == 200
    )  # the list is gone


@pytest.mark.law("T-C9-5")
def test_T_C9_5_a_saved_view_that_names_the_person_goes_with_them(house: House) -> None:
    inquiry = house.submit(name="飛鳥井 雅", email="miyabi@example.jp")
    named = save_view(viewer=house.viewer, name="飛鳥井様の件", conditions={}, words="納期")
    words = save_view(viewer=house.viewer, name="よくある件", conditions={}, words="飛鳥井　雅 見積")
    other = save_view(viewer=house.viewer, name="見積", conditions={}, words="見積", everybody=True)
    house.work()
    file = Inquiry.objects.get(id=inquiry.id).file_id
    located = locate(file)

    assert {(each.id, each.why) for each in located.perhaps} == {(named, "mention"), (words, "mention")}
    chosen = [*located.certain, *located.perhaps]
    files = [file for matter in chosen for file in matter.files]
    erase(
        person=located.person, files=files, expected=files_of(located.person), ground="asked",
        by=officer_of(house).ref,
    )  # fmt: skip
    house.work()

    assert {each.id for each in saved_views(house.viewer)} == {other}
    assert not SavedView.objects.filter(id__in=[named, words]).exists()


def test_the_screens_of_labels(house: House, desk: Client) -> None:
    assert "まだありません。" in desk.get("/desk/labels/").content.decode()
    desk.post("/desk/labels/", {"name": "急ぎ", "colour": "cha"})
    wrong = desk.post("/desk/labels/", {"name": "急ぎ", "colour": "cha"})
    assert wrong.status_code == 422
    assert "ほかと重ならないように" in wrong.content.decode()
    page = desk.get("/desk/labels/").content.decode()
    (id,) = re.findall(r'/desk/labels/([0-9a-f-]{36})/"', page)[:1]
    desk.post(f"/desk/labels/{id}/", {"do": "change", "name": "至急", "colour": "ai"})
    desk.post(f"/desk/labels/{id}/", {"do": "retire"})
    assert "使うのをやめたラベル" in desk.get("/desk/labels/").content.decode()
    number = house.submit().receipt_number
    desk.post(f"/desk/labels/{id}/", {"do": "bring-back"})
    on = desk.post(
        f"/desk/inquiries/{number}/labels/?from=inbox", {"label": id}, follow=True
    ).content.decode()
    assert 'aria-label="ラベル「至急」を外す"' in on
    assert "ラベルを付けました。" in on
    off = desk.post(f"/desk/inquiries/{number}/labels/?from=inbox", {"off": id}, follow=True).content.decode()
    assert "ラベルを外しました。" in off


def test_the_pulse_tells_what_changed_and_opens_nothing(
    house: House, desk: Client, count_queries: Counter
) -> None:
    first = house.submit()
    page = desk.get("/desk/inbox/inbox/").content.decode()
    since = re.search(r'data-since="([^"]+)"', page)
    assert since
    ask = {"view": "inbox", "since": since[1], "n": first.receipt_number}
    before = Event.objects.count()

    quiet = desk.get("/desk/inbox/pulse/", ask)
    assert json.loads(quiet.content)["fresh"] == 0
    assert desk.get("/desk/inbox/pulse/", ask, headers={"if-none-match": quiet["ETag"]}).status_code == 304
    house.submit(name="秘密 太郎")
    assign(viewer=viewer_of(house.staff["officer"]), inquiry_id=first.id, to=house.staff["officer"].id)
    told = desk.get("/desk/inbox/pulse/", ask, headers={"if-none-match": quiet["ETag"]})
    with count_queries() as seen:
        desk.get("/desk/inbox/pulse/", ask)

    found = json.loads(told.content)
    assert (found["fresh"], found["counts"]["inbox"]) == (1, 2)
    assert found["rows"][first.receipt_number] == {
        "status": "未対応", "assignee": "岡田", "writing": "", "drafted": "", "proposed": False,
    }  # fmt: skip
    assert "秘密" not in told.content.decode()
    assert Event.objects.filter(kind__in=("inquiry.listed", "inquiry.read")).count() <= before
    assert len(seen) == 10


def test_the_pulse_is_nobodys_click(house: House, desk: Client) -> None:
    session = desk.session
    session["clicked_at"] = clock.now().timestamp() - 1000
    session.save()
    clicked = desk.session["clicked_at"]

    desk.get("/desk/inbox/pulse/?view=inbox&since=nonsense")

    assert desk.session["clicked_at"] == clicked
    desk.get("/desk/inbox/inbox/")
    assert desk.session["clicked_at"] > clicked


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/desk/inbox/board/?of=team", 18), ("/desk/labels/", 9), ("/desk/views/", 9), ("{around}", 14)],
)
def test_the_number_of_questions_does_not_grow_with_the_rows(
    house: House, desk: Client, count_queries: Counter, address: str, expected: int
) -> None:
    found = {}
    for count in (2, 4) if address == "{around}" else (1, 3):
        while Inquiry.objects.count() < count:
            receipt = house.submit(email="same@example.jp")
            add_label(viewer=house.viewer, name=receipt.receipt_number, colour="ai")
            save(desk, narrowed(desk, words="用件"), name=receipt.receipt_number, whose="me")
        if address == "{around}":
            reset()
            index(Inquiry.objects.values_list("id", flat=True))
        target = f"/desk/inquiries/{receipt.receipt_number}/around/" if address == "{around}" else address
        desk.get(target)
        with count_queries() as seen:
            desk.get(target)
        found[count] = len(seen)

    assert list(found.values()) == [expected, expected]
