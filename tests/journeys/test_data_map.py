"""取扱台帳 through HTTP: the officer's screen and files, the public list, and every door of an item with a switch."""

import io
import json
import re
import time
import zipfile
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of, visit_of
from madoguchi.rooms.inventory.models import Detail
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.switches import items, switched_on
from madoguchi.rooms.inventory.reading import holdings
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.vault.models import Attachment
from tests.house import ANSWERS, House
from tests.journeys.visitor import Visitor
from tests.rooms.inventory.planted import plant_everything

MAP = "/desk/inventory/"
BEFORE = "https://search.example.com/results?q=secret#top"
FORM_ITEMS = {
    "birth_date": "昭和55年5月1日",
    "sex": "女性",
    "occupation": "会社員",
    "postal_address": "〒100-0000 東京都千代田区みなと町1-2-3",
}
STORED = FORM_ITEMS | {"birth_date": "1980年5月1日"}
READY = [item.code for item in items() if item.ready]


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def turn(officer: Client, go: str, *codes: str) -> None:
    for code in codes:
        response = officer.post(f"{MAP}{code}/", {"go": go})
        assert response.status_code == 302, unescape(response.content.decode())
    forget()  # the page asks again after a second


def prove_again(client: Client) -> None:
    """Who sits here said once more who they are."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def submit_by_api(client: Client, house: House, **answers: str) -> Any:
    body = {"answers": ANSWERS | answers, "notice": notice_in_force(house.form.id).digest}
    return client.post("/api/v1/forms/inquiry/submissions", json.dumps(body), "application/json")


def portrait() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "steelblue").save(out, "PNG")
    return out.getvalue()


class Token:
    def __init__(self, house: House, role: str = "officer") -> None:
        secret = make_token(staff=house.staff[role], scopes=["people:read", "people:write"], by=COMMAND)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def put(self, inquiry: Inquiry, item: str, value: str = "ch_1") -> Any:
        body = {"inquiry": inquiry.receipt_number, "value": value}
        return self.client.put(self._path(inquiry, item), json.dumps(body), "application/json")

    def put_portrait(self, inquiry: Inquiry, content: bytes) -> Any:
        return self.client.put(
            f"{self._path(inquiry, 'portrait')}?inquiry={inquiry.receipt_number}", content, "image/png"
        )

    def delete(self, inquiry: Inquiry, item: str) -> Any:
        return self.client.delete(f"{self._path(inquiry, item)}?inquiry={inquiry.receipt_number}")

    def _path(self, inquiry: Inquiry, item: str) -> str:
        return f"/api/v1/people/{inquiry.person_id}/items/{item}"


# -- the officer's screen ---------------------------------------------------------------------------


@pytest.mark.law("T-C1-1")
def test_T_C1_1_the_page_lists_each_item_with_category_source_purpose_and_end(
    house: House, officer: Client
) -> None:
    page = text_of(officer.get(MAP))

    for words in (
        "氏名", "お問い合わせにお答えするため", "ご本人から", "窓口の職員", "期限を決めていません",
        "鍵を捨て、読めなくします", "氏名、生年月日、性別、職業など、ユーザーご本人に関する情報",
        "やりとりと社内メモ", "当社で作成", "アドレスを探すための符号", "職員のメールアドレス",
        "この窓口では取得していません", "生年月日", "端末の位置情報", "Cookie、ADID、IDFAその他の識別子",
    ):  # fmt: skip
        assert words in page
    assert "確かめていただきたいこと" not in page


@pytest.mark.parametrize("place", ["", "data-map.json", "data-map.xlsx", "portrait/"])
def test_clerks_are_told_whom_to_ask_and_admins_look_only(house: House, place: str) -> None:
    refused = house.sign_in("clerk").get(MAP + place)
    admin = house.sign_in("admin").get(MAP + place)

    assert (refused.status_code, admin.status_code) == (403, 200)
    assert "個人情報管理者にお願いしてください" in text_of(refused)
    if not place.startswith("data"):
        assert b'name="go"' not in admin.content
        assert b"inventory/birth_date/" not in admin.content


def test_the_way_to_it_is_shown_to_those_who_may(house: House) -> None:
    """The first page leads to the privacy desk, whose tabs lead on."""
    desks = {role: house.sign_in(role) for role in house.staff}
    shown = {role: "/desk/privacy/" in desk.get("/desk/").content.decode() for role, desk in desks.items()}
    assert shown == {"clerk": False, "officer": True, "admin": True}
    assert MAP in desks["officer"].get("/desk/privacy/").content.decode()


def test_an_admin_turns_no_switch(house: House) -> None:
    response = house.sign_in("admin").post(f"{MAP}portrait/", {"go": "on"})

    assert response.status_code == 403
    assert "個人情報管理者にお願いしてください" in text_of(response)
    assert switched_on(house.entity_id) == frozenset()


def test_beginning_and_stopping_say_what_they_mean(house: House, officer: Client) -> None:
    before = text_of(officer.get(f"{MAP}birth_date/"))
    turn(officer, "on", "birth_date")
    on = text_of(officer.get(MAP))
    turn(officer, "off", "birth_date")
    after, page = text_of(officer.get(f"{MAP}birth_date/")), text_of(officer.get(MAP))

    assert "いまは取得していません" in before
    assert "任意の質問として加わります" in before
    assert "生年月日の取得を始めました。" in on
    assert "これまでの" not in after
    assert "生年月日は、いまは取得していませんが、以前の分が残っていることがあります" in page


def test_what_cannot_begin_yet_says_why(house: House, officer: Client) -> None:
    for code in ("location", "linked_service_id"):
        response = officer.post(f"{MAP}{code}/", {"go": "on"})
        assert response.status_code == 409
        assert "その画面ができるまで" in text_of(response)
    assert officer.get(f"{MAP}income/").status_code == 404
    assert "その画面ができるまで" in text_of(officer.get(MAP))


def test_auditors_take_the_same_list_as_json_and_as_a_workbook(house: House, officer: Client) -> None:
    turn(officer, "on", "portrait")
    answer, sheet = officer.get(f"{MAP}data-map.json"), officer.get(f"{MAP}data-map.xlsx")
    content = answer.json()
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as book:
        strings = unescape(re.sub(r"<[^>]+>", "\n", book.read("xl/sharedStrings.xml").decode()))
        pages = [name for name in book.namelist() if "worksheets/sheet" in name]
        formulas = [name for name in pages if b"<f>" in book.read(name)]

    assert set(content) == {"made_at", "operator", "policy", "held", "staff", "not_collected", "findings"}
    assert content["policy"]["number"] == 1
    assert {each["label"] for each in content["held"]} <= set(strings.splitlines())
    assert "ご本人の写真" not in {each["label"] for each in content["not_collected"]}
    assert "この窓口では取得していません" in strings
    assert (len(pages), formulas) == (5, [])
    for response in (answer, sheet):
        assert "attachment" in response["Content-Disposition"]
        assert response["Content-Security-Policy"].startswith("sandbox")
    assert Event.objects.filter(kind="inventory.map-taken").count() == 2


# -- the public list --------------------------------------------------------------------------------


def listed(client: Client) -> set[str]:
    page = client.get("/policy/data/").content.decode()
    return {unescape(each) for each in re.findall(r'<th scope="row">([^<]+)<', page)}


def disclosed(file: UUID) -> set[str]:
    """What a disclosure tells, and of tables that stay as a proof their columns."""
    found = locate(file)
    kept = {each.table for each in found.kept}
    matters = (*found.certain, *found.apart)  # what they ask of us under the Act is told with the rest
    own = {each.label for matter in matters for each in matter.found} | {each.label for each in found.own}
    staying = {column.label for h in holdings() if h.label in kept for _, column in h.personal()}
    return own | staying


@pytest.mark.law("T-C2-1")
@pytest.mark.parametrize("on", [False, True], ids=["all off", "all on"])
def test_T_C2_1_the_published_list_is_what_disclosure_tells_both_ways(
    house: House, officer: Client, client: Client, on: bool
) -> None:
    if on:
        turn(officer, "on", *READY)
    planted = plant_everything()
    told = disclosed(planted.files["inquiries.Inquiry"])
    switched = {item.label for item in items()}

    assert listed(client) == (told if on else told - switched)
    assert listed(client) & switched == ({item.label for item in items() if item.ready} if on else set())


def test_the_policy_leads_to_the_list_and_back(house: House, client: Client) -> None:
    policy, listing = client.get("/policy/").content.decode(), client.get("/policy/data/")

    assert 'href="/policy/data/"' in policy
    assert "いま何をお預かりしているかの一覧" in policy
    assert listing.status_code == 200
    assert 'href="/policy/"' in listing.content.decode()
    assert listing["Cache-Control"] == "no-cache"
    assert "<script" not in listing.content.decode()


# -- every door -------------------------------------------------------------------------------------


@pytest.mark.law("T-C2-4")
@pytest.mark.promise("inventory.only-what-is-collected")
def test_T_C2_4_what_is_not_collected_is_stored_through_no_door(
    house: House, client: Client, visitor: Visitor, officer: Client
) -> None:
    extra = {item.code: "canary" for item in items()}
    assert submit_by_api(client, house, **extra).status_code == 201
    sent = visitor.press(visitor.press(visitor.open(), "confirm", **ANSWERS, **extra), "send", **extra)
    assert sent.status == 303

    inquiries = list(Inquiry.objects.all())
    assert [set(answers_of(each).values) for each in inquiries] == [set(ANSWERS)] * 2
    assert [visit_of(each) for each in inquiries] == [{}, {}]
    token = Token(house)
    answers = [token.put(inquiries[0], item.code) for item in items() if item.code != "portrait"]
    answers.append(token.put_portrait(inquiries[0], portrait()))
    assert {answer.status_code for answer in answers} <= {409, 422}
    here = f"/desk/people/{inquiries[0].person_id}/items"
    for item in items():
        officer.post(f"{here}/{item.code}/?from={inquiries[0].receipt_number}", {"value": "ch_1"})
    picture = SimpleUploadedFile("a.png", portrait(), "image/png")
    officer.post(f"{here}/portrait/?from={inquiries[0].receipt_number}", {"picture": picture})
    assert (Detail.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.law("T-C2-4")
def test_on_the_form_asks_confirms_and_stores_and_off_it_drops_what_an_old_page_sends(
    house: House, client: Client, visitor: Visitor, officer: Client
) -> None:
    turn(officer, "on", *FORM_ITEMS)
    opened = visitor.open()
    assert all(f'name="{code}"' in opened.html for code in FORM_ITEMS)
    assert 'autocomplete="bday"' in opened.html
    confirm = visitor.press(opened, "confirm", **ANSWERS, **FORM_ITEMS)
    assert confirm.says("1980年5月1日")
    assert confirm.says("西暦の年月日にそろえました。")
    assert visitor.press(confirm, "send").status == 303
    assert {code: answers_of(Inquiry.objects.get()).values[code] for code in FORM_ITEMS} == STORED
    assert {each["key"] for each in client.get("/api/v1/forms/inquiry").json()["fields"]} >= set(FORM_ITEMS)

    turn(officer, "off", *FORM_ITEMS)
    other = ANSWERS | {"email": "other@example.jp"}
    late = visitor.press(visitor.press(opened, "confirm", **other, **FORM_ITEMS), "send")

    assert late.status == 303
    newest = Inquiry.objects.order_by("-received_at")[0]
    assert set(answers_of(newest).values) == set(ANSWERS)


def test_nobody_must_answer_what_is_asked_besides(house: House, visitor: Visitor, officer: Client) -> None:
    turn(officer, "on", *FORM_ITEMS)
    visitor.send()

    assert {answers_of(Inquiry.objects.get()).values[code] for code in FORM_ITEMS} == {""}


def test_a_day_that_is_none_is_asked_again(house: House, visitor: Visitor, officer: Client) -> None:
    turn(officer, "on", "birth_date")
    wrong = visitor.confirm(birth_date="2月30日")

    assert wrong.status == 400
    assert wrong.says("生年月日は、1980年5月1日 のように、年・月・日でお書きください。")


# -- what comes with a visit ------------------------------------------------------------------------


@pytest.mark.law("T-C1-2")
def test_T_C1_2_page_before_and_address_appear_in_the_disclosure(
    house: House, client: Client, visitor: Visitor, officer: Client
) -> None:
    turn(officer, "on", "referrer", "ip_address")
    opened = _opened(client, BEFORE)
    again = visitor.press(opened, "confirm", **(ANSWERS | {"email": "wrong"}))
    confirm = visitor.press(again, "confirm", email=ANSWERS["email"])
    assert visitor.press(confirm, "send").status == 303

    inquiry = Inquiry.objects.get()
    assert visit_of(inquiry) == {"referrer": "https://search.example.com/results", "ip_address": "127.0.0.1"}
    assert b"search.example" not in bytes(inquiry.visit)
    page = text_of(officer.get(f"/desk/people/{inquiry.person_id}/?from={inquiry.receipt_number}"))
    token = Token(house)
    path = f"/api/v1/people/{inquiry.person_id}?inquiry={inquiry.receipt_number}"
    values = [each for matter in token.client.get(path).json()["theirs"] for each in matter["values"]]
    told = {(each["label"], each["value"], each["announced"], each["source"]) for each in values}
    assert ("直前のページ", "https://search.example.com/results", "2-3a", "device") in told
    assert ("IPアドレス", "127.0.0.1", "2-3b", "device") in told
    assert "https://search.example.com/results" in page
    assert "127.0.0.1" in page


def _opened(client: Client, referer: str, path: str = "/") -> Any:
    from tests.journeys.visitor import screen_of

    return screen_of(path, client.get(path, headers={"referer": referer}))


def test_off_the_page_carries_nothing_of_where_one_came_from(
    house: House, client: Client, visitor: Visitor, officer: Client
) -> None:
    prebuilt = client.get("/").content

    assert client.get("/", headers={"referer": BEFORE}).content == prebuilt
    turn(officer, "on", "referrer")
    assert b"search.example.com" in client.get("/", headers={"referer": BEFORE}).content
    assert b"came_from" not in client.get("/", headers={"referer": f"{settings.BASE_URL}/policy/"}).content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("javascript:alert(1)", ""), ("https://", ""), ("https://[::1", ""), ("file:///etc/passwd", ""),
        ("https://name:word@example.com/a?b=c#d", "https://example.com/a"), ("http://例え.example.jp/あ", "http://例え.example.jp/あ"),
        ("https://example.com/" + "a" * 900, "https://example.com/" + "a" * 480), ("https://example.com/\u202e", ""),
    ],
)  # fmt: skip
def test_a_page_before_is_an_address_without_what_may_name_a_person(
    house: House, visitor: Visitor, officer: Client, given: str, kept: str
) -> None:
    turn(officer, "on", "referrer")
    confirm = visitor.press(visitor.open(), "confirm", **ANSWERS, came_from=given)
    assert visitor.press(confirm, "send").status == 303

    assert visit_of(Inquiry.objects.get()) == ({"referrer": kept} if kept else {})


@pytest.mark.parametrize(
    ("proxies", "forwarded", "kept"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first is what the visitor wrote
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (1, "", ""),
        (2, "203.0.113.9", ""),
        (1, "<script>", ""),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(
    house: House, client: Client, officer: Client, monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, kept: str
) -> None:  # fmt: skip
    turn(officer, "on", "ip_address")
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", proxies)
    client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded
    assert submit_by_api(client, house).status_code == 201

    assert visit_of(Inquiry.objects.get()) == ({"ip_address": kept} if kept else {})


# -- what staff record ------------------------------------------------------------------------------


def test_an_item_is_recorded_shown_and_ended_over_the_api(house: House, officer: Client) -> None:
    turn(officer, "on", "payment_reference", "portrait")
    inquiry = Inquiry.objects.get(id=house.submit().id)
    token = Token(house)

    assert token.put(inquiry, "payment_reference", "ch_42").json() == {"item": "payment_reference"}
    assert token.put_portrait(inquiry, portrait()).status_code == 200
    card = token.put(inquiry, "payment_reference", "4242 4242 4242 4242")
    assert (card.status_code, card.json()["code"]) == (422, "card-number")
    assert "4242" not in card.content.decode()
    other = Inquiry.objects.get(id=house.submit().id)
    strange = Inquiry(person_id=inquiry.person_id, receipt_number=other.receipt_number)
    assert token.put(strange, "payment_reference").status_code == 404
    dropped = token.delete(inquiry, "portrait")
    assert dropped.status_code == 202
    house.work()
    assert [row.item for row in Detail.objects.all()] == ["payment_reference"]
    assert token.client.get(f"/api/v1/deletions/{dropped.json()['deletion']}").json()["files"] == 1


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_an_officers_token_records(house: House, officer: Client, role: str) -> None:
    turn(officer, "on", "payment_reference", "portrait")
    inquiry, token = Inquiry.objects.get(id=house.submit().id), Token(house, role)

    for answer in (
        token.put(inquiry, "payment_reference"),
        token.put_portrait(inquiry, portrait()),
        token.delete(inquiry, "payment_reference"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "officers-only")
    assert Detail.objects.count() == 0


def test_a_picture_goes_in_by_the_desk_and_comes_out_alone(house: House, officer: Client) -> None:
    turn(officer, "on", "portrait")
    inquiry = Inquiry.objects.get(id=house.submit().id)
    here = f"/desk/people/{inquiry.person_id}/items/portrait"
    query = f"?from={inquiry.receipt_number}"
    sent = officer.post(f"{here}/{query}", {"picture": SimpleUploadedFile("a.png", portrait(), "image/png")})
    shown = officer.get(f"{here}/picture/{query}")

    assert sent.status_code == 302
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert shown["Content-Security-Policy"].startswith("sandbox")
    assert shown["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(shown.content)).size == (40, 30)
    assert Event.objects.filter(kind="inventory.item-seen").count() == 1
    assert officer.get(f"{here}/picture/?from=M-20200101-AAAA").status_code == 404
    asked = officer.post(f"{here}/drop/{query}")
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    prove_again(officer)
    officer.post(f"{here}/drop/{query}")
    house.work()
    assert (Detail.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_reference_is_put_right_also_after_it_was_stopped(house: House, officer: Client) -> None:
    turn(officer, "on", "payment_reference")
    inquiry = Inquiry.objects.get(id=house.submit().id)
    person = f"/desk/people/{inquiry.person_id}/"
    query = f"?from={inquiry.receipt_number}"
    officer.post(f"{person}items/payment_reference/{query}", {"value": "ch_1"})
    turn(officer, "off", "payment_reference")
    assert "訂正する（お支払いの参照番号）" in text_of(officer.get(person + query)).replace(" ", "")
    officer.post(f"{person}items/payment_reference/{query}", {"value": "ch_2", "go": "correct"})
    refused = officer.post(
        f"{person}items/payment_reference/{query}",
        {"value": "4242424242424242", "go": "correct"},
        follow=True,
    )

    assert "カード番号のような数字は保存できません" in text_of(refused)
    assert "ch_2" in text_of(refused)
    assert "4242424242424242" not in refused.content.decode()
    clerk = house.sign_in("clerk").get(person + query)
    assert "ch_2" in text_of(clerk)
    assert b'name="value"' not in clerk.content
    assert b"/drop/" not in clerk.content


def test_a_large_upload_never_lies_in_a_temporary_file(
    house: House, officer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(officer, "on", "portrait")
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    tmp_path.chmod(0o500)
    inquiry = Inquiry.objects.get(id=house.submit().id)
    here = f"/desk/people/{inquiry.person_id}/items/portrait/?from={inquiry.receipt_number}"
    content = portrait() + b"\0" * 12 * 1024 * 1024
    officer.post(here, {"picture": SimpleUploadedFile("a.png", content, "image/png")})

    assert (Detail.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_what_is_left_after_stopping_is_ended_together(house: House, officer: Client) -> None:
    turn(officer, "on", "payment_reference")
    inquiry = Inquiry.objects.get(id=house.submit().id)
    Token(house).put(inquiry, "payment_reference", "ch_42")
    turn(officer, "off", "payment_reference")
    page = officer.get(f"{MAP}payment_reference/")
    assert "まとめて消去する" in text_of(page)
    assert "1 人分" in text_of(page)

    asked = officer.post(f"{MAP}payment_reference/", {"go": "erase"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert Detail.objects.count() == 1

    prove_again(officer)
    ended = officer.post(f"{MAP}payment_reference/", {"go": "erase"})
    house.work()

    assert ended.status_code == 302
    assert ended["Location"].startswith("/desk/deletions/")
    assert "お支払いの参照番号" in text_of(officer.get(ended["Location"]))
    assert Detail.objects.count() == 0
