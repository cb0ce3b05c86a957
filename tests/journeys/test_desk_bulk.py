"""Many at once: the same verbs, told by number what was refused, and taken back together; the board; one undo."""

import re

import pytest
from django.test import Client

from madoguchi.rooms.inquiries.actions.labels import add_label
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.labels import labels_on
from madoguchi.rooms.rights.actions.open_complaint import hand_over
from tests.house import House

BULK = "/desk/inbox/bulk/"


def press(desk: Client, numbers: list[str], **given: str) -> str:
    answer = desk.post(BULK, {"n": numbers, "from": "inbox"} | given, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def take_back(desk: Client, page: str) -> str:
    found = re.search(r'class="undo" method="post" action="([^"]+)"', page)
    assert found
    return str(desk.post(found[1], follow=True).content.decode())


def stand() -> list[tuple[str, str, object, object]]:
    facts = Inquiry.objects.order_by("id").values_list("lane", "status", "assignee_id", "closed_at")
    return list(facts)


@pytest.fixture
def numbers(house: House) -> list[str]:
    """Three of the inbox, each standing differently."""
    made = [house.submit() for _ in range(3)]
    set_status(viewer=house.viewer, inquiry_id=made[1].id, status="pending")
    set_status(viewer=house.viewer, inquiry_id=made[2].id, status="done")
    set_status(viewer=house.viewer, inquiry_id=made[2].id, status="doing")
    return [each.receipt_number for each in made]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"do": "take"}, "3 件の担当を変えました。"),
        ({"do": "done"}, "3 件を「完了」にしました。"),
        ({"do": "status", "status": "open"}, "3 件を「未対応」にしました。"),
        ({"do": "sales"}, "3 件を「営業」に移しました。"),
        ({"do": "lane", "lane": "junk"}, "3 件を「迷惑」に移しました。"),
    ],
)
def test_all_are_changed_and_each_goes_back_to_its_own(
    desk: Client, numbers: list[str], given: dict[str, str], said: str
) -> None:
    before = stand()

    page = press(desk, numbers, **given)

    assert said in page
    assert len(set(stand()) & set(before)) == 0
    assert "3 件を、元に戻しました。" in take_back(desk, page)
    assert stand() == before


def test_what_is_refused_is_told_by_number_and_the_rest_is_done(
    house: House, desk: Client, numbers: list[str]
) -> None:
    bound = Inquiry.objects.get(receipt_number=numbers[0])
    hand_over(viewer=house.viewer, inquiry_id=bound.id, kind="complaint")

    page = press(desk, [*numbers, "M-20261124-2222"], do="done")

    assert "2 件を「完了」にしました。" in page
    assert f"1 件はそのままです（{numbers[0]}）。" in page
    assert "1 件はそのままです（M-20261124-2222）。" in page
    assert [status for _, status, _, _ in stand()] == ["new", "done", "done"]


def test_a_colleagues_later_change_stays(house: House, desk: Client, numbers: list[str]) -> None:
    page = press(desk, numbers, do="done")
    first = Inquiry.objects.get(receipt_number=numbers[0])
    set_status(viewer=house.viewer, inquiry_id=first.id, status="doing")

    told = take_back(desk, page)

    assert "2 件を、元に戻しました。" in told
    assert "1 件は戻せませんでした。" in told
    assert [status for _, status, _, _ in stand()] == ["doing", "pending", "doing"]


def test_an_undo_is_offered_once_and_works_once(desk: Client, numbers: list[str]) -> None:
    page = press(desk, numbers, do="take")
    assert 'class="undo"' not in desk.get("/desk/inbox/inbox/").content.decode()
    take_back(desk, page)

    assert "この操作は、もう取り消せません。" in take_back(desk, page)


def test_labels_are_put_on_and_off_together(house: House, desk: Client, numbers: list[str]) -> None:
    label = str(add_label(viewer=house.viewer, name="展示会", colour="kusa"))
    page = press(desk, numbers, do="label", label=label)

    assert "3 件にラベルを付けました。" in page
    assert page.count('<span class="label kusa">展示会</span>') == 3
    take_back(desk, page)
    assert labels_on(Inquiry.objects.values_list("id", flat=True)) == {}
    press(desk, numbers[:1], do="label", label=label)
    assert "1 件からラベルを外しました。" in press(desk, numbers, do="unlabel", label=label)


@pytest.mark.parametrize(
    ("chosen", "given", "said"),
    [
        (0, {"do": "take"}, "一つ以上お選びください。"),
        (1, {"do": "fly"}, "いまこの状態にはできません。"),
        (1, {"do": "status", "status": "new"}, "いまこの状態にはできません。"),
        (1, {"do": "label", "label": "x"}, "ラベルをお選びください。"),
        (1, {"do": "assign", "to": "x"}, "その職員は見つかりませんでした。"),
        (1, {"do": "lane", "lane": "inbox"}, "すでにそうなっています。"),
    ],
)
def test_nothing_changes_by_what_makes_no_sense(
    desk: Client, numbers: list[str], chosen: int, given: dict[str, str], said: str
) -> None:
    before = stand()

    assert said in press(desk, numbers[:chosen], **given)
    assert stand() == before


def test_one_is_taken_back_on_its_page_too(house: House, desk: Client, numbers: list[str]) -> None:
    before = stand()
    page = desk.post(f"/desk/inquiries/{numbers[0]}/status/?from=inbox", {"status": "done"}, follow=True)

    told = take_back(desk, page.content.decode())

    assert "取り消しました。" in told
    assert stand() == [("inbox", "open", None, None), *before[1:]]  # read since: no longer 新着


def test_the_board_shows_columns_with_counts_and_moves_cards(
    house: House, desk: Client, numbers: list[str]
) -> None:
    text = desk.get("/desk/inbox/board/?of=team").content.decode()
    columns = re.findall(r'<h2 id="col-(\w+)">([^<]+)<span class="n">(\d+)</span>', text)
    assert columns == [("new", "新着", "1"), ("open", "未対応", "0"), ("doing", "対応中", "1"), ("pending", "保留", "1"), ("done", "完了（今日）", "0")]  # fmt: skip

    moved = desk.post(
        "/desk/inbox/board/move/", {"n": numbers[0], "status": "done", "of": "team"}, follow=True
    )

    assert f"{numbers[0]} を「完了」にしました。" in moved.content.decode()
    assert '完了（今日）<span class="n">1</span>' in moved.content.decode()
    back = take_back(desk, moved.content.decode())
    assert '<h2 id="col-new">新着<span class="n">1</span>' in back
    assert numbers[0] not in desk.get("/desk/inbox/board/").content.decode()  # nobody's, so not mine


def test_a_card_that_may_not_move_says_why(house: House, desk: Client, numbers: list[str]) -> None:
    hand_over(
        viewer=house.viewer, inquiry_id=Inquiry.objects.get(receipt_number=numbers[0]).id, kind="complaint"
    )

    answer = desk.post("/desk/inbox/board/move/", {"n": numbers[0], "status": "done"}, follow=True)

    assert numbers[0] in answer.content.decode()
    assert Inquiry.objects.get(receipt_number=numbers[0]).status == "new"
    assert desk.post("/desk/inbox/board/move/", {"n": "M-20261124-2222", "status": "done"}).status_code == 404


def test_what_lies_in_a_tray_is_not_on_the_board(house: House, desk: Client, numbers: list[str]) -> None:
    move_lane(viewer=house.viewer, inquiry_id=Inquiry.objects.get(receipt_number=numbers[0]).id, lane="sales")

    assert numbers[0] not in desk.get("/desk/inbox/board/?of=team").content.decode()
