"""個人情報についてのお申し出 on the desk: the register, the page of one, and what a clerk sees of it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff
from madoguchi.rooms.rights.actions.open_complaint import open_complaint
from madoguchi.rooms.rights.models import Complaint
from tests.house import House

Counter = Callable[[], AbstractContextManager[Any]]
HOME, REGISTER = "/desk/privacy/", "/desk/privacy/register/"
QUESTIONS = {
    HOME: 11,
    REGISTER: 12,
}  # to the database, whatever the number of rows  # questions to the database, whatever the number of rows
SAID = "説明のお返事をし、手順書を改めました。"


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


def opened(house: House, *, days: int | None = None, **answers: str) -> Inquiry:
    receipt = house.submit(**answers)
    open_complaint(inquiry_id=receipt.id, kind="complaint", by=VISITOR)
    if days is not None:
        Complaint.objects.filter(inquiry_id=receipt.id).update(due_on=clock.today() + timedelta(days=days))
    return Inquiry.objects.get(id=receipt.id)


def page(inquiry: Inquiry) -> str:
    return f"/desk/inquiries/{inquiry.receipt_number}/"


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def text(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(client, address)))


# -- the register -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [HOME, REGISTER])
def test_both_are_for_officers_and_administrators(house: House, page: str) -> None:
    opened(house)
    assert house.sign_in("clerk").get(page).status_code == 403
    assert house.sign_in("admin").get(page).status_code == 200


def test_an_empty_list_says_what_will_stand_there(officer: Client) -> None:
    assert "お待ちの方は いません" in text(officer, HOME)
    assert "ご請求やお申し出が届くと" in text(officer, HOME)
    assert "まだありません。" in text(officer, REGISTER)


def test_open_ones_stand_by_their_day_and_closed_ones_in_the_register(house: House, officer: Client) -> None:
    names = {"遠い 人": 30, "遅れ 人": -1, "今日 の人": 0}
    for name, days in names.items():
        opened(house, days=days, name=name)
    ended = opened(house, name="済み 人")
    officer.post(f"{page(ended)}privacy/close/", {"outcome": "answered", "said": SAID, "too": "yes"})

    shown, register = html(officer, HOME), html(officer, REGISTER)
    order = [
        shown.index(each)
        for each in ("遅れています", "遅れ 人", ">今週 <", "今日 の人", "これより先", "遠い 人")
    ]
    assert order == sorted(order)
    assert ("来週から" in shown, "済み 人" in shown) == (False, False)
    assert shown.count("1日 遅れ") == 1
    assert [name for name in names if name in register] == []
    assert ("済み 人" in register, "ご説明し、お返事した" in register, SAID in register) == (
        True,
        True,
        False,
    )


def test_one_in_a_tray_stands_there_all_the_same(house: House, officer: Client) -> None:
    inquiry = opened(house, name="営業 扱い")
    move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="junk")

    assert "営業 扱い" in html(officer, HOME)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("list_page", [HOME, REGISTER])
def test_the_questions_do_not_grow_with_the_rows(
    house: House, officer: Client, count_queries: Counter, rows: int, list_page: str
) -> None:
    for number in range(rows):
        opened(house, name=f"{number} 番")
        done = opened(house, name=f"済み {number}")
        officer.post(f"{page(done)}privacy/close/", {"outcome": "answered", "said": SAID, "too": "yes"})
    officer.get(list_page)

    with count_queries() as seen:
        shown = html(officer, list_page)
    links = "?open=M-" if list_page == HOME else "/desk/inquiries/M-"
    assert shown.count(links) == rows
    assert len(seen) == QUESTIONS[list_page]


def test_looking_at_it_is_recorded(house: House, officer: Client) -> None:
    inquiry = opened(house)
    officer.get(HOME)

    (look,) = Event.objects.filter(kind="inquiry.listed")
    assert f"inquiry:{inquiry.id}" in look.refs


# -- the officer's first page -------------------------------------------------------------------------


def test_home_names_those_that_press(house: House, officer: Client) -> None:
    late, soon, far = (opened(house, days=days) for days in (-1, 2, 9))

    home = text(officer, "/desk/")
    assert "個人情報についてのお申し出の期日が過ぎました" in home
    assert "個人情報についてのお申し出の期日が近づいています" in home
    margin = home[home.index("気をつけること") :]
    assert [each.receipt_number in margin for each in (late, soon, far)] == [True, True, False]
    assert "お申し出" not in text(house.sign_in("clerk"), "/desk/")


def test_home_asks_for_another_owner_when_theirs_has_left(house: House) -> None:
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.add_staff import add_staff

    inquiry = opened(house)
    add_staff(email="o2@example.jp", name="次の 人", role="officer", entity_id=house.entity_id, by=COMMAND)
    disable_staff(staff=house.staff["officer"], by=house.viewer.ref)
    from madoguchi.rooms.organisation.queries import staff_by_email

    second = staff_by_email("o2@example.jp")
    assert second is not None
    house.staff["officer"] = second
    officer = house.sign_in("officer")

    assert "個人情報についてのお申し出に、担当者がいません" in text(officer, "/desk/")
    assert "担当なし" in text(officer, HOME)
    officer.post(f"{page(inquiry)}privacy/owner/", {"owner": str(second.id)})
    assert Complaint.objects.get().owner_id == second.id
    assert "担当者がいません" not in text(officer, "/desk/")


# -- T-C10-3: owner, day and outcome, through the screens ---------------------------------------------


@pytest.mark.law("T-C10-3")
def test_T_C10_3_from_any_inquiry_to_an_owner_a_day_and_an_outcome(
    house: House, desk: Client, officer: Client
) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(name="山田 花子").id)
    assert "個人情報の窓口へ" in text(desk, page(inquiry))
    desk.post(f"{page(inquiry)}privacy/?from=inbox", {"kind": "complaint"})
    assert "個人情報の窓口へ渡しました（苦情）" in text(desk, page(inquiry))

    day = calendar.japanese_day(clock.today() + timedelta(days=14))
    shown = text(officer, page(inquiry))
    assert f"種類 苦情 担当者 岡田 千尋 期日 {day}" in shown
    later = clock.today() + timedelta(days=20)
    officer.post(f"{page(inquiry)}privacy/due/", {"due": later.isoformat(), "due-reason": "looking-into"})
    officer.post(f"{page(inquiry)}privacy/owner/", {"owner": str(house.staff["admin"].id)})
    answer = officer.post(
        f"{page(inquiry)}privacy/close/?from=privacy", {"outcome": "mended", "said": SAID, "too": "yes"}
    )
    assert (answer.status_code, answer["Location"]) == (302, HOME)

    shown = text(officer, page(inquiry))
    assert f"期日 {calendar.japanese_day(later)} 結果 改めた {SAID}" in shown
    assert "お申し出の期日を" in shown
    assert "お申し出の担当が西村さんになりました" in shown
    assert Inquiry.objects.get().status == "done"


def test_a_clerk_sees_a_label_and_no_more(house: House, desk: Client) -> None:
    inquiry = opened(house)
    shown = text(desk, page(inquiry))

    assert "個人情報 担当なし" in shown
    assert "matter-of-privacy" not in html(desk, page(inquiry))
    for word in ("期日", "結果を記して終える", "個人情報の窓口へ"):
        assert word not in shown
    assert desk.get(f"{page(inquiry)}privacy/").status_code == 403
    for verb, given in (
        ("close", {"outcome": "answered", "said": SAID}), ("owner", {"owner": str(house.staff["admin"].id)}),
        ("due", {"due": clock.today().isoformat(), "due-reason": "sooner"}), ("take-back", {"mistake": "pressed"}),
    ):  # fmt: skip
        assert desk.post(f"{page(inquiry)}privacy/{verb}/", given).status_code == 403, verb
    assert Complaint.objects.get().closed_at is None


def test_what_settles_an_inquiry_is_not_offered_while_it_is_open(house: House, officer: Client) -> None:
    inquiry = opened(house)
    assert 'value="done"' not in html(officer, page(inquiry))
    move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="sales")
    assert "丁寧にお断りする" not in html(officer, page(inquiry))

    officer.post(f"{page(inquiry)}privacy/close/", {"outcome": "answered", "said": SAID})
    assert Inquiry.objects.get().status == "new" or Inquiry.objects.get().closed_at is None
    assert 'value="done"' in html(officer, page(inquiry))


def test_an_open_one_stays_in_the_inbox(house: House, desk: Client, officer: Client) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    desk.post(f"{page(inquiry)}lane/junk/")
    desk.post(f"{page(inquiry)}privacy/", {"kind": "complaint"})
    assert Inquiry.objects.get().lane == "inbox"
    desk.post(f"{page(inquiry)}lane/sales/")
    assert "終わるまで受信箱に置いておきます" in text(desk, page(inquiry))
    assert (Inquiry.objects.get().lane, "/lane/sales/" in html(desk, page(inquiry))) == ("inbox", False)

    officer.post(f"{page(inquiry)}privacy/close/", {"outcome": "nothing-to-do", "said": SAID})
    desk.post(f"{page(inquiry)}lane/sales/")
    assert Inquiry.objects.get().lane == "sales"


def test_a_slip_keeps_what_was_written(house: House, officer: Client) -> None:
    inquiry = opened(house)
    answer = officer.post(f"{page(inquiry)}privacy/close/", {"outcome": "", "said": SAID})
    shown = answer.content.decode()

    assert (answer.status_code, SAID in shown) == (409, True)
    assert "お申し出は、結果を記してから終えます。" in shown
    for verb, given, words in (
        ("close", {"outcome": "answered", "said": " "}, "どのように対応したかをお書きください。"),
        ("owner", {"owner": "x"}, "個人情報管理者か管理者の中から"),
        ("due", {"due": "2020-01-01", "due-reason": "sooner"}, "今日から1年以内の日"),
        ("due", {"due": "x", "due-reason": "sooner"}, "今日から1年以内の日"),
        ("due", {"due": clock.today().isoformat()}, "理由をお選びください。"),
        ("take-back", {}, "理由をお選びください。"),
    ):
        answer = officer.post(f"{page(inquiry)}privacy/{verb}/", given)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), verb
    assert officer.post(f"{page(inquiry)}privacy/", {"kind": "x"}).status_code == 422


def test_a_mistake_is_taken_back_on_the_screen(house: House, desk: Client) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    desk.post(f"{page(inquiry)}privacy/", {"kind": "other"})
    assert "お申し出ではなかったとき" in text(desk, f"{page(inquiry)}privacy/")
    desk.post(f"{page(inquiry)}privacy/take-back/", {"mistake": "other-matter"})

    shown = text(desk, page(inquiry))
    assert "お申し出を取り消しました（個人情報とは別のご用件だった）" in shown
    assert "個人情報の窓口へ" in shown
    desk.post(f"{page(inquiry)}status/", {"status": "done"})
    assert Inquiry.objects.get().status == "done"


def test_special_care_covers_what_was_done_too(house: House, officer: Client) -> None:
    inquiry = opened(house)
    flag_special_care(viewer=house.viewer, inquiry_id=inquiry.id)
    officer.post(f"{page(inquiry)}privacy/close/", {"outcome": "answered", "said": SAID})

    assert SAID in html(officer, page(inquiry))
    assert SAID not in html(house.sign_in("admin"), page(inquiry))


def test_no_word_of_it_lies_in_the_record(house: House, officer: Client) -> None:
    inquiry = opened(house)
    officer.post(f"{page(inquiry)}privacy/close/", {"outcome": "answered", "said": SAID})

    told = [f"{event.details}{event.refs}" for event in Event.objects.all()]
    assert told != []
    assert [line for line in told if "説明" in line or "お返事" in line] == []
