"""Letters and calls typed in: the clock starts when they came, nothing was shown, nobody is taken for another."""

import json
import re
import secrets
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock, hours
from madoguchi.foundation.lib.links import mint
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.forms.actions.collect import collect
from madoguchi.rooms.inquiries.jobs import look_after_index
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.queries import hours_of, viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.rights.models import Complaint
from tests.house import House
from tests.promises.planting import counted

HERE = "/desk/inquiries/new/"


def letter(**changed: str) -> dict[str, str]:
    return {
        "as-draft": secrets.token_urlsafe(16),
        "as-channel": "letter",
        "as-day": clock.today().isoformat(),
        "body": "請求書の送り先を変えてください。",
        "name": "山田 花子",
    } | {name.replace("as_", "as-"): value for name, value in changed.items()}


def days_ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def only() -> Inquiry:
    return Inquiry.objects.get()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.law("T-C10-2")
def test_T_C10_2_the_clock_starts_on_the_day_it_came(house: House, desk: Client) -> None:
    answer = desk.post(HERE, letter(as_day=days_ago(8), as_time="10:30", as_privacy="complaint"))
    found = only()

    day = clock.today() - timedelta(days=8)
    arrived = datetime.combine(day, time(10, 30), clock.JST)
    assert answer["Location"].startswith(f"/desk/inquiries/{found.receipt_number}/")
    assert found.received_at == arrived
    assert found.due_at == hours.due_at(arrived, hours_of(house.entity_id))
    assert found.receipt_number.startswith(f"M-{day:%Y%m%d}-")
    assert (found.channel, found.status, found.lane) == ("letter", "new", "inbox")
    complaint = Complaint.objects.get()
    assert (complaint.kind, complaint.due_on) == ("complaint", day + timedelta(days=14))


def test_without_an_hour_it_came_when_the_desk_opened(house: House, desk: Client) -> None:
    desk.post(HERE, letter(as_day=days_ago(3)))

    assert clock.local(only().received_at).time() == time(9, 0)


def test_of_today_without_an_hour_it_came_by_now(house: House, desk: Client) -> None:
    desk.post(HERE, letter())

    assert only().received_at <= clock.now()


@pytest.mark.parametrize(
    "when",
    [
        {"as_day": days_ago(-1)}, {"as_day": days_ago(0), "as_time": "23:59:59.999999"}, {"as_day": ""}, {"as_day": "昨日"},
        {"as_day": "0001-01-01"}, {"as_day": "9999-12-31"}, {"as_day": days_ago(400)}, {"as_day": days_ago(1), "as_time": "25:00"},
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_keeps_everything_that_was_typed(
    house: House, desk: Client, when: dict[str, str]
) -> None:
    answer = desk.post(HERE, letter(**when, remarks="速達", as_privacy="opinion", as_tell="yes"))
    shown = answer.content.decode()

    assert (answer.status_code, Inquiry.objects.count()) == (422, 0)
    assert "これから先の日時と、1年より前の日時は登録できません。" in shown
    for kept in (
        "請求書の送り先",
        "山田 花子",
        "速達",
        'value="letter" selected',
        'value="opinion" selected',
    ):
        assert kept in shown
    assert re.search(r'name="as-tell" value="yes" checked', shown)


def test_each_slip_is_named_beside_its_field(house: House, desk: Client) -> None:
    answer = desk.post(HERE, letter(as_channel="pigeon", body="", email="だめ", as_privacy="x"))
    shown = text(answer.content.decode())

    assert (answer.status_code, Inquiry.objects.count()) == (422, 0)
    for words in (
        "4か所をご確認ください",
        "受け取りかたをお選びください。",
        "ご相談内容をお書きください。",
        "種類を選択肢の中から",
    ):
        assert words in shown


def test_only_what_was_said_is_asked(house: House, desk: Client) -> None:
    desk.post(
        HERE, {"as-draft": "a", "as-channel": "phone", "as-day": days_ago(1), "body": "折り返しをください。"}
    )

    assert {key: value for key, value in answers_of(only()).values.items() if value} == {
        "body": "折り返しをください。"
    }
    assert "お名前の分からない方" in text(desk.get("/desk/inbox/inbox/").content.decode())


def test_nothing_was_shown_and_no_mail_goes_out(house: House, desk: Client) -> None:
    desk.post(HERE, letter(email="hanako@example.jp"))
    house.work()

    assert Presentation.objects.count() == 0
    assert house.mails() == []
    assert (counted("consent.shown-with-each").kept, counted("consent.shown-with-each").broken) == (0, 0)
    assert counted("inquiries.received-is-told").broken == 0
    assert counted("inquiries.only-what-is-asked").kept == 1
    receipt = f"/receipts/{mint('receipt', only().id, only().link_issue)}/"
    assert Client().get(receipt).status_code == 404


def test_an_acknowledgement_only_when_it_is_ticked_and_there_is_an_address(
    house: House, desk: Client
) -> None:
    desk.post(HERE, letter(as_tell="yes"))
    desk.post(HERE, letter(as_tell="yes", email="hanako@example.jp", as_channel="fax"))
    house.work()

    (mail,) = house.mails()
    words = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert Inquiry.objects.get(channel="fax").receipt_number in words
    for absent in ("お見せした文面", "/receipts/", "ご案内メール", "請求書"):
        assert absent not in words
    assert "/forms/privacy/" in words


def test_the_same_name_without_an_address_is_another_person(house: House, desk: Client) -> None:
    for _ in range(2):
        desk.post(HERE, letter(phone="03-0000-0000"))

    assert len(set(Inquiry.objects.values_list("person_id", flat=True))) == 2
    assert [bytes(each.address_index or b"") for each in Person.objects.all()] == [b"", b""]


def test_with_an_address_it_joins_who_holds_it(house: House, desk: Client) -> None:
    known = Inquiry.objects.get(id=house.submit(email="hanako@example.jp").id)
    desk.post(HERE, letter(email="ＨＡＮＡＫＯ@example.jp"))

    assert Inquiry.objects.get(channel="letter").person_id == known.person_id


def test_pressed_twice_it_is_one_and_another_text_is_asked_about(house: House, desk: Client) -> None:
    typed = letter()
    for _ in range(2):
        assert desk.post(HERE, typed).status_code == 302
    assert Inquiry.objects.count() == 1

    answer = desk.post(HERE, typed | {"body": "別の手紙です。"})
    shown = answer.content.decode()
    assert (answer.status_code, "別の手紙です。" in shown, Inquiry.objects.count()) == (409, True, 1)
    draft = re.search(r'name="as-draft" value="([^"]+)"', shown)
    assert draft is not None
    assert desk.post(HERE, typed | {"body": "別の手紙です。", "as-draft": draft[1]}).status_code == 302
    assert Inquiry.objects.count() == 2


def test_its_page_says_how_it_came_and_search_finds_it(house: House, desk: Client) -> None:
    look_after_index()
    house.work()
    desk.post(HERE, letter(as_channel="counter", body="来店のときに伺った、棚板の寸法です。"))
    house.work()
    here = f"/desk/inquiries/{only().receipt_number}/"
    shown = text(desk.get(here).content.decode())

    assert "山田 花子 様 窓口で" in shown
    assert "佐々木さんが、窓口で受け取ったものを登録しました" in shown
    assert "受付のときにお見せした文面" not in shown
    found = desk.get(desk.post("/desk/inbox/search/", {"q": "棚板"})["Location"]).content.decode()
    assert f'href="{here}' in found


def test_an_address_is_stored_as_such_only_while_it_is_collected(house: House, desk: Client) -> None:
    place = {"postal_address": "東京都千代田区みなと町1-2-3"}
    assert "住所の欄はありません。" in desk.get(HERE).content.decode()
    desk.post(HERE, letter(as_day=days_ago(5)) | place)
    assert "postal_address" not in answers_of(only()).values

    collect(viewer=viewer_of(house.staff["officer"]), code="postal_address", on=True)
    assert "住所の欄はありません。" not in desk.get(HERE).content.decode()
    desk.post(HERE, letter(as_day=days_ago(5), as_channel="fax") | place)
    assert answers_of(Inquiry.objects.get(channel="fax")).values["postal_address"] == place["postal_address"]
    assert counted("inventory.only-what-is-collected").broken == 0


def test_every_member_of_the_staff_finds_the_way(house: House) -> None:
    for role in ("clerk", "officer", "admin"):
        browser = house.sign_in(role)
        assert f'href="{HERE}"' in browser.get("/desk/inbox/inbox/").content.decode()
        assert browser.get(HERE).status_code == 200


def test_programs_type_in_too(house: House, client: Client) -> None:
    token = make_token(staff=house.staff["clerk"], scopes=["inquiries:write"], by=house.viewer.ref)

    def post(**changed: Any) -> Any:
        body = {
            "channel": "letter", "arrived_at": f"{days_ago(2)}T15:00:00+09:00",
            "answers": {"body": "お尋ねします。", "unasked": "x"}, "complaint": "question", **changed,
        }  # fmt: skip
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "letter-1"}
        return client.post("/api/v1/letters", json.dumps(body), "application/json", headers=headers)

    assert [post().status_code for _ in range(2)] == [201, 201]
    assert (Inquiry.objects.count(), Complaint.objects.get().kind) == (1, "question")
    assert "unasked" not in answers_of(only()).values
    assert clock.local(only().received_at).isoformat() == f"{days_ago(2)}T15:00:00+09:00"
    assert post(arrived_at="2999-01-01T00:00:00+09:00").json()["code"] == "unfit-arrival"
    assert post(arrived_at="0001-01-01T00:00:00+14:00").json()["code"] == "unfit-arrival"
    assert post(answers={"body": ""}).json()["errors"][0]["field"] == "body"
