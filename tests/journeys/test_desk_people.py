"""One person at the desk, through HTTP: found, corrected, erased; and never somebody else with them."""

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.calendar import japanese_day
from madoguchi.foundation.lib.ids import COMMAND, Ref, uuid7
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.hold import hold
from madoguchi.rooms.inventory.models import DeletionRecord, RetentionPeriod
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.actions.search import reset
from tests.house import SECRET, House
from tests.keys import destroyed

HANAKO = {"email": "hanako@example.jp", "name": "山田 花子", "phone": "03-1111-0001", "company": "青葉食堂"}
TARO = {
    "email": "hanako@example.jp",
    "name": "山田 太郎",
    "phone": "03-1111-0002",
    "body": "太郎だけの用件です。",
}


def confirm(client: Client) -> Client:
    """As after the question who sits here, minutes ago at most."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


@pytest.fixture(autouse=True)
def index(house: House) -> None:
    reset()
    while index_some_more():
        pass


@pytest.fixture
def officer(house: House) -> Client:
    return confirm(house.sign_in("officer"))


class PersonPage:
    """The page of the person behind one inquiry, in a browser without a script."""

    def __init__(self, client: Client, receipt: Receipt) -> None:
        self.client, self.number = client, receipt.receipt_number
        self.person = inquiry_of(receipt).person_id

    def url(self, verb: str = "", *include: UUID, **more: str) -> str:
        query = [("from", self.number), *(("include", str(id)) for id in include), *more.items()]
        return f"/desk/people/{self.person}/{verb}?{urlencode(query)}"

    def open(self, verb: str = "", *include: UUID, **more: str) -> str:
        answer = self.client.get(self.url(verb, *include, **more))
        assert answer.status_code == 200, answer.content.decode()
        return str(unescape(answer.content.decode()))

    def correct(self, key: str, value: str, *include: UUID, ground: str = "not-factual") -> Any:
        return self.client.post(self.url("correct/", *include, key=key), {"value": value, "ground": ground})

    def erase(self, *include: UUID, expected: str | None = None, **more: str) -> Any:
        seen = expected_on(self.open("erase/", *include)) if expected is None else expected
        data = {"expected": seen, "ground": "asked", "sure": "yes"} | more
        return self.client.post(self.url("erase/", *include), {k: v for k, v in data.items() if v})


def inquiry_of(receipt: Receipt) -> Inquiry:
    return Inquiry.objects.get(id=receipt.id)


def expected_on(text: str) -> str:
    found = re.search(r'name="expected" value="([^"]*)"', text)
    assert found
    return found[1]


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


# -- the page ---------------------------------------------------------------------------------------------


def test_it_is_reached_from_the_inquiry_and_shows_all_that_is_theirs(house: House, desk: Client) -> None:
    first, second = house.submit(**HANAKO, body="一件目"), house.submit(**HANAKO, body="二件目")
    add_note(viewer=house.viewer, inquiry_id=first.id, text="倉庫に確かめました。")
    reply(viewer=house.viewer, inquiry_id=first.id, text="木曜にお送りします。", seen_until=None)
    page = PersonPage(desk, second)
    beside = unescape(desk.get(f"/desk/inquiries/{second.receipt_number}/").content.decode())
    assert (
        f'href="/desk/people/{page.person}/?from={second.receipt_number}">この方の情報をすべて見る' in beside
    )

    text = page.open()

    for word in (
        "青葉食堂", "山田 花子", "03-1111-0001", "hanako@example.jp", "一件目", "二件目", "倉庫に確かめました。",
        "木曜にお送りします。", first.receipt_number, second.receipt_number, "2 件", "お返事", "送信待ち",
        "お見せした文面の記録",
    ):  # fmt: skip
        assert word in text, word
    assert "かもしれません" not in text


@pytest.mark.law("T-C6-1")
def test_a_look_is_recorded_with_all_that_was_shown_and_once(house: House, officer: Client) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    page = PersonPage(officer, mine)

    page.open()
    page.open()
    page.open("erase/")
    page.open("correct/", key="phone")

    (look,) = Event.objects.filter(kind="person.read")
    assert (look.about_id, look.by_id) == (page.person, house.staff["officer"].id)
    assert {f"inquiry:{each.id}" for each in (mine, colleague)} == set(json.loads(look.refs))
    house.submit(**HANAKO)
    page.open()
    assert Event.objects.filter(kind="person.read").count() == 2


def test_what_is_doubtful_stands_apart_and_shows_no_text(house: House, officer: Client) -> None:
    mine = house.submit(**HANAKO, body="花子の用件です。")
    colleague = house.submit(**TARO)
    phone = house.submit(name="佐藤 次郎", phone="０３（１１１１）０００１", body="次郎だけの用件です。")
    house.submit(name="無関係 三郎", phone="03-9999-0009", body="三郎だけの用件です。")

    text = PersonPage(officer, mine).open()

    theirs = between(text, "この方のもの</h2>", "この方のものかもしれません")
    perhaps = between(text, "この方のものかもしれません", "消去しても残るもの")
    assert "花子の用件です。" in theirs
    assert re.findall(r"<b>([^<]+)</b><span>([^<]+)</span>", perhaps) == [
        ("同じアドレスで別のお名前", "有限会社青葉食堂 山田 太郎\u00a0様"),
        ("同じ電話番号", "有限会社青葉食堂 佐藤 次郎\u00a0様"),
    ]
    assert {colleague.receipt_number, phone.receipt_number} <= set(re.findall(r"M-\d{8}-\w{4}", perhaps))
    for hidden in ("太郎だけの用件です。", "03-1111-0002", "次郎だけの用件です。", "三郎"):
        assert hidden not in text
    assert perhaps.count("この方のものとして含める") == 2


def test_a_named_one_joins_them_and_can_be_taken_out_again(house: House, officer: Client) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    page = PersonPage(officer, mine)

    text = page.open("", colleague.id)

    assert "太郎だけの用件です。" in between(text, "この方のもの</h2>", "この方のものかもしれません")
    assert f'name="include" value="{colleague.id}" checked' in text
    assert f"include={colleague.id}" in between(text, "ご連絡先など", "この方のもの</h2>")
    assert "太郎だけの用件です。" not in page.open("", uuid7())
    assert "太郎だけの用件です。" not in page.open(include="nonsense")


def test_what_is_delicate_stays_covered_here_too(house: House, officer: Client, desk: Client) -> None:
    receipt = house.submit(**HANAKO, body="通院しています。", remarks="カードは 4111 1111 1111 1111 です。")
    add_note(viewer=house.viewer, inquiry_id=receipt.id, text="病名をうかがいました。")
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)

    clerks, officers = PersonPage(desk, receipt).open(), PersonPage(officer, receipt).open()

    for delicate in ("通院しています。", "病名をうかがいました。"):
        assert (delicate in clerks, delicate in officers) == (False, True)
    assert "配慮が必要な内容のため、本文を伏せています。" in clerks
    assert "03-1111-0001" in clerks  # how to reach them stays
    assert ("4111 1111" in clerks, "4111 1111" in officers, "1111 です。" in officers) == (False, False, True)


# -- who may --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_the_officer_names_corrects_and_erases(house: House, role: str) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    page = PersonPage(confirm(house.sign_in(role)), mine)

    text = page.open("", colleague.id)

    assert f"個人情報管理者（{house.staff['officer'].name}）にお願いしてください。" in text
    for absent in ("訂正する", "消去に進む", "太郎だけの用件です。", "この方のものとして含める"):
        assert absent not in text
    refused = [
        page.client.get(page.url("correct/", key="phone")),
        page.correct("phone", "03-5555-0000"),
        page.client.get(page.url("erase/")),
        page.erase(expected=""),
    ]
    assert [each.status_code for each in refused] == [403] * 4
    assert all("個人情報管理者にお願いしてください。" in each.content.decode() for each in refused)
    assert DeletionRecord.objects.count() == 0
    assert "03-1111-0001" in page.open()


def test_nobody_is_asked_who_they_are(house: House, client: Client) -> None:
    page = PersonPage(client, house.submit(**HANAKO))

    for url in (page.url(), page.url("correct/", key="phone"), page.url("erase/"), "/desk/deletions/",
                f"/desk/deletions/{uuid7()}/"):  # fmt: skip
        for answer in (client.get(url), client.post(url)):
            assert answer["Location"].startswith("/desk/sign-in/")


@pytest.mark.law("T-C5-7")
@pytest.mark.law("T-C6-4")
def test_T_C5_7_another_companys_person_does_not_exist(house: House, officer: Client) -> None:
    receipt = house.submit(**HANAKO)
    page = PersonPage(officer, receipt)
    seen = expected_on(page.open("erase/"))
    record_id = page.erase(expected=seen)["Location"]
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    living = house.submit(**HANAKO)
    staff = Staff.objects.create(
        email="o@other.example.jp", name="別の 管理者", role="officer", entity=other, is_active=True
    )
    house.staff["other"] = staff
    stranger = PersonPage(confirm(house.sign_in("other")), living)

    for answer in (
        stranger.client.get(stranger.url()),
        stranger.client.get(stranger.url("correct/", key="phone")),
        stranger.correct("phone", "03-5555-0000"),
        stranger.client.get(stranger.url("erase/")),
        stranger.erase(expected=seen),
        stranger.client.get(record_id),
    ):
        assert answer.status_code == 404
    assert record_id not in stranger.client.get("/desk/deletions/").content.decode()
    assert record_id in officer.get("/desk/deletions/").content.decode()
    assert Event.objects.filter(kind="desk.refused", by_id=staff.id).count() == 6
    assert DeletionRecord.objects.count() == 1


def test_the_inquiry_must_be_that_persons(house: House, officer: Client) -> None:
    mine, other = house.submit(**HANAKO), house.submit()
    page = PersonPage(officer, mine)

    for query in ("", "?from=", "?from=1", f"?from={other.receipt_number}", "?from=M-20261124-2222"):
        assert officer.get(f"/desk/people/{page.person}/{query}").status_code == 404
        assert officer.get(f"/desk/people/{page.person}/erase/{query}").status_code == 404
    assert officer.get(f"/desk/people/{page.person}/?from={mine.receipt_number.lower()}").status_code == 200


def test_another_companys_matter_of_the_same_person_is_neither_shown_nor_ended(
    house: House, officer: Client
) -> None:
    mine, theirs = house.submit(**HANAKO), house.submit(**HANAKO | {"body": "別の会社への用件です。"})
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    Inquiry.objects.filter(id=theirs.id).update(entity=other)
    page = PersonPage(officer, mine)

    assert "別の会社への用件です。" not in page.open()
    assert page.erase().status_code == 302
    house.work()

    assert inquiry_of(theirs).file.destroyed_at is None
    assert inquiry_of(mine).file.destroyed_at is not None
    assert Person.objects.get(id=page.person).address_index is not None  # somebody still knows them


# -- correct --------------------------------------------------------------------------------------------


@pytest.mark.law("T-C9-1")
def test_T_C9_1_a_corrected_number_is_new_everywhere_and_the_old_one_out_of_use(
    house: House, officer: Client
) -> None:
    receipts = [house.submit(**HANAKO), house.submit(**HANAKO)]
    colleague = house.submit(**TARO | {"phone": "03-1111-0001"})
    page = PersonPage(officer, receipts[0])
    form = page.open("correct/", key="phone")
    assert all(each.receipt_number in form for each in receipts)
    assert colleague.receipt_number not in form

    answer = page.correct("phone", "０３－２２２２－０００２", ground="changed")

    assert answer["Location"] == page.url()
    told = officer.get(answer["Location"]).content.decode()
    assert "電話番号を訂正しました" in told
    assert "ご記入の内容 2 件" in told
    assert "電話番号を訂正しました" not in page.open()  # said once
    api = Client(headers={"authorization": f"Bearer {token(house, 'inquiries:read')}"})
    for receipt in receipts:
        shown = officer.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()
        assert ("03-2222-0002" in shown, "03-1111-0001" in shown) == (True, False)
        answers = api.get(f"/api/v1/inquiries/{receipt.receipt_number}").json()["answers"]
        assert {each["key"]: each["value"] for each in answers}["phone"] == "03-2222-0002"
    assert "03-1111-0001" in officer.get(f"/desk/inquiries/{colleague.receipt_number}/").content.decode()
    twin = house.submit(name="双子 一", phone="03-2222-0002")
    assert twin.receipt_number in page.open()  # found by the new number
    lost = house.submit(name="双子 二", phone="03-1111-0001")
    assert lost.receipt_number not in page.open()  # and by the old one no more
    (event,) = Event.objects.filter(kind="inventory.corrected")
    assert event.by_id == house.staff["officer"].id


def test_a_corrected_name_is_what_lists_show(house: House, officer: Client) -> None:
    receipt = house.submit(**HANAKO)
    page = PersonPage(officer, receipt)

    page.correct("name", "山田 葉奈子", ground="typo")

    listed = officer.get("/desk/inbox/inbox/").content.decode()
    assert ("山田 葉奈子" in listed, "山田 花子" in listed) == (True, False)
    assert "<h1>" in page.open()
    assert "山田 葉奈子" in between(page.open(), "<h1>", "</h1>")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("phone", "12", "電話番号は、市外局番からお書きください。"),
        ("phone", "", "電話番号をお書きください。"),
        ("email", "hanako", "メールアドレス"),
        ("name", "あ" * 501, "（いまは501文字です）。"),
    ],
)
def test_what_cannot_be_read_is_asked_again_with_the_text_kept(
    house: House, officer: Client, key: str, value: str, said: str
) -> None:
    page = PersonPage(officer, house.submit(**HANAKO))

    answer = page.correct(key, value, ground="changed")

    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert f'value="{value}"' in text
    assert '<option value="changed" selected>' in text
    assert "1か所をご確認ください" in text
    assert HANAKO[key] in page.open()


def test_a_ground_is_chosen_and_the_same_value_is_no_correction(house: House, officer: Client) -> None:
    page = PersonPage(officer, house.submit(**HANAKO))

    missing = page.correct("phone", "03-2222-0002", ground="nonsense")
    same = page.correct("phone", HANAKO["phone"])

    assert (missing.status_code, same.status_code) == (422, 409)
    assert "理由をお選びください。" in missing.content.decode()
    assert 'value="03-2222-0002"' in missing.content.decode()
    assert "すでに同じ内容です" in same.content.decode()
    assert not Event.objects.filter(kind="inventory.corrected").exists()


def test_only_short_answers_that_are_held_can_be_corrected(house: House, officer: Client) -> None:
    page = PersonPage(officer, house.submit(**HANAKO, website=""))

    for key in ("body", "remarks", "website", "nonsense", ""):
        assert officer.get(page.url("correct/", key=key)).status_code == 404
        assert page.correct(key, "x").status_code == 404


def test_a_named_matter_is_corrected_with_the_rest(house: House, officer: Client) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    page = PersonPage(officer, mine)

    page.correct("phone", "03-2222-0002", colleague.id)

    for receipt in (mine, colleague):
        assert "03-2222-0002" in officer.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()


# -- erase ------------------------------------------------------------------------------------------------


def test_it_is_read_before_it_is_pressed(house: House, officer: Client) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    page = PersonPage(officer, mine)

    text = page.open("erase/")

    going, staying = (
        between(text, "消えるもの", "残るもの</h2>"),
        between(text, "残るもの</h2>", "バックアップ"),
    )
    assert mine.receipt_number in going
    assert "氏名、企業名、電話番号、メールアドレス" in going
    assert colleague.receipt_number not in going
    assert "1 件。印を付けていないため、そのまま残ります。" in staying
    assert "お見せした文面の記録" in staying
    assert re.search(r"20\d\d年\d+月\d+日\(.\)</b>から、鍵があっても読めなくなります。", text)
    assert DeletionRecord.objects.count() == 0


def test_what_is_on_hold_is_told_to_stay_and_does(house: House, officer: Client) -> None:
    held, gone = house.submit(**HANAKO), house.submit(**HANAKO)
    until = clock.today() + timedelta(days=90)
    hold(
        viewer=viewer_of(house.staff["officer"]), table="inquiries.Inquiry", row=held.id,
        about=Ref("inquiry", held.id), ground="dispute", until=until, owner=house.staff["officer"].id,
    )  # fmt: skip
    page = PersonPage(officer, gone)
    said = f"{japanese_day(until)}まで封をして保管します。"

    text = page.open("erase/")

    assert held.receipt_number not in between(text, "消えるもの", "残るもの</h2>")
    assert held.receipt_number in between(text, "残るもの</h2>", "バックアップ")
    assert said in text
    beside = officer.get(f"/desk/inquiries/{held.receipt_number}/").content.decode()
    assert f"保留のため、{japanese_day(until)}までは消去しません。" in beside
    url = page.erase()["Location"]
    house.work()
    assert said in unescape(officer.get(url).content.decode())
    assert inquiry_of(held).file.kept_until == until
    assert destroyed(inquiry_of(gone).file_id)
    kept = unescape(officer.get(f"/desk/inquiries/{held.receipt_number}/").content.decode())
    assert f"内容は{japanese_day(until)}まで封をして保管しています。" in kept
    assert "受付番号と日時だけが残っています。" not in kept


@pytest.mark.parametrize(("days", "said"), [(None, "保存する期限は、まだ決めていません。"), (365, "365日")])
def test_the_inquiry_says_how_long_it_is_kept(
    house: House, officer: Client, days: int | None, said: str
) -> None:
    receipt = house.submit(**HANAKO)
    RetentionPeriod.objects.create(
        entity_id=house.entity_id, retention="inquiry", days=days, set_by_kind="staff",
        set_by_id=house.staff["officer"].id,
    )  # fmt: skip
    url = f"/desk/inquiries/{receipt.receipt_number}/"

    waiting = between(officer.get(url).content.decode(), "<h3>保存</h3>", "</section>")
    officer.post(f"{url}status/", {"status": "done"})
    done = between(officer.get(url).content.decode(), "<h3>保存</h3>", "</section>")

    last = japanese_day(clock.today() + timedelta(days=days or 0))
    assert (
        said in waiting if days is None else f"完了にした日から{said}保存し、そのあと消去します。" in waiting
    )
    assert (said if days is None else f"{last}まで保存し、そのあと消去します。") in done


def test_a_ground_and_the_tick_are_asked_for_and_what_was_chosen_stays(house: House, officer: Client) -> None:
    page = PersonPage(officer, house.submit(**HANAKO))

    unticked, groundless = page.erase(sure=""), page.erase(ground="")

    assert (unticked.status_code, groundless.status_code) == (422, 422)
    assert "印を付けてください。" in unticked.content.decode()
    assert '<option value="asked" selected>' in unticked.content.decode()
    assert "理由をお選びください。" in groundless.content.decode()
    assert DeletionRecord.objects.count() == 0


def test_who_sits_here_is_asked_again_before_it(house: House) -> None:
    page = PersonPage(house.sign_in("officer"), house.submit(**HANAKO))

    for answer in (page.client.get(page.url("erase/")), page.erase(expected="x")):
        assert answer["Location"] == f"/desk/account/confirm/?{urlencode({'next': page.url('erase/')})}"
    asked = page.client.get(answer["Location"], follow=True)
    assert "もう一度、確かめさせてください" in asked.content.decode()
    assert "消去の前に" in asked.content.decode()
    wrong = page.client.post(asked.redirect_chain[-1][0], {"code": "000000"})
    assert wrong.status_code == 200
    assert page.client.get(page.url("erase/")).status_code == 302
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    again = page.client.post(asked.redirect_chain[-1][0], {"code": code})
    assert again["Location"] == page.url("erase/")
    assert page.erase().status_code == 302
    assert DeletionRecord.objects.count() == 1


def test_what_arrived_meanwhile_stops_it_and_is_shown(house: House, officer: Client) -> None:
    page = PersonPage(officer, house.submit(**HANAKO))
    seen = expected_on(page.open("erase/"))
    late = house.submit(**HANAKO)

    stopped = page.erase(expected=seen)

    text = unescape(stopped.content.decode())
    assert stopped.status_code == 409
    assert "その間に内容が変わりました。" in text
    assert late.receipt_number in text
    assert '<option value="asked" selected>' in text
    assert 'name="sure" value="yes" required>' in text  # the tick is asked for anew
    assert DeletionRecord.objects.count() == 0
    assert page.erase(expected=expected_on(text)).status_code == 302
    house.work()
    assert Inquiry.objects.filter(file__destroyed_at=None).count() == 0


def test_pressed_twice_it_is_done_once(house: House, officer: Client) -> None:
    receipt = house.submit(**HANAKO)
    page = PersonPage(officer, receipt)
    seen = expected_on(page.open("erase/"))

    first, second = page.erase(expected=seen), page.erase(expected=seen)

    assert first["Location"] == f"/desk/deletions/{DeletionRecord.objects.get().id}/"
    assert second["Location"] == f"/desk/inquiries/{receipt.receipt_number}/"
    assert first["Location"] in officer.get(second["Location"]).content.decode()
    for verb in ("", "erase/"):
        assert officer.get(page.url(verb))["Location"] == second["Location"]
    assert page.client.get(page.url("correct/", key="phone")).status_code == 410


@pytest.mark.law("T-C9-5")
def test_T_C9_5_an_erased_person_is_found_through_no_door(
    house: House, officer: Client, client: Client
) -> None:
    mine, colleague = house.submit(**HANAKO, body="消える用件です。"), house.submit(**TARO)
    reply(viewer=house.viewer, inquiry_id=mine.id, text="消えるお返事です。", seen_until=None)
    house.work()
    add_note(viewer=house.viewer, inquiry_id=mine.id, text="消えるメモです。")
    reply(viewer=house.viewer, inquiry_id=mine.id, text="送られないお返事です。", seen_until=None)
    told = "".join(body(mail) for mail in house.mails() if mine.receipt_number in body(mail))
    receipts = re.search(r"http\S+(/receipts/\S+)", told)
    assert receipts
    before = len(house.mails())
    page = PersonPage(officer, mine)

    def found(word: str) -> list[str]:
        text = officer.post("/desk/inbox/search/", {"q": word}, follow=True).content.decode()
        return re.findall(r'<div class="row-facts"><span class="number">(M-[0-9A-Z-]+)</span>', text)

    assert mine.receipt_number in found("花子")  # before
    gone = ("山田 花子", "03-1111-0001", "消える", "送られない")

    certificate = page.erase()["Location"]

    def nothing(answer: Any) -> str:
        text = unescape(answer.content.decode())
        assert [word for word in gone if word in text] == []
        return text

    def look_everywhere() -> None:
        for url in (
            "/desk/", "/desk/?of=team", "/desk/inbox/inbox/", "/desk/inbox/done/",
            f"/desk/inquiries/{mine.receipt_number}/", f"/desk/inquiries/{colleague.receipt_number}/",
            certificate, "/desk/deletions/",
        ):  # fmt: skip
            nothing(officer.get(url))
        api = Client(
            headers={
                "authorization": f"Bearer {token(house, 'inquiries:read', 'people:read', role='officer')}"
            }
        )
        nothing(api.get("/api/v1/inquiries"))
        nothing(api.get(f"/api/v1/inquiries/{mine.receipt_number}"))
        assert api.get(f"/api/v1/people/{page.person}?inquiry={mine.receipt_number}").status_code == 410
        for url in (receipts[1], receipts[1].rstrip("/") + ".json"):
            nothing(client.get(url))
        for word in ("花子", "消える", "送られない", "03-1111-0001"):
            assert mine.receipt_number not in found(word)

    look_everywhere()  # from the first moment on, before any of the rest is done
    house.work()
    look_everywhere()
    assert len(house.mails()) == before  # the queued one never left
    assert set(Mail.objects.filter(file=inquiry_of(mine).file_id).values_list("state", flat=True)) <= {
        "sent", "stopped",
    }  # fmt: skip
    assert "山田 太郎" in officer.get(f"/desk/inquiries/{colleague.receipt_number}/").content.decode()


@pytest.mark.law("T-C9-8")
def test_the_certificate_says_what_went_what_stays_and_when_copies_end(house: House, officer: Client) -> None:
    mine = house.submit(**HANAKO)
    page = PersonPage(officer, mine)

    url = page.erase()["Location"]

    begun = unescape(officer.get(url).content.decode())
    assert "消去を進めています。" in begun
    house.work()
    text = unescape(officer.get(url).content.decode())
    for word in (
        "消去の証明", mine.receipt_number, "ご本人のお申し出に、任意で応じる", house.staff["officer"].name,
        "この方について窓口にあったもの、すべてです。", "お見せした文面の記録", "印刷する",
    ):  # fmt: skip
        assert word in text, word
    assert re.search(r"20\d\d年\d+月\d+日\(.\)</time>から読めなくなります。", text)
    assert "消去を進めています。" not in text
    assert "hanako" not in text


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("officer", 200), ("admin", 200)])
def test_who_may_read_the_records(house: House, officer: Client, role: str, status: int) -> None:
    receipt = house.submit(**HANAKO)
    url = PersonPage(officer, receipt).erase()["Location"]
    client = house.sign_in(role)

    assert client.get(url).status_code == client.get("/desk/deletions/").status_code == status
    linked = url in client.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()
    assert linked == (status == 200)
    assert client.get(f"/desk/deletions/{uuid7()}/").status_code == (404 if status == 200 else 403)


def test_the_list_of_records_by_cause(house: House, officer: Client) -> None:
    assert "まだ一件もありません。" in officer.get("/desk/deletions/").content.decode()
    url = PersonPage(officer, house.submit(**HANAKO)).erase()["Location"]
    other = DeletionRecord.objects.create(cause="retention", code="junk", by_kind="worker", by_id=COMMAND.id)

    def found(query: str) -> list[str]:
        text = officer.get(f"/desk/deletions/{query}").content.decode()
        return re.findall(r'<th scope="row"><a href="([^"]+)"', text)

    assert found("") == [f"/desk/deletions/{other.id}/", url]
    assert found("?cause=erasure") == [url]
    assert found("?cause=retention") == [f"/desk/deletions/{other.id}/"]
    assert found("?cause=nonsense") == found("")
    assert found(f"?before={other.id}") == [url]
    assert "「迷惑」に分けたもの" in unescape(officer.get(f"/desk/deletions/{other.id}/").content.decode())


# -- the inquiry afterwards -----------------------------------------------------------------------------


def test_an_erased_inquiry_says_so_and_offers_only_what_makes_sense(house: House, officer: Client) -> None:
    receipt = house.submit(**HANAKO)
    url = PersonPage(officer, receipt).erase()["Location"]
    house.work()

    text = unescape(officer.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode())

    article = between(text, '<article class="inquiry"', "</article>")
    assert "この方の情報は消去されています。" in article
    assert url in article
    assert re.findall(r"<button[^>]*>([^<]+)", article) == []
    assert "composer" not in article
    assert "この方の情報をすべて見る" not in text
    assert "期限" not in article
    home = between(unescape(officer.get("/desk/?of=team").content.decode()), "<main", "</main>")
    assert receipt.receipt_number not in home
    url = f"/desk/inquiries/{receipt.receipt_number}/status/"
    again = officer.post(url, {"status": "doing"}, follow=True)
    assert "この内容は消去されています。" in again.content.decode()
    assert Inquiry.objects.get(id=receipt.id).status == "done"


@pytest.mark.law("T-C9-5")
@pytest.mark.parametrize("verb", ["reply/", "notes/"])
def test_what_a_clerk_was_writing_is_refused_and_given_back(
    house: House, officer: Client, desk: Client, verb: str
) -> None:
    receipt = house.submit(**HANAKO)
    url = f"/desk/inquiries/{receipt.receipt_number}/"
    seen = re.search(r'name="seen_until" value="([^"]+)"', desk.get(f"{url}?write=reply").content.decode())
    assert seen
    assert PersonPage(officer, receipt).erase().status_code == 302

    answer = desk.post(url + verb, {"text": "一時間かけて書いた文面", "seen_until": seen[1], "then": "doing"})

    text = unescape(answer.content.decode())
    assert answer.status_code == 410
    assert "この内容は消去されています。" in text
    assert "一時間かけて書いた文面" in text
    assert "composer" not in text
    assert not Mail.objects.filter(kind="reply").exists()
    assert "一時間かけて書いた文面" not in desk.get(url).content.decode()


# -- figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("matters", [1, 3])
def test_the_page_asks_the_same_questions_for_one_and_for_three(
    house: House,
    officer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
    matters: int,
) -> None:
    for _ in range(matters):
        receipt = house.submit(**HANAKO)
        house.submit(**TARO)
        reply(viewer=house.viewer, inquiry_id=receipt.id, text="お返事", seen_until=None)
        add_note(viewer=house.viewer, inquiry_id=receipt.id, text="メモ")
    page = PersonPage(officer, receipt)
    page.open()

    with count_queries() as seen:
        page.open()

    asked = [each["sql"] for each in seen.captured_queries if each["sql"].startswith("SELECT")]
    # Epochs are read anew each second; the search index is a file of its own on SQLite.
    assert len([sql for sql in asked if "vault_epoch" not in sql and "vault_search" not in sql]) == 75


def token(house: House, *scopes: str, role: str = "clerk") -> str:
    return make_token(staff=house.staff[role], scopes=list(scopes), by=COMMAND)


def body(mail: Any) -> str:
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()
