"""The trays, the reasons, and the settings of the screening at the desk, through HTTP and without a script."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.models import RetentionPeriod
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.screening.models import Allowed, Lesson, Repeat, ScreenRules, Verdict
from madoguchi.rooms.screening.queries import verdicts
from tests.clockwork import stopped_clock
from tests.house import House
from tests.journeys.filling import Sheet, arrived, opened
from tests.journeys.judging import PITCH, TELLING, judged, switch_on

SALES, JUNK, INBOX = (f"/desk/inbox/{lane}/" for lane in ("sales", "junk", "inbox"))
STATE, MEMORY = "/desk/screening/", "/desk/screening/memory/"


@pytest.fixture
def admin(house: House) -> Client:
    return house.sign_in("admin")


def pitch(house: House, **answers: str) -> Receipt:
    return house.submit(**({"body": PITCH, "company": "株式会社ネクストリンク", "website": ""} | answers))


def press(client: Client, view: str, do: str, *numbers: str, **more: str) -> Sheet:
    address = f"/desk/inbox/{view}/decide/"
    answer = client.post(address, {"do": do, "n": list(numbers), "back": f"/desk/inbox/{view}/"} | more)
    return arrived(client, address, answer)


def order(sheet: Sheet) -> list[str]:
    """Receipt numbers in the order of the page's lines."""
    return re.findall(r'data-number="([^"]+)"', sheet.html)


def undo(client: Client, sheet: Sheet) -> Sheet:
    found = re.search(r'action="(/desk/undo/[^"]+)"', sheet.html)
    assert found, "nothing to take back"
    return arrived(client, found[1], client.post(found[1]))


def one(client: Client, number: str, view: str = "sales") -> Sheet:
    return opened(client, f"/desk/inquiries/{number}/?from={view}")


# -- a tray -------------------------------------------------------------------------------------------


def test_what_may_be_a_customers_is_said_to_stay_until_somebody_decides(house: House, desk: Client) -> None:
    RetentionPeriod.objects.create(
        entity_id=house.entity_id,
        retention="sales",
        days=30,
        set_by_kind="staff",
        set_by_id=house.staff["admin"].id,
    )
    doubted, plain = pitch(house, name="甲 花子"), pitch(house, name="乙 花子")
    judged(house, doubted, guarded=True)
    judged(house, plain)
    stays = "お客様かもしれないため、仕分けが決まるまでは消去しません。"

    one(desk, plain.receipt_number)  # looked at, it is no longer unread
    assert stays not in one(desk, plain.receipt_number).html
    assert stays in one(desk, doubted.receipt_number).html
    press(desk, "sales", "confirm", doubted.receipt_number)
    settled = one(desk, doubted.receipt_number).html
    assert stays not in settled
    assert "まで保存し、そのあと消去します。" in settled


def test_the_least_certain_stand_first_and_what_was_settled_last(house: House, desk: Client) -> None:
    sure, unsure, spoken = (pitch(house, name=f"{n} 花子") for n in ("甲", "乙", "丙"))
    judged(house, sure, score=4.0)
    judged(house, unsure, score=0.5)
    judged(house, spoken, score=0.1)
    press(desk, "sales", "confirm", spoken.receipt_number)

    assert order(opened(desk, SALES)) == [each.receipt_number for each in (unsure, sure, spoken)]
    newest = opened(desk, f"{SALES}?order=newest")
    assert order(newest) == [each.receipt_number for each in (unsure, sure, spoken)]
    assert newest.said.index("確かめたもの") > newest.said.index(sure.receipt_number)


def test_a_line_says_who_what_and_why(house: House, desk: Client) -> None:
    receipt = pitch(house, name="三浦 拓也")
    inquiry = judged(house, receipt)
    told = verdicts.of(inquiry.id)
    assert told is not None

    page = opened(desk, SALES)
    for words in (
        "株式会社ネクストリンク",
        "三浦 拓也 様",
        "突然のご連絡失礼いたします。",
        told.reasons[0],
        "見込み 高い",
    ):
        assert words in page.said
    assert "%" not in page.said


def test_one_press_brings_it_back_as_it_was_and_one_takes_that_back(house: House, desk: Client) -> None:
    receipt = pitch(house)
    inquiry = judged(house, receipt)
    before = (inquiry.received_at, inquiry.status, inquiry.due_at, inquiry.assignee_id)

    page = press(desk, "sales", "genuine", receipt.receipt_number)
    inquiry.refresh_from_db()
    assert inquiry.lane == "inbox"
    assert (inquiry.received_at, inquiry.status, inquiry.due_at, inquiry.assignee_id) == before
    assert Lesson.objects.get(about=inquiry.id).label == "genuine"
    assert Allowed.objects.filter(about=inquiry.id).exists()
    assert f"{receipt.receipt_number} を、お客様からのものとして受信箱に置きました。" in page.said

    page = undo(desk, page)
    inquiry.refresh_from_db()
    assert inquiry.lane == "sales"
    assert not Allowed.objects.filter(about=inquiry.id).exists()
    assert Verdict.objects.get(about=inquiry.id).settled_at is None
    assert order(page) == [receipt.receipt_number]


def test_confirming_one_needs_no_preview_and_is_taken_back(house: House, desk: Client) -> None:
    receipt = pitch(house)
    inquiry = judged(house, receipt)

    page = press(desk, "sales", "confirm", receipt.receipt_number)
    assert Lesson.objects.get(about=inquiry.id).label == "sales"
    assert Repeat.objects.filter(lesson__about=inquiry.id).exists()
    assert Verdict.objects.get(about=inquiry.id).settled_lane == "sales"
    assert "確かめたもの" in page.said

    undo(desk, page)
    assert Verdict.objects.get(about=inquiry.id).settled_at is None
    assert not Repeat.objects.filter(lesson__about=inquiry.id).exists()


def test_several_are_seen_before_they_are_confirmed(house: House, desk: Client) -> None:
    plain, guarded = pitch(house, name="甲 花子"), pitch(house, name="乙 花子")
    judged(house, plain)
    judged(house, guarded, guarded=True, moved=False)
    move_lane(viewer=viewer_of(house.staff["officer"]), inquiry_id=guarded.id, lane="sales")
    Verdict.objects.filter(about=guarded.id).update(
        settled_at=None, settled_lane=""
    )  # as if it lay there unseen
    Lesson.objects.all().delete()

    page = press(desk, "sales", "confirm", plain.receipt_number, guarded.receipt_number)
    assert "2 件を、営業で確定しますか" in page.said
    assert page.boxes["n"] == [plain.receipt_number]  # only this one is ticked
    assert "お客様らしいところがあるため、印を外してあります" in page.said
    assert not Lesson.objects.exists()

    page.send(do="confirm")
    assert [each.about for each in Lesson.objects.all()] == [plain.id]


def test_the_refusal_goes_along_once_and_never_for_junk(house: House, desk: Client) -> None:
    first, second = pitch(house), pitch(house)
    judged(house, first)
    judged(house, second)
    numbers = (first.receipt_number, second.receipt_number)

    page = press(desk, "sales", "confirm", *numbers)
    assert "お送りできるのは 2 件" in page.said
    page = page.send(do="confirm", decline="yes")
    assert "2 件に丁寧なお断りを送り、営業で確定しました。" in page.said
    mails = Mail.objects.count()
    assert {each.label for each in Lesson.objects.all()} == {"sales"}
    assert set(Inquiry.objects.values_list("status", flat=True)) == {"done"}

    press(desk, "sales", "confirm", *numbers, sure="yes", decline="yes")
    assert Mail.objects.count() == mails

    spam = [house.submit(body="best price https://a.example.net https://b.example.net") for _ in "12"]
    for each in spam:
        judged(house, each, lane="junk")
    page = press(desk, "junk", "confirm", *(each.receipt_number for each in spam))
    assert "丁寧なお断り" not in page.said
    press(desk, "junk", "confirm", *(each.receipt_number for each in spam), sure="yes", decline="yes")
    assert Mail.objects.count() == mails
    assert set(Lesson.objects.filter(label="junk").values_list("about", flat=True)) == {
        each.id for each in spam
    }


def test_same_texts_stand_together_and_are_confirmed_with_one_press(house: House, desk: Client) -> None:
    first = pitch(house, name="甲 花子")
    judged(house, first, score=1.0)
    other = judged(house, pitch(house, name="乙 花子"), score=1.5)
    again = judged(house, pitch(house, name="丙 花子"), score=3.0, group=first.id)

    page = opened(desk, SALES)
    assert "同じ文面が 2 件" in page.said
    numbers = [first.receipt_number, again.receipt_number]
    assert order(page) == [*numbers, other.receipt_number]
    press(desk, "sales", "confirm", *numbers).send(do="confirm")
    assert set(Lesson.objects.values_list("about", flat=True)) == {first.id, again.id}


def test_nothing_chosen_and_nothing_known_is_said(house: House, desk: Client) -> None:
    assert "選" in press(desk, "sales", "confirm").said
    receipt = pitch(house)
    judged(house, receipt)
    assert "いまこの状態にはできません" in press(desk, "sales", "unheard", receipt.receipt_number).said
    assert (
        desk.post("/desk/inbox/sales/decide/", {"do": "confirm", "n": "M-20261124-2222"}).status_code == 404
    )
    assert desk.post("/desk/inbox/mine/decide/", {"do": "confirm"}).status_code == 404
    assert desk.get(f"{SALES}?page=x").status_code == 404


def test_the_way_back_is_never_another_place(house: House, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    for wrong in ("https://elsewhere.example", "//elsewhere.example/desk/", "/", ""):
        answer = desk.post(
            "/desk/inbox/sales/decide/", {"do": "confirm", "n": receipt.receipt_number, "back": wrong}
        )
        assert answer["Location"] == SALES


def test_another_companys_tray_is_empty_here(house: House, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    other = LegalEntity.objects.create(
        name="別の会社", postal_code="-", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    Staff.objects.filter(id=house.staff["officer"].id).update(entity=other)
    stranger = house.sign_in("officer")

    assert order(opened(stranger, SALES)) == []
    for do in ("genuine", "confirm", "junk"):
        answer = stranger.post("/desk/inbox/sales/decide/", {"do": do, "n": receipt.receipt_number})
        assert answer.status_code == 404
    assert not Lesson.objects.exists()


def test_ten_of_the_week_are_asked_for_until_they_were_seen(house: House, desk: Client) -> None:
    receipts = [pitch(house, name=f"{n} 花子") for n in "甲乙"]
    for each in receipts:
        judged(house, each)

    page = opened(desk, f"{SALES}?order=week")
    assert set(order(page)) == {each.receipt_number for each in receipts}
    assert "まだどなたも開いていないものは 2 件です" in page.said
    one(desk, receipts[0].receipt_number)
    press(desk, "sales", "confirm", receipts[1].receipt_number)
    assert "今週の10件は、すべて確かめてあります。" in opened(desk, f"{SALES}?order=week").said


# -- why ------------------------------------------------------------------------------------------------


def test_the_page_says_why_and_marks_the_telling_sentence(house: House, desk: Client) -> None:
    earlier = pitch(house)
    judged(house, earlier)
    press(desk, "sales", "confirm", earlier.receipt_number)
    receipt = pitch(house)
    judged(house, receipt, earlier=earlier.receipt_number)

    page = one(desk, receipt.receipt_number)
    assert "なぜ、ここにありますか" in page.said
    assert f'<mark class="telling">{TELLING}</mark>' in page.html
    assert page.html.count("<mark") == 1
    assert f'href="/desk/inquiries/{earlier.receipt_number}/' in page.html
    assert f"以前の営業： {earlier.receipt_number}" in page.said
    for button in ("お客様でした（受信箱へ戻す）", "営業で確定", "丁寧にお断りする"):
        assert len(re.findall(f">{button}</(?:button|a)>", page.html)) == 1
    assert "%" not in page.said


def test_covered_texts_give_no_words_away_by_their_reasons(house: House, desk: Client) -> None:
    receipt = pitch(house, body=f"{PITCH}\n持病があります。")
    inquiry = judged(house, receipt)
    told = verdicts.of(inquiry.id)
    flag_special_care(viewer=viewer_of(house.staff["officer"]), inquiry_id=inquiry.id)
    assert told is not None

    for page in (one(desk, receipt.receipt_number), opened(desk, SALES)):
        assert TELLING not in page.html
        assert told.reasons[0] not in page.said
    assert "内容を伏せているため、理由も伏せています。" in opened(desk, SALES).said


def test_the_badge_is_taken_off_by_a_person_and_comes_back_by_undo(house: House, desk: Client) -> None:
    receipt = pitch(house)
    inquiry = judged(house, receipt, moved=False)

    assert "営業かもしれません" in opened(desk, INBOX).said
    page = one(desk, receipt.receipt_number, "inbox")
    assert "確かとは言えないため、受信箱に残しました。" in page.said
    here = f"/desk/inquiries/{receipt.receipt_number}/?from=inbox"
    page = press(desk, "inbox", "genuine", receipt.receipt_number, back=here)
    inquiry.refresh_from_db()
    assert inquiry.lane == "inbox"
    assert Lesson.objects.get(about=inquiry.id).label == "genuine"
    assert "お客様からのものと確かめました" in page.said
    assert "営業かもしれません" not in opened(desk, INBOX).said

    undo(desk, page)
    assert "営業かもしれません" in opened(desk, INBOX).said
    assert not Allowed.objects.exists()


def test_what_speaks_for_the_sender_is_said(house: House, desk: Client) -> None:
    receipt = pitch(house)
    inquiry = judged(house, receipt, moved=False, guarded=True)
    told = verdicts.of(inquiry.id)
    assert told is not None

    page = one(desk, receipt.receipt_number, "inbox")
    assert "営業のご連絡に似たところがありますが、受信箱に残しました。" in page.said
    assert all(words in page.said for words in told.counter)


def test_rights_words_lead_to_the_privacy_desk_with_the_time_of_arrival(house: House, desk: Client) -> None:
    receipt = house.submit(body="私の個人情報を開示してください。")
    inquiry = judged(house, receipt, lane="inbox", badge=False, moved=False, guarded=True, rights=True)

    page = one(desk, receipt.receipt_number, "inbox")
    found = re.search(r'href="([^"]+)">ご請求として受け付ける', page.html)
    assert found
    opened(desk, found[1].replace("&amp;", "&")).send(kind="disclosure")
    request = RightsRequest.objects.get()
    assert request.arrived_at == inquiry.received_at
    assert "ご請求として受け付ける" not in one(desk, receipt.receipt_number, "inbox").said


def test_what_could_not_be_read_says_so_quietly(house: House, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt, undecided=True)
    page = one(desk, receipt.receipt_number, "inbox")
    assert "未判定のまま受信箱に残しました。" in page.said
    assert "営業かもしれません" not in opened(desk, INBOX).said


def test_a_move_by_the_machine_is_no_colleagues(house: House, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    assert "仕分けで、「受信箱」から「営業」へ移しました" in one(desk, receipt.receipt_number).said


# -- settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [STATE, MEMORY])
def test_only_who_sets_the_desk_up_decides(house: House, desk: Client, address: str) -> None:
    for role in ("clerk", "officer"):
        client = house.sign_in(role)
        assert client.get(address).status_code == 403
        assert client.post(address, {"state": "on", "do": "reset"}).status_code == 403
    assert not ScreenRules.objects.exclude(state="badge").exists()


def test_the_question_of_the_set_up_is_answered_after_a_look_at_what_would_move(
    house: House, admin: Client
) -> None:
    receipt = pitch(house)
    judged(house, receipt, moved=False)

    assert "まだ決まっていません" in opened(admin, SALES).said
    page = opened(admin, STATE)
    assert "はじめにお決めください" in page.said
    assert "有効なら移していたもの この 90 日で 1 件" in page.said
    assert f"/desk/inquiries/{receipt.receipt_number}/" in page.html

    page = page.send(state="on")
    assert "「有効」にしました。" in page.said
    assert ScreenRules.objects.get().state == "on"
    assert "まだ決まっていません" not in opened(admin, SALES).said
    assert opened(admin, STATE).send(state="unheard").status == 422
    assert ScreenRules.objects.get().state == "on"


def test_the_fuse_tells_which_and_is_put_back_after_a_look(house: House, admin: Client, desk: Client) -> None:
    switch_on(house)
    receipts = [pitch(house, name=f"{n} 花子") for n in "甲乙"]
    for each in receipts:
        judged(house, each)
        press(desk, "sales", "genuine", each.receipt_number)
    assert ScreenRules.objects.get().blown_at is not None

    assert "どれが戻されたかを見る" in opened(admin, "/desk/").said
    assert "どれが戻されたかを見る" not in opened(desk, "/desk/").said
    page = opened(admin, STATE)
    assert "「バッジのみ」に戻しました" in page.said
    for each in receipts:
        assert f"/desk/inquiries/{each.receipt_number}/" in page.html
    refused = page.send(state="on")
    assert refused.status != 200
    assert "受信箱へ戻された営業の一覧をご覧になってから" in refused.said
    assert ScreenRules.objects.get().blown_at is not None
    assert "「有効」にしました。" in opened(admin, STATE).send(state="on", looked="yes").said
    assert ScreenRules.objects.get().blown_at is None


def test_figures_say_how_the_minutes_are_estimated(house: House, admin: Client, desk: Client) -> None:
    kept, back = pitch(house), pitch(house)
    judged(house, kept)
    judged(house, back)
    press(desk, "sales", "genuine", back.receipt_number)

    page = opened(admin, STATE)
    row = re.search(r"<tbody><tr>(.*?)</tr>", page.html, re.DOTALL)
    assert row
    assert re.findall(r'<td class="right num">([^<]+)</td>', row[1]) == ["1", "1", "0", "1", "2分"]
    assert "一件2分" in page.said


def test_the_ledger_names_receipts_and_no_address(house: House, admin: Client, desk: Client) -> None:
    receipt = pitch(house, email="miura@nextlink.example.com", phone="03-1234-5678")
    judged(house, receipt)
    press(desk, "sales", "confirm", receipt.receipt_number)

    page = opened(admin, MEMORY)
    assert receipt.receipt_number in page.said
    for clear in ("nextlink", "miura", "1234-5678", "31234", TELLING):
        assert clear not in page.html
    first = Repeat.objects.order_by("-since", "-id").first()
    assert first is not None

    page = page.send(do="forget", id=str(first.id))
    assert "覚えから外しました。" in page.said
    assert Repeat.objects.get(id=first.id).removed_at is not None
    page.send(do="remember", id=str(first.id))
    assert Repeat.objects.get(id=first.id).removed_at is None
    assert opened(admin, MEMORY).send(do="forget", id="nonsense").status == 404


def test_senders_are_taken_off_the_allow_list(house: House, admin: Client, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    press(desk, "sales", "genuine", receipt.receipt_number)
    kept = Allowed.objects.order_by("-since", "-id").first()
    assert kept is not None

    page = opened(admin, MEMORY)
    assert receipt.receipt_number in page.said
    page.send(do="disallow", id=str(kept.id))
    assert not Allowed.objects.filter(id=kept.id).exists()


def test_days_that_cannot_be_come_back_as_typed(house: House, admin: Client) -> None:
    for wrong in ("0", "九", "99999", ""):
        page = opened(admin, MEMORY).send(do="days", days=wrong)
        assert (page.status, page.box("days")) == (422, wrong)
    opened(admin, MEMORY).send(do="days", days="30")
    assert ScreenRules.objects.get().days == 30


def test_reset_and_disputes_are_told(house: House, admin: Client, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    press(desk, "sales", "confirm", receipt.receipt_number)
    press(admin, "sales", "genuine", receipt.receipt_number)
    assert "職員のあいだで判断が分かれたものが 1 件あります" in opened(admin, MEMORY).said
    assert "はじめの見分けかたに戻しました。" in opened(admin, MEMORY).send(do="reset").said
    assert ScreenRules.objects.get().reset_at is not None


def test_undo_belongs_to_ones_own_company(house: House, desk: Client) -> None:
    """The step kept in a session names an inquiry; it is looked up like any other."""
    receipt = pitch(house)
    inquiry = judged(house, receipt)
    page = press(desk, "sales", "confirm", receipt.receipt_number)
    Inquiry.objects.filter(id=inquiry.id).update(entity=_other())
    undo(desk, page)
    assert Lesson.objects.filter(about=inquiry.id, undone_at=None).exists()


def _other() -> UUID:
    return LegalEntity.objects.create(
        name="別の会社", postal_code="-", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    ).id  # fmt: skip


def test_the_person_who_decided_is_in_the_record(house: House, desk: Client) -> None:
    receipt = pitch(house)
    judged(house, receipt)
    press(desk, "sales", "confirm", receipt.receipt_number)
    assert Lesson.objects.get().by == Ref("staff", house.staff["clerk"].id).id


@pytest.mark.parametrize("address", [SALES, INBOX])
def test_the_number_of_questions_does_not_grow_with_what_was_judged(
    house: House,
    desk: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
    address: str,
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(2):
            judged(house, pitch(house), moved=address == SALES)
        opened(desk, address)
        with count_queries() as seen:
            opened(desk, address)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_tray_says_what_may_be_a_customer_and_nobody_opened(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = stopped_clock(tmp_path, monkeypatch)
    clock.set(datetime.fromisoformat("2026-11-24T10:00+09:00"))
    first, second = (judged(house, pitch(house), guarded=True) for _ in range(2))
    judged(house, pitch(house))
    for day, count in (("2026-11-26T17:59", 0), ("2026-11-26T18:01", 2)):
        clock.set(datetime.fromisoformat(f"{day}+09:00"))
        sheet = opened(house.sign_in(), SALES)
        assert ("2営業日開かれていないものが 2 件" in sheet.said) == bool(count)
        assert "2営業日" not in opened(house.sign_in(), JUNK).said
    assert f'href="/desk/inquiries/{first.receipt_number}/?from=sales">古いものから開く' in sheet.html

    one(house.sign_in(), first.receipt_number)
    assert "2営業日開かれていないものが 1 件" in opened(house.sign_in(), SALES).said
    press(house.sign_in(), "sales", "confirm", second.receipt_number)
    assert "2営業日" not in opened(house.sign_in(), SALES).said
