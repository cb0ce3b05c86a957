"""What a stranger may send that no form would: a clear answer in Japanese, nothing stored, never a 5xx."""

import threading
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from django.db import connections
from django.test import Client

from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from tests.house import ANSWERS, House
from tests.journeys.visitor import FORM, Screen, Visitor

INJECTIONS = [
    "a\r\nBcc: victim@example.jp",
    "a\nSubject: x",
    "=?utf-8?B?QmNjOiB4?=",
    "a\u2028Bcc: x@example.jp",
    "a\u0085To: x",
    "山田\x0b\x0c\x1c太郎",
    "<script>alert(1)</script>",
    "\u202egpj.exe",
    "{{ settings.SECRET_KEY }}{% load x %}",
    "%0d%0aBcc:x",
    "'; DROP TABLE inquiries_inquiry; --",
    "髙﨑𠮷葛󠄀👨‍👩‍👧",
    "a" * 300 + "@example.jp",
    "",
]


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def whole(visitor: Visitor, **changed: str) -> dict[str, str]:
    return visitor.open().fields | ANSWERS | {"go": "confirm"} | changed


def refused(screen: Screen, status: int) -> None:
    assert screen.status == status, screen.texts[:20]
    assert 'lang="ja"' in screen.html
    assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("bad", ["%00", "%ED%A0%80", "%FF", "%C0%AF", "%E3%81", "%F4%90%80%80"])
@pytest.mark.parametrize("name", ["body", "name", "email", "phone", "website", "company"])
def test_nul_and_broken_utf8_are_named_and_the_rest_is_kept(visitor: Visitor, name: str, bad: str) -> None:
    fields = whole(visitor)
    value = fields.pop(name)

    answer = visitor.post("/", f"{urlencode(fields)}&{name}={quote_plus(value)}{bad}")

    refused(answer, 400)
    assert name in answer.invalid
    assert answer.says("使えない文字が含まれています")
    others = ANSWERS.keys() - {name}
    assert {key: answer.fields[key] for key in others} == {key: ANSWERS[key] for key in others}
    assert answer.fields[name].startswith(value[:3])


@pytest.mark.parametrize("name", ["go", "form", "notice", "policy", "envelope", "unknown%FF"])
def test_broken_control_fields_do_no_harm(visitor: Visitor, name: str) -> None:
    body = urlencode({key: value for key, value in whole(visitor).items() if key != name})

    for value in ("%00", "%ED%A0%80", "'%22", "%F0%9F%98%80"):
        answer = visitor.post("/", f"{body}&{name}={value}")
        assert answer.status in (200, 409)
        assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("name", ["body", "name", "email", "phone", "website"])
def test_a_field_of_a_megabyte(visitor: Visitor, name: str) -> None:
    answer = visitor.post("/", whole(visitor, **{name: "あ" * 110_000}))

    refused(answer, 400)
    assert name in answer.invalid
    assert len(answer.fields[name]) == 110_000


def test_more_than_two_megabytes(visitor: Visitor) -> None:
    answer = visitor.post("/", "body=" + "a" * (2 * 1024 * 1024 + 1))

    refused(answer, 413)
    assert answer.says("文章を短くして")


def test_ten_thousand_fields(visitor: Visitor) -> None:
    refused(visitor.post("/", "&".join(f"f{n}=1" for n in range(10_000))), 400)


@pytest.mark.parametrize("name", ["body", "email", "go", "notice", "envelope"])
@pytest.mark.parametrize("go", ["confirm", "send"])
def test_a_field_sent_twice(visitor: Visitor, name: str, go: str) -> None:
    confirmed = visitor.confirm()
    fields = confirmed.fields | ANSWERS | {"go": go}

    answer = visitor.post("/", f"{urlencode(fields)}&{name}={fields[name]}&{name}=x")

    refused(answer, 400)
    assert answer.fields["body"] == ANSWERS["body"]


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "application/json", "text/plain", "", "application/xml",
     f"{FORM}; charset=shift_jis", f"{FORM}; charset=utf-16", "application/x-www-form-urlencodedx"],
)  # fmt: skip
def test_other_content_types(visitor: Visitor, kind: str) -> None:
    refused(visitor.post("/", urlencode(whole(visitor)), kind=kind), 415)


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=UTF-8", f'{FORM}; charset="utf-8"'])
def test_utf8_is_taken(visitor: Visitor, kind: str) -> None:
    assert visitor.post("/", urlencode(whole(visitor)), kind=kind).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://localhost:8000.evil.example"},
        {"origin": "http://localhost:8000", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "none"},
        {"origin": "javascript:x"},
    ],
)
def test_posts_from_elsewhere_are_refused_with_the_text_kept(house: House, headers: dict[str, str]) -> None:
    visitor = Visitor(Client())
    answer = visitor.post("/", urlencode(whole(visitor)), **headers)

    refused(answer, 403)
    assert answer.says(ANSWERS["name"])
    assert answer.says("ほかのサイトから送られた内容")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://localhost:8000"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
def test_our_own_posts_are_taken(house: House, headers: dict[str, str]) -> None:
    visitor = Visitor(Client())

    assert visitor.post("/", urlencode(whole(visitor)), **headers).status == 200


@pytest.mark.parametrize("name", list(ANSWERS))
def test_injections_in_every_field_reach_no_header(visitor: Visitor, house: House, name: str) -> None:
    """Refused with 400 or stored as a value; the acknowledgement goes to the typed address and nowhere else."""
    stored = 0
    for text in INJECTIONS:
        confirm = visitor.confirm(**{name: text})
        assert confirm.status in (200, 400), text
        if confirm.status == 200:
            assert "<script>alert" not in confirm.html
            assert visitor.press(confirm, "send").status == 303
            stored += 1
    assert Inquiry.objects.count() == stored
    house.work()
    typed = {answers_of(each).values["email"] for each in Inquiry.objects.all()}
    outside = [mail for mail in house.mails() if "@eclore.example.jp" not in str(mail["To"])]
    assert {str(mail["Delivered-To"] or mail["To"]) for mail in outside} <= typed
    assert all(mail.get_all("Bcc") is None and len(mail.get_all("To") or []) == 1 for mail in outside)


def test_the_same_draft_fifty_times_at_once_is_one(visitor: Visitor, house: House) -> None:
    fields = urlencode(visitor.confirm().fields | {"go": "send"})
    places: list[Any] = []

    def send() -> None:
        try:
            answer = Client().post("/", fields, content_type=FORM)
            places.append((answer.status_code, answer.get("Location")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(places) == 50
    assert {status for status, _ in places} == {303}
    assert len(set(places)) == 1
    assert Inquiry.objects.get().repeats == 49
    house.work()
    assert len(house.mails(to="hanako@example.jp")) == 1


@pytest.mark.parametrize(
    "path", ["/done/{}/", "/receipts/{}/", "/receipts/{}.json", "/unsubscribe/{}/", "/notices/{}/"]
)
@pytest.mark.parametrize("token", ["x", "A" * 54, "%00", "%ED%A0%80", "あ", "a" * 3000, "0" * 64])
def test_no_token_opens_anything_by_guessing(visitor: Visitor, path: str, token: str) -> None:
    assert visitor.open(path.format(token)).status == 404


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1"])
def test_unknown_versions_are_not_found(visitor: Visitor, number: str) -> None:
    assert visitor.open(f"/policy/versions/{number}/").status == 404
