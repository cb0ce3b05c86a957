"""The staff API: the same verbs with a token, the same walls, problems in Japanese (RFC 9457)."""

from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib.ids import COMMAND, uuid7
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.models import LegalEntity, Staff, Token
from tests.house import House

BASE = "/api/v1/inquiries"
VERBS = (
    ("assign", {}),
    ("status", {"status": "done"}),
    ("lane", {"lane": "sales"}),
    ("notes", {"text": "x"}),
    ("reply", {"text": "x"}),
)


class Api:
    def __init__(self, token: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(BASE + path, query)

    def post(self, path: str, content: dict[str, Any]) -> Any:
        return self.client.post(BASE + path, content, content_type="application/json")


def token(house: House, role: str = "clerk", *scopes: str) -> str:
    named = list(scopes) or ["inquiries:read", "inquiries:write"]
    return make_token(staff=house.staff[role], scopes=named, by=COMMAND)


@pytest.fixture
def api(house: House) -> Api:
    return Api(token(house))


def is_problem(answer: Any, status: int, code: str) -> bool:
    content = answer.json()
    return (
        answer.status_code == status
        and answer["Content-Type"] == "application/problem+json"
        and content["status"] == status
        and content["code"] == code
        and any("ぁ" <= letter <= "ん" for letter in content["title"])
    )


def test_lists_page_by_cursor_newest_first(house: House, api: Api) -> None:
    numbers = [house.submit().receipt_number for _ in range(5)]

    first = api.get(limit=2).json()
    second = api.get(limit=2, cursor=first["next_cursor"]).json()
    third = api.get(limit=2, cursor=second["next_cursor"]).json()

    got = [item["receipt_number"] for page in (first, second, third) for item in page["items"]]
    assert got == numbers[::-1]
    assert third["next_cursor"] == ""
    assert first["items"][0]["name"] == "山田 花子"
    assert set(first["items"][0]) == {
        "receipt_number", "company", "name", "first_line", "lane", "status", "assignee", "received_at", "due_at",
        "answered_at", "sample", "erased", "special_care",
    }  # fmt: skip


def test_filters(house: House, api: Api) -> None:
    mine, sales, done = (house.submit().receipt_number for _ in range(3))
    api.post(f"/{mine}/assign", {"to": str(house.staff["clerk"].id)})
    api.post(f"/{sales}/lane", {"lane": "sales"})
    api.post(f"/{done}/status", {"status": "done"})

    def found(**query: str) -> set[str]:
        return {item["receipt_number"] for item in api.get(**query).json()["items"]}

    assert found() == found(lane="inbox") == found(assignee="me") == {mine}
    assert found(lane="sales") == found(lane="sales", status="new") == {sales}
    assert found(status="done") == {done}
    assert found(assignee="none") == found(lane="junk") == set()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"q": "あ" * 201}, "too-much-asked"),
        ({"limit": "0"}, "wrong-value"),
        ({"limit": "many"}, "invalid"),
        ({"lane": "nowhere"}, "invalid"),
        ({"assignee": "somebody"}, "wrong-value"),
        ({"cursor": "nonsense"}, "wrong-value"),
        ({"status": "done", "lane": "sales"}, "wrong-value"),
    ],
)
def test_a_wrong_query_is_told(api: Api, query: dict[str, str], code: str) -> None:
    assert is_problem(api.get(**query), 422, code)


def test_one_inquiry_with_its_answers_and_timeline(house: House, api: Api) -> None:
    number = house.submit().receipt_number
    api.post(f"/{number}/notes", {"text": "社内のメモ"})

    content = api.get(f"/{number}").json()

    assert [answer["key"] for answer in content["answers"]] == [
        "body", "name", "company", "phone", "email", "website", "remarks",
    ]  # fmt: skip
    assert content["answers"][0]["value"].startswith("見積書の宛名を")
    assert [(entry["kind"], entry["text"]) for entry in content["timeline"]] == [("note", "社内のメモ")]
    assert content["status"] == "open"
    assert api.get(f"/{number.lower()}").status_code == 200


def test_verbs_do_what_the_screens_do(house: House, api: Api) -> None:
    number = house.submit(email="hanako@example.jp").receipt_number

    assert api.post(f"/{number}/assign", {"to": str(house.staff["officer"].id)}).json()["assignee"] == str(
        house.staff["officer"].id
    )
    assert api.post(f"/{number}/status", {"status": "pending"}).json()["status"] == "pending"
    assert api.post(f"/{number}/lane", {"lane": "sales"}).json()["lane"] == "sales"
    assert api.post(f"/{number}/notes", {"text": "メモ"}).status_code == 201
    assert api.post(f"/{number}/reply", {"text": "お返事です。", "then": "done"}).status_code == 202
    house.work()
    assert len(house.mails(to="hanako@example.jp")) == 2
    assert Inquiry.objects.get().status == "done"


def test_refusals_have_the_sentence_of_the_screens(house: House, api: Api) -> None:
    number = house.submit().receipt_number
    reply(viewer=house.viewer, inquiry_id=Inquiry.objects.get().id, text="先に", seen_until=None)

    late = api.post(f"/{number}/reply", {"text": "後から", "seen_until": "2026-01-01T00:00:00+09:00"})
    assert is_problem(late, 409, "answered-meanwhile")
    assert is_problem(api.post(f"/{number}/status", {"status": "new"}), 409, "wrong-move")
    assert is_problem(api.post(f"/{number}/notes", {"text": " "}), 422, "empty-text")
    assert is_problem(api.post(f"/{number}/assign", {"to": str(uuid7())}), 422, "unknown-colleague")
    assert is_problem(api.post(f"/{number}/lane", {"lane": "inbox"}), 409, "wrong-move")
    assert is_problem(api.post(f"/{number}/notes", {}), 422, "invalid")
    assert Entry.objects.filter(kind="reply").count() == 1


def test_nobody_and_the_wrong_token_are_asked_who_they_are(house: House, api: Api) -> None:
    number = house.submit().receipt_number
    spent = token(house)
    Token.objects.exclude(staff=None).update(revoked_at=Inquiry.objects.get().received_at)

    for stranger in (Api("nonsense"), Api(spent), api):
        assert is_problem(stranger.get(), 401, "unauthenticated")
        assert is_problem(stranger.get(f"/{number}"), 401, "unauthenticated")
        for verb, content in VERBS:
            assert is_problem(stranger.post(f"/{number}/{verb}", content), 401, "unauthenticated")
    signed_in = house.sign_in()
    assert signed_in.get(BASE).status_code == 401  # a cookie is no token


@pytest.mark.law("T-C6-2")
def test_T_C6_2_a_disabled_accounts_token_dies_at_once(house: House, api: Api) -> None:
    assert api.get().status_code == 200

    Staff.objects.filter(id=house.staff["clerk"].id).update(is_active=False)

    assert api.get().status_code == 401


def test_a_reading_token_writes_nothing(house: House) -> None:
    number = house.submit().receipt_number
    reader, writer = (
        Api(token(house, "clerk", "inquiries:read")),
        Api(token(house, "clerk", "inquiries:write")),
    )

    for verb, content in VERBS:
        assert is_problem(reader.post(f"/{number}/{verb}", content), 403, "scope-missing")
    assert is_problem(writer.get(), 403, "scope-missing")
    assert is_problem(writer.get(f"/{number}"), 403, "scope-missing")
    assert Entry.objects.count() == 0


@pytest.mark.law("T-C5-7")
@pytest.mark.law("T-C6-4")
def test_T_C5_7_another_companys_inquiries_do_not_exist(house: House) -> None:
    number = house.submit().receipt_number
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    Staff.objects.filter(id=house.staff["admin"].id).update(entity=other)
    stranger = Api(token(house, "admin"))

    assert stranger.get().json() == {"items": [], "next_cursor": ""}
    assert is_problem(stranger.get(f"/{number}"), 404, "not-found")
    assert is_problem(stranger.get("/M-20261124-2222"), 404, "not-found")
    assert is_problem(stranger.get("/1"), 404, "not-found")
    for verb, content in VERBS:
        assert is_problem(stranger.post(f"/{number}/{verb}", content), 404, "not-found")
    assert Event.objects.filter(kind="desk.refused", by_id=house.staff["admin"].id).count() == 8
    assert Entry.objects.count() == 0


def test_looks_are_recorded(house: House, api: Api) -> None:
    receipt = house.submit()

    api.get()
    api.get(f"/{receipt.receipt_number}")

    listed = Event.objects.get(kind="inquiry.listed")
    assert str(receipt.id) in listed.refs
    assert listed.by_id == house.staff["clerk"].id
    assert Event.objects.filter(kind="inquiry.read", about_id=receipt.id).count() == 1


def test_a_verb_answers_with_where_it_stands_and_nothing_of_the_person(house: House) -> None:
    """A token that may only write reads nothing: not even through a verb that changes nothing."""
    receipt = house.submit(name="左近允 燿子")
    secret = make_token(staff=house.staff["clerk"], scopes=["inquiries:write"], by=COMMAND)

    answer = Client().post(
        f"/api/v1/inquiries/{receipt.receipt_number}/assign",
        {"to": None},
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "receipt_number": receipt.receipt_number,
        "lane": "inbox",
        "status": "new",
        "assignee": None,
        "answered_at": None,
    }
