"""The public API: the same rules and the same action as the page; problems in RFC 9457, in Japanese."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.consent.queries import consents, notice_in_force
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from tests.house import ANSWERS, House

FORM = "/api/v1/forms/inquiry"
SUBMIT = f"{FORM}/submissions"


def notice() -> str:
    return notice_in_force(form.id).digest if (form := first_form()) else ""


def submit(
    client: Client, body: Any = None, *, key: str = "", kind: str = "application/json", **changed: str
) -> Any:
    if body is None:
        body = {"answers": ANSWERS | changed, "notice": notice()}
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(SUBMIT, text, content_type=kind, headers={"Idempotency-Key": key} if key else None)


def problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = json.loads(answer.content)
    assert content["status"] == status
    assert any(ord(sign) > 0x3000 for sign in content["title"])
    assert not code or content["code"] == code
    assert Inquiry.objects.count() == 0
    return content


def test_the_form_says_what_it_asks_and_what_it_shows(client: Client) -> None:
    content = client.get(FORM).json()

    assert [field["key"] for field in content["fields"]] == list(ANSWERS)
    assert content["notice"]["digest"] == notice()
    assert content["policy"]["number"] == 1
    assert len(content["policy"]["digest"]) == 64
    assert content["mailing"]["purpose"] == "event-mail"
    problem(client.get("/api/v1/forms/nothing"), 404, "form-not-found")


def test_a_submission_is_the_same_as_on_the_page(client: Client) -> None:
    answer = submit(client, phone="０３－００００－００００", extra="dropped-canary")

    assert answer.status_code == 201
    content = answer.json()
    inquiry = Inquiry.objects.get()
    assert content["receipt_number"] == inquiry.receipt_number
    assert answers_of(inquiry).values == ANSWERS
    assert inquiry.channel == "api"
    shown = Presentation.objects.get()
    assert (shown.notice.digest, shown.deemed) == (notice(), True)
    receipt = client.get(content["receipt_url"].removeprefix(settings.BASE_URL))
    assert receipt.status_code == 200
    assert content["receipt_number"] in receipt.content.decode()


def test_one_key_is_one_inquiry(client: Client, house: House) -> None:
    first, again = submit(client, key="c0ffee-1"), submit(client, key="c0ffee-1")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = submit(client, key="c0ffee-1", body=None, name="別 の人")
    assert other.status_code == 409
    assert other.json()["code"] == "draft-changed"
    assert submit(client).json() != submit(client).json()
    assert Inquiry.objects.count() == 3


def test_a_choice_is_given_only_when_it_is_said(client: Client) -> None:
    body = {"answers": ANSWERS, "notice": notice(), "choices": {"event-mail": True}}
    assert submit(client, body, key="k").status_code == 201
    assert submit(client, body, key="k").status_code == 201
    assert consents(Inquiry.objects.get().person_id, "event-mail")

    no = body | {"answers": ANSWERS | {"email": "no@example.jp"}, "choices": {"event-mail": False}}
    assert submit(client, no).status_code == 201
    assert not consents(Inquiry.objects.get(repeats=0).person_id, "event-mail")


def test_wording_must_be_known_and_named(client: Client) -> None:
    problem(submit(client, {"answers": ANSWERS, "notice": "0" * 64}), 409, "wording-outdated")
    problem(submit(client, {"answers": ANSWERS, "notice": "\x00"}), 409, "wording-outdated")
    missing = problem(submit(client, {"answers": ANSWERS}), 422)
    assert missing["errors"] == [{"field": "notice", "message": "この値が必要です。"}]


def test_every_wrong_field_is_named_in_the_order_of_the_form(client: Client) -> None:
    content = problem(submit(client, name="", phone="12", email="x"), 422, "answers-refused")

    assert [each["field"] for each in content["errors"]] == ["name", "phone", "email"]
    assert content["errors"][0]["message"] == "氏名をお書きください。"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        ('"x"', 400),
        (b"\xff\xfe{}", 400),
        ('{"answers": {}, "answers": {}}', 400),
        ('{"answers": {"name": "a", "name": "b"}}', 400),
        ('{"answers": NaN}', 400),
        ("[" * 100_000, 400),
        ('{"a":' * 50_000, 400),
        ('{"answers": [], "notice": 1}', 422),
        ('{"answers": {"name": 1}, "notice": "x"}', 422),
        ('{"answers": {"name": {"x": []}}, "notice": "x"}', 422),
        ('{"answers": {"name": "\\ud800"}, "notice": "x"}', 409),
        ('{"answers": {}, "notice": "\\ud800"}', 409),
        ('{"answers": {}, "notice": "x", "choices": {"event-mail": "maybe"}}', 422),
        ("1" * 5000, 400),
    ],
)
def test_bad_bodies(client: Client, body: str | bytes, status: int) -> None:
    problem(submit(client, body), status)


def test_unstorable_answers_are_named(client: Client) -> None:
    for sign in ("\x00", "\ud800"):
        content = problem(submit(client, name=f"山田{sign}"), 422, "answers-refused")
        assert [each["field"] for each in content["errors"]] == ["name"]


def test_unknown_choices_are_refused_before_anything_is_stored(client: Client) -> None:
    body = {"answers": ANSWERS, "notice": notice(), "choices": {"sell-my-data": True}}
    problem(submit(client, body), 422, "unknown-purpose")


def test_limits(client: Client) -> None:
    problem(submit(client, body="あ" * 1_000_000), 413, "too-large")
    problem(submit(client, "x" * (3 * 1024 * 1024)), 413, "too-large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_other_content_types(client: Client, kind: str) -> None:
    problem(submit(client, json.dumps({"answers": ANSWERS, "notice": notice()}), kind=kind), 415)


@pytest.mark.parametrize("key", ["a b", "あ", "x" * 256])
def test_bad_keys(client: Client, key: str) -> None:
    problem(submit(client, key=key), 400, "bad-idempotency-key")


def test_other_sites_get_no_leave(client: Client) -> None:
    answer = client.get(FORM, headers={"Origin": "https://other.example"})

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert client.options(SUBMIT).status_code == 405


def test_the_document_describes_it(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    submissions = document["paths"]["/api/v1/forms/{slug}/submissions"]["post"]
    assert "201" in submissions["responses"]
    assert list(submissions["responses"]["409"]["content"]) == ["application/problem+json"]
    assert "Idempotency-Key" in [each["name"] for each in submissions["parameters"]]
    assert "/api/v1/forms/{slug}" in document["paths"]
