"""One person over the API: the officer's verbs with a token, the same walls, problems in Japanese."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.foundation.lib.ids import COMMAND, uuid7
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.switch import switch
from madoguchi.rooms.inventory.models import Correction, DeletionRecord
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import viewer_of
from tests.house import ANSWERS, House
from tests.journeys.test_api_staff import is_problem
from tests.journeys.visitor import Visitor, screen_of

HANAKO = {"email": "hanako@example.jp", "name": "山田 花子", "phone": "03-1111-0001", "company": "青葉食堂"}
TARO = {
    "email": "hanako@example.jp",
    "name": "山田 太郎",
    "phone": "03-1111-0002",
    "body": "太郎だけの用件です。",
}


class People:
    """The four calls about the person behind one inquiry."""

    def __init__(self, house: House, receipt: Receipt, role: str = "officer", *scopes: str) -> None:
        named = list(scopes) or ["people:read", "people:write"]
        secret = make_token(staff=house.staff[role], scopes=named, by=COMMAND)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})
        self.number = receipt.receipt_number
        self.person = Inquiry.objects.get(id=receipt.id).person_id

    def read(self, *include: UUID) -> Any:
        query = {"inquiry": self.number} | ({"include": ",".join(map(str, include))} if include else {})
        return self.client.get(f"/api/v1/people/{self.person}", query)

    def correct(self, key: str, value: str, ground: str = "not-factual", **more: Any) -> Any:
        return self._post("corrections", {"key": key, "value": value, "ground": ground} | more)

    def erase(self, living: list[str] | None = None, ground: str = "asked", **more: Any) -> Any:
        seen = self.read().json()["living"] if living is None else living
        return self._post("erasure", {"ground": ground, "living": seen} | more)

    def _post(self, verb: str, content: dict[str, Any]) -> Any:
        whole = {"inquiry": self.number} | content
        return self.client.post(
            f"/api/v1/people/{self.person}/{verb}", whole, content_type="application/json"
        )

    def deletion(self, id: Any) -> Any:
        return self.client.get(f"/api/v1/deletions/{id}")


def values(matter: dict[str, Any]) -> dict[str, str]:
    return {each["label"]: each["value"] for each in matter["values"]}


def test_what_is_theirs_comes_whole_and_what_is_doubtful_without_values(house: House) -> None:
    mine, colleague = house.submit(**HANAKO, body="花子の用件です。"), house.submit(**TARO)
    reply(viewer=house.viewer, inquiry_id=mine.id, text="お返事です。", seen_until=None)
    people = People(house, mine)

    content = people.read().json()

    assert (content["person"], content["inquiry"]) == (str(people.person), mine.receipt_number)
    (theirs,), (perhaps,) = content["theirs"], content["perhaps"]
    assert (theirs["receipt_number"], theirs["why"]) == (mine.receipt_number, "")
    assert values(theirs)["ご相談内容"] == "花子の用件です。"
    assert "お返事です。" in values(theirs).values()
    assert (perhaps["receipt_number"], perhaps["why"], perhaps["values"]) == (
        colleague.receipt_number, "address", [],
    )  # fmt: skip
    assert {each["announced"] for each in theirs["values"]} >= {"2-1a", "2-1b"}
    named = people.read(colleague.id).json()
    assert {each["receipt_number"] for each in named["theirs"]} == {
        mine.receipt_number,
        colleague.receipt_number,
    }
    assert named["perhaps"] == []
    assert Event.objects.filter(kind="person.read", by_id=house.staff["officer"].id).count() == 2


@pytest.mark.law("T-C1-2")
def test_T_C1_2_what_came_with_the_visit_appears_in_the_disclosure(house: House, client: Client) -> None:
    officer = viewer_of(house.staff["officer"])
    for code in ("referrer", "ip_address"):
        switch(viewer=officer, code=code, on=True)
    came = {"referer": "https://search.example.com/find?q=secret"}
    visitor, page = Visitor(client), screen_of("/", client.get("/", headers=came))
    assert visitor.press(visitor.press(page, "confirm", **ANSWERS), "send").status == 303
    receipt = Inquiry.objects.get()

    content = People(house, receipt).read().json()  # type: ignore[arg-type]  # an inquiry has the same two facts

    found = values(content["theirs"][0])
    assert (found["直前のページ"], found["IPアドレス"]) == ("https://search.example.com/find", "127.0.0.1")
    shown = house.sign_in("officer").get(f"/desk/people/{receipt.person_id}/?from={receipt.receipt_number}")
    assert "https://search.example.com/find" in shown.content.decode()
    assert "127.0.0.1" in shown.content.decode()


@pytest.mark.law("T-C9-1")
def test_T_C9_1_correct_as_the_form_reads_it(house: House) -> None:
    receipts = [house.submit(**HANAKO), house.submit(**HANAKO)]
    colleague = house.submit(**TARO | {"phone": HANAKO["phone"]})
    people = People(house, receipts[0])

    answer = people.correct("phone", "０３－２２２２－０００２", "changed")

    assert answer.status_code == 201
    assert answer.json()["key"] == "phone"
    assert "ご記入の内容 2 件" in answer.json()["places"]
    content = people.read().json()
    assert [values(each)["電話番号"] for each in content["theirs"]] == ["03-2222-0002"] * 2
    (doubtful,) = [each for each in content["perhaps"] if each["receipt_number"] == colleague.receipt_number]
    assert values(People(house, colleague).read().json()["theirs"][0])["電話番号"] == HANAKO["phone"]
    assert people.correct("phone", "03-3333-0003", include=[doubtful["id"]]).status_code == 201
    assert values(People(house, colleague).read().json()["theirs"][0])["電話番号"] == "03-3333-0003"


def test_what_cannot_be_corrected_is_told(house: House) -> None:
    people = People(house, house.submit(**HANAKO))

    wrong = people.correct("phone", "12")
    assert is_problem(wrong, 422, "answers-refused")
    assert [each["field"] for each in wrong.json()["errors"]] == ["phone"]
    assert is_problem(people.correct("phone", "03-2222-0002", "because"), 422, "unknown-ground")
    assert is_problem(people.correct("phone", HANAKO["phone"]), 409, "nothing-to-correct")
    assert is_problem(people.correct("body", "x"), 404, "not-found")
    assert is_problem(people.correct("phone", "x" * 20_001), 422, "invalid")
    assert Correction.objects.count() == 0


@pytest.mark.law("T-C9-5")
def test_T_C9_5_erase_and_read_the_certificate(house: House) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    people = People(house, mine)

    begun = people.erase()

    assert begun.status_code == 202
    content = begun.json()
    assert (content["cause"], content["finished_at"], content["whole"]) == ("erasure", None, False)
    assert is_problem(people.read(), 410, "erased")
    assert is_problem(people.correct("phone", "03-2222-0002"), 410, "erased")
    assert is_problem(people.erase([]), 410, "erased")
    house.work()
    done = people.deletion(content["id"]).json()
    assert done["finished_at"] is not None
    assert done["unreadable_on"] > done["finished_at"][:10]
    assert done["ground"] == "ご本人のお申し出に、任意で応じる"
    assert done["copies"] != ""
    assert [each["text"] for each in done["staying"]] != []
    assert values(People(house, colleague).read().json()["theirs"][0])["氏名"] == "山田 太郎"


def test_a_named_matter_goes_with_the_rest(house: House) -> None:
    mine, colleague = house.submit(**HANAKO), house.submit(**TARO)
    people = People(house, mine)

    content = people.erase(include=[str(colleague.id)]).json()

    assert content["whole"] is True
    assert Inquiry.objects.filter(file__ending=content["id"]).count() == 2


def test_nothing_is_erased_that_was_not_seen(house: House) -> None:
    people = People(house, house.submit(**HANAKO))
    seen = people.read().json()["living"]
    house.submit(**HANAKO)

    assert is_problem(people.erase(seen), 409, "arrived-meanwhile")
    assert is_problem(people.erase([]), 409, "arrived-meanwhile")
    assert is_problem(people.erase([*people.read().json()["living"], str(uuid7())]), 409, "ended-meanwhile")
    assert is_problem(people.erase(ground="because"), 422, "unknown-ground")
    assert DeletionRecord.objects.count() == 0


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_an_officers_token_opens_these_doors(house: House, role: str) -> None:
    receipt = house.submit(**HANAKO)
    living = People(house, receipt).read().json()["living"]
    people = People(house, receipt, role)

    for answer in (
        people.read(), people.correct("phone", "03-2222-0002"), people.erase(living), people.deletion(uuid7()),
    ):  # fmt: skip
        assert is_problem(answer, 403, "officers-only")
    assert DeletionRecord.objects.count() == Correction.objects.count() == 0


def test_each_scope_opens_its_own_doors(house: House) -> None:
    receipt = house.submit(**HANAKO)
    living = People(house, receipt).read().json()["living"]
    reader, writer, other = (
        People(house, receipt, "officer", "people:read"),
        People(house, receipt, "officer", "people:write"),
        People(house, receipt, "officer", "inquiries:read", "inquiries:write"),
    )

    for people in (reader, other):
        assert is_problem(people.correct("phone", "03-2222-0002"), 403, "scope-missing")
        assert is_problem(people.erase(living), 403, "scope-missing")
    for people in (writer, other):
        assert is_problem(people.read(), 403, "scope-missing")
        assert is_problem(people.deletion(uuid7()), 403, "scope-missing")
    assert DeletionRecord.objects.count() == Correction.objects.count() == 0
    assert is_problem(Client().get(f"/api/v1/people/{reader.person}"), 401, "unauthenticated")
    assert is_problem(Client().get(f"/api/v1/deletions/{uuid7()}"), 401, "unauthenticated")


@pytest.mark.law("T-C5-7")
@pytest.mark.law("T-C6-4")
def test_T_C5_7_another_companys_person_does_not_exist(house: House) -> None:
    receipt = house.submit(**HANAKO)
    record = People(house, house.submit()).erase().json()["id"]
    living = People(house, receipt).read().json()["living"]
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    house.staff["other"] = Staff.objects.create(
        email="o@other.example.jp", name="別の 管理者", role="officer", entity=other
    )
    stranger = People(house, receipt, "other")

    for answer in (stranger.read(), stranger.correct("phone", "03-2222-0002"), stranger.erase(living)):
        assert is_problem(answer, 404, "not-found")
    assert is_problem(stranger.deletion(record), 404, "no-such-record")
    assert Event.objects.filter(kind="desk.refused", by_id=house.staff["other"].id).count() == 3
    assert DeletionRecord.objects.count() == 1


def test_the_inquiry_must_be_that_persons(house: House) -> None:
    people, other = People(house, house.submit(**HANAKO)), house.submit()

    for number in (other.receipt_number, "M-20261124-2222", "1", ""):
        people.number = number
        assert is_problem(people.read(), 404, "not-found")
        assert is_problem(people.erase([]), 404, "not-found")
    assert is_problem(people.client.get(f"/api/v1/people/{people.person}"), 422, "invalid")


def test_the_document_lists_them(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    assert set(paths["/api/v1/people/{person_id}"]) == {"get"}
    assert set(paths["/api/v1/people/{person_id}/corrections"]) == {"post"}
    assert set(paths["/api/v1/people/{person_id}/erasure"]) == {"post"}
    assert set(paths["/api/v1/deletions/{record_id}"]) == {"get"}
