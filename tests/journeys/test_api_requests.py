"""Requests under the Act over the API: from a letter to its end, with what is refused on the way."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.identify import note_mailbox
from madoguchi.rooms.rights.rules import requests as rules
from tests.house import House
from tests.rooms.rights.asked import EMAIL, REASON, opened, row

NAME, TO = "山田 花子", "hanako@example.jp"


@dataclass
class Desk:
    """The API as one colleague's token opens it."""

    house: House
    client: Client
    secret: str

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {self.secret}"})

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(
            f"/api/v1{path}", json.dumps(body, default=str), "application/json",
            headers={"authorization": f"Bearer {self.secret}", "idempotency-key": body.pop("key", "")},
        )  # fmt: skip

    def verb(self, number: str, verb: str, **body: Any) -> tuple[int, str]:
        answer = self.post(f"/rights-requests/{number}/{verb}", **body)
        return answer.status_code, answer.json().get("code") or answer.json()["state"]

    def one(self, number: str) -> Any:
        return self.get(f"/rights-requests/{number}").json()

    def typed_in(self, kind: str = "erasure", days: int = 0, **values: str) -> Any:
        """A letter that came some days ago."""
        came, given = clock.now() - timedelta(days=days), {"name": NAME, "email": TO, **values}
        return self.post("/rights-requests", kind=kind, channel="letter", arrived_at=came, values=given)


def token(house: House, role: str, *scopes: str) -> str:
    return make_token(
        staff=house.staff[role], scopes=list(scopes) or ["rights:read", "rights:write"], by=COMMAND
    )


@pytest.fixture
def desk(house: House, client: Client) -> Desk:
    return Desk(house, client, token(house, "officer"))


def investigated(desk: Desk, number: str) -> None:
    """Known, settled, looked through."""
    assert desk.verb(number, "checks", way="document", passed=True, document="licence") == (
        200,
        "investigating",
    )
    if desk.one(number)["fee"]:
        assert desk.verb(number, "fee", how="waived", waived_for="small")[0] == 200
    living = desk.one(number)["living"]
    assert desk.verb(number, "collection", files=living, seen=living) == (200, "investigating")


def told(desk: Desk, number: str, kind: str) -> dict[str, str]:
    """The letter as it is drafted, by post."""
    draft = desk.get(f"/rights-requests/{number}/letters/{kind}").json()
    sent = desk.verb(number, "letters", kind=kind, channel="post", sent_on=clock.today(), **draft)
    assert sent == (200, "notified"), draft
    return draft  # type: ignore[no-any-return]


# -- arriving -----------------------------------------------------------------------------------------


@pytest.mark.law("T-C10-2")
def test_T_C10_2_the_clock_starts_on_the_day_the_letter_came(desk: Desk) -> None:
    answer = desk.typed_in(days=6)
    number, came = answer.json()["number"], clock.today() - timedelta(days=6)
    found = desk.one(number)

    assert answer.status_code == 201
    assert (found["line_on"], found["due_on"]) == (
        (came + timedelta(days=14)).isoformat(), (came + timedelta(days=10)).isoformat(),
    )  # fmt: skip
    assert found["asked"] == {"name": NAME, "email": TO}
    assert desk.typed_in(days=-1).json()["code"] == "unfit-arrival"


@pytest.mark.law("T-C8-1")
def test_T_C8_1_an_inquiry_taken_over_keeps_the_moment_it_came(desk: Desk) -> None:
    inquiry = desk.house.submit(email=EMAIL)
    numbers = [
        desk.post(f"/inquiries/{inquiry.receipt_number}/rights-requests", kind="disclosure").json()["number"]
        for _ in range(2)
    ]
    found = desk.one(numbers[0])

    assert numbers[0] == numbers[1]
    assert found["arrived_at"][:19] == inquiry.received_at.isoformat()[:19]
    line = clock.local(inquiry.received_at).date() + timedelta(days=14)
    assert (found["line_on"], found["asked"]["email"]) == (line.isoformat(), EMAIL)


def test_the_same_key_is_the_same_letter(desk: Desk) -> None:
    body = {
        "kind": "erasure",
        "channel": "fax",
        "arrived_at": clock.now(),
        "values": {"name": NAME, "email": TO},
    }
    numbers = {desk.post("/rights-requests", key="fax-7", **body).json()["number"] for _ in range(2)}
    assert len(numbers) == 1
    assert desk.post("/rights-requests", key="fax-8", **body).json()["number"] not in numbers


def test_what_is_missing_is_said_field_by_field(desk: Desk) -> None:
    answer = desk.typed_in(kind="collection_stop", name="", email="花子")
    assert (answer.status_code, answer["content-type"]) == (422, "application/problem+json")
    assert {each["field"] for each in answer.json()["errors"]} == {"name", "email", "item"}
    assert desk.typed_in(kind="everything").json()["code"] == "unknown-request-kind"
    assert desk.get("/rights-requests").json()["items"] == []


# -- who asks, and what it costs ----------------------------------------------------------------------


@pytest.mark.law("T-C8-3")
def test_T_C8_3_nothing_is_asked_that_we_do_not_hold(desk: Desk) -> None:
    desk.house.submit(email=EMAIL)
    number = desk.typed_in().json()["number"]
    unheld = desk.verb(number, "checks", way="registered-post", passed=True)
    paper = desk.verb(number, "checks", way="document", passed=True, document="passport")

    assert (unheld, paper) == ((422, "unfit-way"), (422, "unfit-document"))
    stranger = desk.typed_in(name="だれか", email="nobody@example.jp").json()["number"]
    for way in ("mailbox", "call-back", "document", "in-person"):
        assert desk.verb(stranger, "checks", way=way, passed=True) == (422, "unfit-way"), way
    assert desk.verb(number, "checks", way="call-back", passed=True) == (200, "verifying")


@pytest.mark.law("T-C8-5")
def test_T_C8_5_a_fee_for_three_kinds_shown_first_and_waivable(desk: Desk) -> None:
    numbers = {
        kind: desk.typed_in(kind=kind, item="mailings").json() for kind in {*rules.KINDS} - {"correction"}
    }
    fees = {kind: desk.one(each["number"])["fee"] for kind, each in numbers.items()}
    assert {kind for kind, fee in fees.items() if fee} == {
        "disclosure", "purpose_notice", "provision_record_disclosure",
    }  # fmt: skip
    assert {fee["yen"] for fee in fees.values() if fee} == {1000}

    desk.house.submit(email="jiro@example.jp")  # one address is not flooded with automatic mails
    number = desk.typed_in(kind="disclosure", email="jiro@example.jp").json()["number"]
    today = clock.today()
    assert desk.one(number)["fee"]["shown"] is False
    assert desk.verb(number, "fee", how="transfer", paid_on=today) == (409, "fee-not-shown")
    desk.house.work()
    assert desk.one(number)["fee"]["shown"] is True
    bodies = [mail.get_payload(decode=True).decode() for mail in desk.house.mails(to="jiro@example.jp")]
    assert ["1,000円" in body for body in bodies if number in body] == [True]
    assert desk.verb(number, "checks", way="document", passed=True, document="licence")[0] == 200
    living = desk.one(number)["living"]
    assert desk.verb(number, "collection", files=living, seen=living) == (409, "fee-not-settled")
    assert desk.verb(number, "fee", how="waived", waived_for="特別") == (422, "no-waiver")
    assert desk.verb(number, "fee", how="waived", waived_for="hardship")[0] == 200
    assert desk.verb(number, "collection", files=living, seen=living)[0] == 200


# -- deciding and telling -----------------------------------------------------------------------------


@pytest.mark.law("T-C8-9")
def test_T_C8_9_no_refusal_without_ground_and_reason(desk: Desk) -> None:
    desk.house.submit(email=EMAIL)
    number = desk.typed_in().json()["number"]
    investigated(desk, number)
    for body, code in (
        ({}, "no-ground"),
        ({"ground": "law-requires"}, "no-reason"),
        ({"reason": REASON}, "no-ground"),
        ({"ground": "law-requires", "reason": " 　\n"}, "no-reason"),
    ):
        answer = desk.post(f"/rights-requests/{number}/decision", outcome="refused", **body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), body
        assert answer["content-type"] == "application/problem+json"
    assert desk.one(number)["decision"] is None


@pytest.mark.law("T-C9-11")
@pytest.mark.parametrize("ground", ["no-duty", "法に義務がない", "not-a-fact", "harms-rights"])
def test_T_C9_11_no_duty_is_no_ground_unless_it_is_listed_for_it(desk: Desk, ground: str) -> None:
    desk.house.submit(email=EMAIL)
    number = desk.typed_in().json()["number"]
    investigated(desk, number)
    assert desk.verb(number, "decision", outcome="refused", ground=ground, reason=REASON) == (
        422,
        "no-ground",
    )
    fitting = desk.verb(number, "decision", outcome="refused", ground="legal-claims", reason=REASON)
    assert fitting == (200, "decided")


@pytest.mark.law("T-C9-4")
def test_T_C9_4_the_notice_of_a_refusal_tells_ground_and_reason(desk: Desk) -> None:
    desk.house.submit(email=EMAIL)
    number = desk.typed_in(kind="use_cessation").json()["number"]
    desk.house.work()
    investigated(desk, number)
    assert desk.verb(number, "decision", outcome="refused", ground="still-needed", reason=REASON)[0] == 200
    assert desk.verb(number, "close") == (409, "not-yet-told")
    draft = desk.get(f"/rights-requests/{number}/letters/refused").json()
    assert REASON in draft["body"]
    assert rules.GROUNDS["still-needed"].label in draft["body"]
    assert desk.verb(number, "letters", kind="refused", channel="mail", **draft) == (200, "notified")
    assert desk.verb(number, "close") == (200, "closed")

    desk.house.work()
    bodies = [mail.get_payload(decode=True).decode() for mail in desk.house.mails(to=TO)]
    assert sum(REASON in body for body in bodies) == 1
    assert [each["kind"] for each in desk.one(number)["letters"]] == ["acknowledgement", "refused"]


@pytest.mark.law("T-C8-8")
def test_T_C8_8_nothing_held_is_told_and_logged(desk: Desk) -> None:
    opening = opened(desk.house, "disclosure", email="nobody@example.jp", name="だれか")
    note_mailbox(request_id=opening.id, by=person_ref(row(opening.id).person_id))
    assert desk.one(opening.number)["may"] == ["check", "settle", "decide", "tell", "withdraw", "manage"]
    assert desk.verb(opening.number, "decision", outcome="not_found") == (200, "decided")
    assert desk.verb(opening.number, "close") == (409, "not-yet-told")
    letter = told(desk, opening.number, "not_found")
    assert "だれか" in letter["body"]
    assert desk.verb(opening.number, "close") == (200, "closed")

    kinds = list(
        Event.objects.filter(about_id=opening.id).order_by("at", "id").values_list("kind", flat=True)
    )
    assert [kind for kind in kinds if kind != "rights.read"] == [
        "rights.opened", "rights.checked", "rights.decided", "rights.letter", "rights.closed",
    ]  # fmt: skip
    found = desk.one(opening.number)
    assert (found["outcome"], found["decision"]["ground"], found["state"]) == ("not_found", "", "closed")


def test_from_a_letter_to_an_erasure_and_its_end(desk: Desk) -> None:
    inquiry = desk.house.submit(email=EMAIL)
    number = desk.typed_in(days=1).json()["number"]
    investigated(desk, number)
    assert desk.one(number)["matters"] == [inquiry.receipt_number]
    assert desk.verb(number, "execution") == (409, "moved-meanwhile")
    assert desk.verb(number, "decision", outcome="granted") == (200, "decided")
    assert desk.verb(number, "approval", decision=desk.one(number)["decision"]["id"]) == (
        409,
        "moved-meanwhile",
    )
    assert desk.verb(number, "reopening") == (200, "investigating")
    assert desk.verb(number, "decision", outcome="granted") == (200, "decided")
    assert desk.verb(number, "execution") == (200, "executed")
    assert desk.verb(number, "withdrawal") == (409, "moved-meanwhile")
    assert desk.one(number)["living"] == []
    told(desk, number, "granted")
    assert desk.verb(number, "close") == (200, "closed")
    assert desk.one(number)["asked"]["name"] == NAME  # it proves what was asked of us


def test_owner_and_day(desk: Desk) -> None:
    number, admin = desk.typed_in().json()["number"], desk.house.staff["admin"].id
    later = clock.today() + timedelta(days=20)
    assert desk.verb(number, "owner", to=admin) == (200, "received")
    assert desk.verb(number, "due", on=later, reason="asking-others") == (200, "received")
    assert desk.verb(number, "due", on=later, reason="忙しい") == (422, "unknown-reason")
    found = desk.one(number)
    assert (found["owner"], found["due_on"]) == (str(admin), later.isoformat())
    assert desk.verb(number, "withdrawal") == (200, "withdrawn")


# -- lists, scopes, looks -----------------------------------------------------------------------------


def test_a_list_goes_on_page_by_page_and_is_noted(desk: Desk) -> None:
    numbers = [desk.typed_in(days=day).json()["number"] for day in range(3)]
    desk.verb(numbers[2], "withdrawal")
    first = desk.get("/rights-requests?limit=2").json()
    rest = desk.get(f"/rights-requests?limit=2&cursor={first['next_cursor']}").json()

    assert [each["number"] for each in first["items"] + rest["items"]] == numbers
    assert rest["next_cursor"] == ""
    assert [each["number"] for each in desk.get("/rights-requests?state=closed").json()["items"]] == numbers[
        2:
    ]
    assert [each["number"] for each in desk.get("/rights-requests?state=open").json()["items"]] == numbers[:2]
    assert desk.get("/rights-requests?cursor=R-20260101-ABCDE").status_code == 422
    assert desk.get("/rights-requests?limit=0").status_code == 422
    looks = Event.objects.filter(kind="rights.listed").order_by("at", "id")
    assert json.loads(looks[0].details) == {"count": 2}


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [("clerk", "rights:read", 403), ("officer", "inquiries:read", 403), ("admin", "rights:read", 200)],
)
def test_who_reads_them(desk: Desk, role: str, scope: str, status: int) -> None:
    number = desk.typed_in().json()["number"]
    other = Desk(desk.house, desk.client, token(desk.house, role, scope))
    for path in ("/rights-requests", f"/rights-requests/{number}"):
        assert other.get(path).status_code == status
    assert other.verb(number, "withdrawal")[0] == 403


def test_a_number_that_is_none_of_ours_is_not_there_and_that_is_noted(desk: Desk) -> None:
    for number in ("R-20260101-ABCDE", "M-20260101-ABCD", "x"):
        assert desk.get(f"/rights-requests/{number}").status_code == 404
        assert desk.verb(number, "close") == (404, "not-found")
    assert Event.objects.filter(kind="desk.refused").count() == 6


def test_nothing_of_who_asked_is_in_the_log_of_events(desk: Desk) -> None:
    desk.house.submit(email=EMAIL)
    number = desk.typed_in(words="合言葉はひまわり").json()["number"]
    investigated(desk, number)
    written = "".join(f"{each.details}{each.refs}" for each in Event.objects.all())
    assert [value for value in ("花子", TO, "ひまわり", number) if value in written] == []


def test_the_document_of_the_api_tells_them(client: Client, house: House) -> None:
    document = client.get("/api/v1/openapi.json").json()
    paths = {path for path in document["paths"] if "rights-requests" in path}
    assert "/api/v1/rights-requests/{number}/decision" in paths
    assert "post" in document["paths"]["/api/v1/rights-requests"]
    assert client.post("/api/v1/rights-requests", "{}", "application/json").status_code == 401
