"""お問い合わせの状況: in by a code or a link, what the mailbox opens, what a name opens, what stops at once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.gate.models import StopRow
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.merging import merge
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import DeskRules, Enclosure, Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.people.models import MailedCode, Person, VisitorSession
from madoguchi.rooms.people.queries import person_by_address
from madoguchi.rooms.people.rules import CODES_AN_HOUR, MISSES, TRIES
from madoguchi.rooms.rights.models import IdentityCheck, RightsRequest
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.queries import read_ledger
from tests.clockwork import stopped_clock
from tests.house import ANSWERS, House
from tests.journeys import mine
from tests.journeys.visitor import Screen, Visitor
from tests.promises.test_gate import announcement
from tests.rooms.inventory.erasing import erase_all

ADDRESS = "hanako@example.jp"
SHARED = "info@aoba.example.jp"
SECRETS = (
    "給与の相談です",
    "佐藤 次郎",
    "株式会社ひみつ",
    "https://himitsu.example.jp",
    "備考のひみつ",
    "090-1111-2222",
)
OWN = ("納品日を早められますか", "山田 花子", "有限会社青葉食堂", "https://aoba.example.jp", "03-0000-0000")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def another() -> Visitor:
    return Visitor(Client(headers={"sec-fetch-site": "same-origin"}))


def received(house: House, **answers: str) -> Inquiry:
    inquiry = Inquiry.objects.get(id=house.submit(**({"email": ADDRESS} | answers)).id)
    house.work()
    return inquiry


def of_colleague(house: House) -> Inquiry:
    """Sent from the same mailbox by somebody else, with words that must not show."""
    body, name, company, website, remarks, phone = SECRETS
    return received(
        house, email=SHARED, body=body, name=name, company=company, website=website, remarks=remarks, phone=phone
    )  # fmt: skip


def own_one(house: House) -> Inquiry:
    return received(house, email=SHARED, body="納品日を早められますか")


def answer(house: House, inquiry: Inquiry, text: str) -> None:
    DeskRules.objects.update_or_create(entity_id=house.entity_id, defaults={"take_back_seconds": 0})
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text=text, seen_until=None)
    house.work()


def shown_in(screen: Screen, words: tuple[str, ...]) -> list[str]:
    """Those that stand anywhere in the bytes, spaced or not."""
    plain = screen.html.replace(" ", "")
    return [word for word in words if word in screen.html or word.replace(" ", "") in plain]


def everywhere(visitor: Visitor, *inquiries: Inquiry) -> list[Screen]:
    """Every page that is here for whoever is signed in."""
    paths = [
        "/my/",
        "/my/looks/",
        "/my/passkeys/",
        "/my/requests/new/disclosure/",
        "/my/requests/new/erasure/",
    ]
    return [visitor.open(path) for path in [*paths, *(path_of(each) for each in inquiries)]]


def path_of(inquiry: Inquiry) -> str:
    return f"/my/matters/{inquiry.receipt_number}/"


def roles(screen: Screen, how: str) -> list[str]:
    """Who looked in this way, as the page tells it."""
    return [screen.texts[number - 1] for number, text in enumerate(screen.texts) if text == how]


def bare(screen: Screen, typed: str) -> str:
    """Without what the person typed, and without the question to a device, which is new each time."""
    return re.sub(r'(data-options|name="asked" value)="[^"]*"', "", screen.html.replace(typed, "…"))


# -- in ---------------------------------------------------------------------------------------------


def test_by_the_digits_to_the_page(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    door = visitor.open("/my/")
    asked = visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    entered = visitor.post("/my/code/", {"to": ADDRESS, "code": mine.code_in(mail)})
    page = visitor.open("/my/")

    assert (door.status, asked.status, entered.status, page.status) == (200, 200, 303, 200)
    assert (door.response.cookies, asked.response.cookies) == ({}, {})
    assert entered.response["Location"] == "/my/"
    assert page.says(inquiry.receipt_number)
    assert (page.response["Cache-Control"], page.response["X-Robots-Tag"]) == ("no-store", "noindex")


def test_by_the_link_which_a_get_does_not_use_up(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    link = mine.link_in(mail)
    looks = [visitor.open(link) for _ in range(3)]
    wrong = visitor.open("/my/enter/x/")
    entered = visitor.post(link, {})

    assert [look.status for look in looks] == [200, 200, 200]
    assert wrong.html == looks[0].html  # opening tells nothing of whether it is good
    assert [look.response.cookies for look in looks] == [{}, {}, {}]
    assert entered.status == 303
    assert visitor.open("/my/").says(inquiry.receipt_number)
    again = another().post(link, {})
    assert (again.status, again.response.cookies) == (422, {})
    assert VisitorSession.objects.count() == 1


@pytest.mark.parametrize("first", ["link", "digits"])
def test_the_link_and_the_digits_are_spent_together(house: House, visitor: Visitor, first: str) -> None:
    received(house)
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    ways = {
        "link": lambda: another().post(mine.link_in(mail), {}).status,
        "digits": lambda: another().post("/my/code/", {"to": ADDRESS, "code": mine.code_in(mail)}).status,
    }
    second = {"link": "digits", "digits": "link"}[first]

    assert (ways[first](), ways[second]()) == (303, 422)


def test_a_new_mail_spends_the_one_before(house: House, visitor: Visitor) -> None:
    received(house)
    visitor.post("/my/", {"to": ADDRESS})
    visitor.post("/my/", {"to": ADDRESS})
    old, new = mine.code_mails(house, ADDRESS)

    assert visitor.post(mine.link_in(old), {}).status == 422
    assert visitor.post(mine.link_in(new), {}).status == 303


def test_nothing_that_opens_lies_here_in_plain(house: House, visitor: Visitor) -> None:
    received(house)
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    code, token = mine.code_in(mail), mine.link_in(mail).strip("/").rpartition("/")[2]
    visitor.post("/my/code/", {"to": ADDRESS, "code": code})
    cookie = visitor.client.cookies["visitor"].value
    stored = MailedCode.objects.get()
    session = VisitorSession.objects.get()

    kept = bytes(stored.digest) + bytes(stored.link or b"") + bytes(session.digest)
    for secret in (code, token, cookie):
        assert secret.encode() not in kept
    assert (len(bytes(stored.digest)), len(bytes(stored.link or b"")), len(bytes(session.digest))) == (
        32,
        32,
        32,
    )


def test_the_mail_says_nothing_of_anything(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    visitor.post("/my/", {"to": ADDRESS})
    visitor.post("/my/", {"to": "nobody@example.jp"})
    (known,), (unknown,) = (mine.code_mails(house, to) for to in (ADDRESS, "nobody@example.jp"))
    texts = [
        mine.text_of(mail).replace(mine.code_in(mail), "").replace(mine.link_in(mail), "")
        for mail in (known, unknown)
    ]

    assert texts[0] == texts[1]
    assert known["Subject"] == unknown["Subject"]
    assert inquiry.receipt_number not in texts[0]
    assert not any(word in texts[0] for word in ("山田", "青葉", "見積"))


def test_the_cookie_is_of_this_host_and_comes_with_the_sign_in_only(house: House, visitor: Visitor) -> None:
    received(house)
    with override_settings(HTTPS=True):
        visitor.post("/my/", {"to": ADDRESS})
        (mail,) = mine.code_mails(house, ADDRESS)
        entered = visitor.post("/my/code/", {"to": ADDRESS, "code": mine.code_in(mail)})

    (cookie,) = entered.response.cookies.values()
    assert cookie.key == "__Host-visitor"
    assert (cookie["path"], cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == (
        "/", True, True, "Lax", "",
    )  # fmt: skip


def test_out_again(house: House, visitor: Visitor) -> None:
    received(house)
    mine.sign_in(house, visitor, ADDRESS)
    cookie = visitor.client.cookies["visitor"].value
    left = visitor.post("/my/leave/", {})
    with_the_old_one = another()
    with_the_old_one.client.cookies["visitor"] = cookie

    assert left.status == 200
    assert VisitorSession.objects.count() == 0
    assert with_the_old_one.open("/my/").fields.keys() >= {"to"}  # the door


def test_a_session_ends_by_itself(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, inquiry = stopped_clock(tmp_path, monkeypatch), received(house)
    mine.sign_in(house, visitor, ADDRESS)
    mine.name(visitor, "山田 花子")
    time.forward(timedelta(minutes=31))
    words = "書きかけの続きです。"
    posted = visitor.post(path_of(inquiry), {"text": words, "draft": "x"})

    assert visitor.client.get("/my/looks/").status_code == 303
    assert posted.status == 403
    assert posted.says(words) or words in posted.html
    assert Entry.objects.filter(kind="message").count() == 0


def test_a_session_of_one_conversation_is_none_of_this_page(house: House, visitor: Visitor) -> None:
    from tests.journeys.test_conversation import sign_in

    inquiry = received(house)
    assert sign_in(house, visitor, inquiry).status == 303

    assert visitor.open("/my/").fields.keys() >= {"to"}
    assert visitor.client.get(path_of(inquiry)).status_code == 303


@pytest.mark.parametrize(
    "path", ["/my/", "/my/code/", "/my/confirm/", "/my/stops/", "/my/leave/", "/my/passkeys/"]
)
def test_a_post_from_another_site_does_nothing(house: House, visitor: Visitor, path: str) -> None:
    received(house)
    mine.sign_in(house, visitor, ADDRESS)
    before = (MailedCode.objects.count(), StopRow.objects.count(), VisitorSession.objects.count())
    content = {"to": ADDRESS, "name": "山田 花子", "scope": "mailings", "go": "stop"}
    posted = visitor.client.post(path, content, headers={"sec-fetch-site": "cross-site"})

    assert posted.status_code == 403
    assert (MailedCode.objects.count(), StopRow.objects.count(), VisitorSession.objects.count()) == before
    assert VisitorSession.objects.get().confirmed == []


# -- one path for everyone (T-C8-2) -----------------------------------------------------------------


@pytest.mark.law("T-C8-2")
def test_T_C8_2_known_and_unknown_addresses_get_the_same_bytes(house: House) -> None:
    received(house)
    known, unknown = ADDRESS, "nobody@example.jp"

    for content in ({}, {"code": "000000"}, {"code": ""}, {"code": "９９９９９９"}):
        path = "/my/code/" if "code" in content else "/my/"
        pages = {
            to: another().post(path, {"to": to, **content}) for to in (known, unknown, "third@example.jp")
        }
        (status,) = {page.status for page in pages.values()}
        (html,) = {bare(page, to) for to, page in pages.items()}
        (headers,) = {
            tuple(sorted((name, value) for name, value in page.response.items() if name != "Content-Length"))
            for page in pages.values()
        }
        assert status == (422 if "code" in content else 200)
        assert html
        assert headers
    assert [len(mine.code_mails(house, to)) for to in (known, unknown)] == [1, 1]


@pytest.mark.law("T-C8-2")
def test_T_C8_2_the_same_things_are_written_down_for_both(house: House) -> None:
    """One row of each kind, whoever asks."""
    received(house)
    tables = (MailedCode, Mail, Event)

    def written(to: str) -> list[int]:
        before = [table._default_manager.count() for table in tables]
        another().post("/my/", {"to": to})
        another().post("/my/code/", {"to": to, "code": "000000"})
        return [table._default_manager.count() - count for table, count in zip(tables, before, strict=True)]

    assert written(ADDRESS) == written("nobody@example.jp")


def test_of_an_unknown_address_the_page_says_that_nothing_is_held(house: House, visitor: Visitor) -> None:
    received(house)
    page = mine.sign_in(house, visitor, "nobody@example.jp")

    assert page.says("お預かりしているお問い合わせもご請求もありません")
    assert "M-2" not in page.html
    assert all(screen.status == 200 for screen in everywhere(visitor))


@pytest.mark.parametrize("to", [ADDRESS, "nobody@example.jp"])
def test_mails_to_one_address_are_counted_by_the_hour(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    received(house)
    pages = [visitor.post("/my/", {"to": each}) for each in [to, to.upper()] * 4]

    assert [page.status for page in pages] == [200] * CODES_AN_HOUR + [429] * (8 - CODES_AN_HOUR)
    assert len(mine.code_mails(house, to)) == CODES_AN_HOUR
    time.forward(timedelta(hours=1, seconds=1))
    assert visitor.post("/my/", {"to": to}).status == 200


@pytest.mark.parametrize("to", [ADDRESS, "nobody@example.jp"])
def test_five_wrong_tries_spend_the_code_and_the_link(house: House, visitor: Visitor, to: str) -> None:
    received(house)
    visitor.post("/my/", {"to": to})
    (mail,) = mine.code_mails(house, to)
    wrong = f"{(int(mine.code_in(mail)) + 1) % 1_000_000:06d}"
    tries = [visitor.post("/my/code/", {"to": to, "code": wrong}).status for _ in range(TRIES)]

    assert tries == [422] * TRIES
    assert visitor.post("/my/code/", {"to": to, "code": mine.code_in(mail)}).status == 422
    assert visitor.post(mine.link_in(mail), {}).status == 422
    assert VisitorSession.objects.count() == 0


def test_an_old_code_and_an_old_link_open_nothing(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    time.forward(timedelta(minutes=10, seconds=1))

    assert visitor.post("/my/code/", {"to": ADDRESS, "code": mine.code_in(mail)}).status == 422
    assert visitor.post(mine.link_in(mail), {}).status == 422


def test_a_code_of_one_opens_nobody_else(house: House, visitor: Visitor) -> None:
    received(house)
    visitor.post("/my/", {"to": "taro@example.jp"})
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, "taro@example.jp")

    assert visitor.post("/my/code/", {"to": ADDRESS, "code": mine.code_in(mail)}).status == 422


@pytest.mark.parametrize(
    "to", ["", "x", "a@b", "a@b@c.jp", "hanako\x00@example.jp", "あ@example", "x" * 5000 + "@example.jp", "a\r\nBcc: b@c.jp"]
)  # fmt: skip
def test_what_is_no_address_is_said_so_and_kept(house: House, visitor: Visitor, to: str) -> None:
    page = visitor.post("/my/", {"to": to})

    if to.replace("\x00", "") == ADDRESS:  # what nobody can see is taken out
        assert page.status == 200
        return
    assert page.status == 422
    assert page.invalid == {"to"}
    assert Person.objects.count() == 0


def test_a_code_in_any_width_and_an_unstorable_one(house: House, visitor: Visitor) -> None:
    visitor.post("/my/", {"to": ADDRESS})
    (mail,) = mine.code_mails(house, ADDRESS)
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in mine.code_in(mail))

    assert visitor.post("/my/code/", b"to=hanako%40example.jp&code=%ff%00" + b"9" * 5000).status == 422
    assert visitor.post("/my/code/", {"to": ADDRESS, "code": wide}).status == 303


# -- a mailbox may be shared ------------------------------------------------------------------------


def test_before_a_name_only_number_day_and_status_show(house: House, visitor: Visitor) -> None:
    inquiry = own_one(house)
    answer(house, inquiry, "一日早められます。")
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="値引きの余地あり")
    house.sign_in("clerk").get(f"/desk/inquiries/{inquiry.receipt_number}/")
    page = mine.sign_in(house, visitor, SHARED)

    assert page.says(inquiry.receipt_number)
    assert page.says("お返事をお送りしました")
    for screen in everywhere(visitor, inquiry):
        assert shown_in(screen, (*OWN, SHARED, "一日早められます", "値引き", "窓口担当者が")) == [], (
            screen.path
        )
        assert "/receipts/" not in screen.html


def test_the_name_opens_it(house: House, visitor: Visitor) -> None:
    inquiry = own_one(house)
    answer(house, inquiry, "一日早められます。")
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="値引きの余地あり")
    house.sign_in("clerk").get(f"/desk/inquiries/{inquiry.receipt_number}/")
    mine.sign_in(house, visitor, SHARED)
    named = mine.name(visitor, "山田花子　様", inquiry.receipt_number)
    content = visitor.open(path_of(inquiry))
    page, looks = visitor.open("/my/"), visitor.open("/my/looks/")

    assert (named.status, named.response["Location"]) == (303, path_of(inquiry))
    for said in ("納品日を早められますか", "一日早められます。", inquiry.receipt_number):
        assert content.says(said), said
    assert page.says("納品日を早められますか")
    assert looks.says("窓口担当者")
    for screen in everywhere(visitor, inquiry):
        assert "値引き" not in screen.html
        assert house.staff["clerk"].name not in screen.html


def test_a_colleagues_inquiry_stays_closed(house: House, visitor: Visitor) -> None:
    """The whole page, every address of theirs, and every verb, after one's own name was named."""
    own, theirs = own_one(house), of_colleague(house)
    answer(house, theirs, "給与の件、承りました。")
    house.sign_in("officer").get(f"/desk/inquiries/{theirs.receipt_number}/")
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子", own.receipt_number)
    hidden = (*SECRETS, "給与の件、承りました")

    for screen in everywhere(visitor, own, theirs):
        assert screen.status == 200
        assert shown_in(screen, hidden) == [], screen.path
    assert visitor.open(path_of(theirs)).fields.keys() >= {"name", "number"}  # asks for its name
    assert visitor.post(path_of(theirs), {"text": "割り込み", "draft": "x"}).status == 404
    assert Entry.objects.filter(inquiry_id=theirs.id, kind="message").count() == 0
    assert (
        roles(visitor.open("/my/looks/"), "開いて見ました") == []
    )  # the officer opened theirs, and saw mine in a list
    assert roles(visitor.open("/my/looks/"), "一覧で見ました") == ["個人情報管理者"]
    assert VisitorSession.objects.get().confirmed == [str(own.id)]


def test_a_file_of_a_colleagues_inquiry_is_not_given(house: House, visitor: Visitor) -> None:
    own, theirs = own_one(house), of_colleague(house)
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "佐藤 次郎")
    pdf = SimpleUploadedFile("himitsu.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    sent = visitor.client.post(path_of(theirs), {"text": "添付します", "draft": "d", "files": [pdf]})
    file = Enclosure.objects.get()
    given: Any = visitor.client.get(f"{path_of(theirs)}files/{file.id}/")
    other = another()
    mine.sign_in(house, other, SHARED)
    mine.name(other, "山田 花子")

    assert (sent.status_code, given.status_code) == (303, 200)
    assert b"".join(given.streaming_content) == b"%PDF-1.7 x"
    assert "sandbox" in given["Content-Security-Policy"]
    assert [other.client.get(f"{path_of(each)}files/{file.id}/").status_code for each in (theirs, own)] == [
        404,
        404,
    ]


@pytest.mark.parametrize("into", ["own", "theirs"])
def test_one_thread_of_two_people_is_told_to_each_in_part(house: House, visitor: Visitor, into: str) -> None:
    """Staff merged two inquiries of one mailbox: what the other wrote is not shown with mine."""
    both = {"own": own_one(house), "theirs": of_colleague(house)}
    source = both["theirs" if into == "own" else "own"]
    key = open_file(kind="message", holder=both["theirs"].person_id)
    hear(
        inquiry_id=both["theirs"].id,
        heard=Heard("給与明細のひみつ", key, clock.now(), details={"channel": "web"}),
    )
    merge(viewer=house.viewer, source_id=source.id, target_id=both[into].id, confirmed=True)
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子")

    for screen in everywhere(visitor, *both.values()):
        assert shown_in(screen, (*SECRETS, "給与明細のひみつ")) == [], screen.path
    content = visitor.open(path_of(both["own"]))
    assert content.says("納品日を早められますか")
    assert (both["theirs"].receipt_number in content.html) is (into == "theirs")


def test_another_persons_matter_does_not_exist(house: House, visitor: Visitor) -> None:
    own_one(house)
    strangers = received(house, email="stranger@example.jp")
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子")  # the same name, another mailbox

    assert visitor.open(path_of(strangers)).status == 404
    assert visitor.open("/my/matters/M-20260101-ZZZZ/").status == 404
    assert visitor.open("/my/matters/" + "x" * 500 + "/").status == 404
    assert strangers.receipt_number not in visitor.open("/my/").html
    assert str(strangers.id) not in VisitorSession.objects.get().confirmed


def test_five_wrong_names_end_the_session(house: House, visitor: Visitor) -> None:
    own, theirs = own_one(house), of_colleague(house)
    mine.sign_in(house, visitor, SHARED)
    missed = [mine.name(visitor, f"鈴木 {number}郎", theirs.receipt_number) for number in range(MISSES)]

    assert [page.status for page in missed] == [422] * (MISSES - 1) + [403]
    assert missed[0].fields["name"] == "鈴木 0郎"  # kept
    assert VisitorSession.objects.count() == 0
    assert mine.name(visitor, "佐藤 次郎").status == 403
    assert visitor.open("/my/").fields.keys() >= {"to"}
    assert own.receipt_number not in visitor.open("/my/").html
    assert Event.objects.filter(kind="person.misnamed").count() == MISSES


def test_wrong_names_look_alike_whether_or_not_a_name_is_held(house: House, visitor: Visitor) -> None:
    own, theirs = own_one(house), of_colleague(house)
    mine.sign_in(house, visitor, SHARED)
    pages = [mine.name(visitor, "鈴木", each.receipt_number) for each in (own, theirs)]
    numbers = [each.receipt_number for each in (own, theirs)]
    texts = [
        [text for text in page.texts if number not in text and "受付" not in text and "日(" not in text]
        for page, number in zip(pages, numbers, strict=True)
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "given", ["", "　", "様", "\u200b", "山田", "花子", "山田 花子 花子", "x" * 5000, "%", "山田_花子"]
)
def test_what_is_not_the_name_opens_nothing(house: House, visitor: Visitor, given: str) -> None:
    inquiry = own_one(house)
    mine.sign_in(house, visitor, SHARED)

    assert mine.name(visitor, given).status == 422
    assert VisitorSession.objects.get().confirmed == []
    assert shown_in(visitor.open(path_of(inquiry)), OWN) == []


@pytest.mark.parametrize(
    "given", ["山田花子", "山田　花子", "山田 花子様", "ヤマダ ハナコ", "やまだ はなこ", "ﾔﾏﾀﾞﾊﾅｺ"]
)
def test_the_name_is_read_as_people_type_it(house: House, visitor: Visitor, given: str) -> None:
    kana = not given.startswith("山")
    received(house, email=SHARED, name="ヤマダ ハナコ" if kana else "山田 花子")
    mine.sign_in(house, visitor, SHARED)

    assert mine.name(visitor, given).status == 303


def test_a_letter_without_a_name_cannot_be_opened_by_naming(house: House, visitor: Visitor) -> None:
    inquiry = own_one(house)
    from madoguchi.rooms.inquiries.queries import mine as query

    assert query.carrying(house.entity_id, inquiry.person_id, "") == set()
    assert query.carrying(house.entity_id, inquiry.person_id, "様") == set()


def test_what_was_named_holds_for_one_visit_only(house: House, visitor: Visitor) -> None:
    inquiry = own_one(house)
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子")
    other = another()
    mine.sign_in(house, other, SHARED)

    assert shown_in(other.open(path_of(inquiry)), OWN) == []
    mine.sign_in(house, visitor, SHARED)
    assert shown_in(visitor.open(path_of(inquiry)), OWN) == []


def test_after_an_erasure_nothing_is_left_to_open(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    mine.sign_in(house, visitor, ADDRESS)
    mine.name(visitor, "山田 花子")
    erase_all(house, inquiry)
    house.work()

    assert visitor.client.get(path_of(inquiry)).status_code in (303, 404)
    page = mine.sign_in(house, visitor, ADDRESS)
    assert inquiry.receipt_number not in page.html
    assert page.says("お預かりしているお問い合わせもご請求もありません")


def test_writing_again_from_the_page(house: House, visitor: Visitor) -> None:
    inquiry = own_one(house)
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子")
    page = visitor.open(path_of(inquiry))
    empty = visitor.client.post(path_of(inquiry), {"text": "", "draft": page.fields["draft"]})
    twice = [
        visitor.client.post(path_of(inquiry), {"text": "続きです", "draft": page.fields["draft"]})
        for _ in range(2)
    ]

    assert (empty.status_code, [each.status_code for each in twice]) == (422, [303, 303])
    assert Entry.objects.filter(inquiry_id=inquiry.id, kind="message").count() == 1
    assert visitor.open(path_of(inquiry)).says("続きです")


# -- stops ------------------------------------------------------------------------------------------


def stop(visitor: Visitor, scope: str, go: str = "stop") -> Screen:
    return visitor.post("/my/stops/", {"scope": scope, "go": go})


def ledger(kind: str, inquiry: Inquiry) -> list[dict[str, Any]]:
    """Its lines about this person; it is not put back between tests."""
    lines = [dict(line.facts) for line in read_ledger(folder_of(settings.KEY_DIR)) if line.kind == kind]
    return [line for line in lines if line.get("person") == str(inquiry.person_id)]


@pytest.mark.law("T-C4-2")
def test_T_C4_2_stopping_mailings_drops_what_is_queued(house: House, visitor: Visitor) -> None:
    inquiry = announcement(house)  # an announcement waits in the outbox
    visitor.post("/my/", {"to": ADDRESS})
    Mail.objects.filter(kind="sign-in").update(queued_at=clock.now() - timedelta(minutes=1))
    token = _session(inquiry)
    visitor.client.cookies["visitor"] = token
    waiting = Mail.objects.get(kind="event-mail")
    before = waiting.state
    stopped = stop(visitor, "mailings")
    house.work()
    waiting.refresh_from_db()

    assert (before, stopped.status, waiting.state) == (State.QUEUED, 303, State.STOPPED)
    assert ledger("stop", inquiry) == [{"person": str(inquiry.person_id), "scope": "mailings"}]
    assert visitor.open("/my/").says("止めています")
    assert not [mail for mail in house.mails(to=ADDRESS) if "event" in str(mail["Subject"])]


def _session(inquiry: Inquiry) -> str:
    """Signed in without letting the worker take anything from the outbox."""
    from django.db import transaction

    from madoguchi.rooms.people.actions.redeem_code import let_in

    with transaction.atomic():
        return let_in(about=Ref("person", inquiry.person_id), person=inquiry.person_id)


def test_a_stop_is_lifted_where_it_was_made(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    mine.sign_in(house, visitor, ADDRESS)
    for scope in ("mailings", "joint-use", "provision", "item:company"):
        assert (stop(visitor, scope).status, stop(visitor, scope).status) == (303, 303)  # twice is once
        standing = StopRow.objects.filter(person=inquiry.person_id, scope=scope, lifted_at=None)
        assert (standing.count(), standing.get().about) == (1, None)
        assert stop(visitor, scope, "resume").status == 303
        assert standing.count() == 0
    assert [line["scope"] for line in ledger("stop-lifted", inquiry)] == [
        "mailings",
        "joint-use",
        "provision",
        "item:company",
    ]


def test_a_stopped_item_is_not_stored_any_more(house: House, visitor: Visitor) -> None:
    received(house)
    mine.sign_in(house, visitor, ADDRESS)
    stop(visitor, "item:company")
    later = received(house, body="その後のお問い合わせ")

    assert "company" not in {key for key, value in answers_of(later).values.items() if value}
    assert answers_of(later).values["name"] == ANSWERS["name"]


@pytest.mark.law("T-C4-3")
@pytest.mark.parametrize("key", ["name", "email", "phone", "body"])
def test_T_C4_3_an_essential_item_explains_and_offers_to_erase_everything(
    house: House, visitor: Visitor, key: str
) -> None:
    inquiry = received(house)
    mine.sign_in(house, visitor, ADDRESS)
    page = stop(visitor, f"item:{key}")

    assert page.status == 409
    assert page.says("欠かせません") or page.says("お答えできません")
    assert "/my/requests/new/erasure/" in page.links
    assert visitor.open("/my/requests/new/erasure/").status == 200
    assert StopRow.objects.filter(person=inquiry.person_id).count() == 0


@pytest.mark.parametrize("scope", ["", "all", "x", "item:", "item:nothing", "item:\x00", "mailings" * 20])
def test_only_what_is_offered_can_be_stopped(house: House, visitor: Visitor, scope: str) -> None:
    received(house)
    mine.sign_in(house, visitor, ADDRESS)

    assert stop(visitor, scope).status == 404
    assert StopRow.objects.count() == 0


def test_nothing_of_a_single_matter_is_stopped_by_the_mailbox_alone(house: House, visitor: Visitor) -> None:
    own_one(house)
    of_colleague(house)
    page = mine.sign_in(house, visitor, SHARED)
    for scope in re.findall(r'name="scope" value="([^"]+)"', page.html):
        stop(visitor, scope)

    assert StopRow.objects.count() > 0
    assert StopRow.objects.exclude(about=None).count() == 0
    assert StopRow.objects.filter(scope="all").count() == 0


# -- requests ---------------------------------------------------------------------------------------


def ask(visitor: Visitor, kind: str, **answers: str) -> Screen:
    path = f"/my/requests/new/{kind}/"
    form = visitor.open(path)
    confirm = visitor.press(form, "confirm", **answers)
    assert confirm.status == 200, confirm.texts
    return visitor.press(replace(confirm, path=path), "send", fee="yes")


def test_a_request_is_filled_in_with_what_was_shown_to_be_theirs(house: House, visitor: Visitor) -> None:
    own, theirs = own_one(house), of_colleague(house)
    mine.sign_in(house, visitor, SHARED)
    before = visitor.open("/my/requests/new/erasure/")
    mine.name(visitor, "山田 花子")
    form = visitor.open("/my/requests/new/erasure/")
    sent = ask(visitor, "erasure")

    assert "山田" not in before.html
    assert form.says("山田 花子")
    assert not form.says("佐藤")
    assert sent.status == 303
    request = RightsRequest.objects.get()
    assert (request.person_id, request.channel, request.kind) == (own.person_id, "my", "erasure")
    ways = (
        IdentityCheck.objects.filter(request=request, passed=True)
        .order_by("way")
        .values_list("way", flat=True)
    )
    assert list(ways) == ["mailbox", "named"]
    assert (
        Inquiry.objects.filter(id__in=[own.id, theirs.id], file__ending=None).count() == 2
    )  # nothing went by itself
    page = visitor.open("/my/")
    assert page.says(request.number)


def test_without_a_name_a_request_shows_the_mailbox_only_if_it_is_the_same(
    house: House, visitor: Visitor
) -> None:
    own_one(house)
    mine.sign_in(house, visitor, SHARED)
    answers = {"name": "山田 花子"}
    same = ask(visitor, "erasure", email=SHARED, **answers)
    other = ask(visitor, "erasure", email="elsewhere@example.jp", **answers)

    assert (same.status, other.status) == (303, 303)
    shown = {
        each.person_id == person_by_address(SHARED): sorted(each.checks.values_list("way", flat=True))
        for each in RightsRequest.objects.all()
    }
    assert shown == {True: ["mailbox"], False: []}


def test_a_colleagues_request_is_seen_and_not_opened(house: House, visitor: Visitor) -> None:
    from madoguchi.foundation.lib import links
    from madoguchi.rooms.rights.actions.open_request import open_request
    from madoguchi.rooms.rights.rules.asking import Asking

    own_one(house)
    asking = Asking("disclosure", {"name": "佐藤 次郎", "email": SHARED}, "electronic")
    opened = open_request(entity_id=house.entity_id, asking=asking, channel="web", by=VISITOR)
    token = links.mint("request", opened.id, opened.link_issue)
    mine.sign_in(house, visitor, SHARED)
    mine.name(visitor, "山田 花子")
    closed = visitor.open("/my/")
    mine.name(visitor, "佐藤 次郎")
    shown = visitor.open("/my/")

    assert closed.says(opened.number)
    assert (f"/requests/{token}/" in closed.links, f"/requests/{token}/" in shown.links) == (False, True)
    assert "佐藤" not in closed.html


def test_an_unknown_kind_and_a_stranger_at_the_form(house: House, visitor: Visitor) -> None:
    assert visitor.client.get("/my/requests/new/erasure/").status_code == 303
    received(house)
    mine.sign_in(house, visitor, ADDRESS)

    assert visitor.open("/my/requests/new/nothing/").status == 404


# -- what is held, who looked -----------------------------------------------------------------------


def test_what_is_held_is_told_by_kind_and_count(house: House, visitor: Visitor) -> None:
    for _ in range(3):
        received(house)
    page = mine.sign_in(house, visitor, ADDRESS)

    assert page.says("お預かりしている情報")
    row = page.texts.index("お問い合わせ", page.texts.index("いつまで"))
    assert page.texts[row + 1] == "3件"
    assert page.says("お見せした文面の記録")
    assert page.says("第1版")


def test_one_and_three_matters_cost_the_same_questions(
    house: House, visitor: Visitor, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    seen = []
    for more in (1, 2):
        for _ in range(more):
            received(house)
        mine.sign_in(house, visitor, ADDRESS)
        mine.name(visitor, "山田 花子")
        visitor.open("/my/")
        with count_queries() as asked:
            visitor.open("/my/")
        seen.append(len(asked))

    assert seen[0] == seen[1]


def test_the_page_says_so_when_the_database_is_away(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("madoguchi.faces.public_site.my.sign_in.ask_to_sign_in", away)
    page = visitor.post("/my/", {"to": ADDRESS})

    assert (page.status, page.response["Retry-After"]) == (503, "30")
    assert ADDRESS not in page.html


def test_looks_of_lists_are_told_too(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    house.sign_in("clerk").get("/desk/inbox/", follow=True)
    mine.sign_in(house, visitor, ADDRESS)
    before = visitor.open("/my/looks/")
    mine.name(visitor, "山田 花子", inquiry.receipt_number)
    after = visitor.open("/my/looks/")

    assert before.says("一覧で見ました") is False
    assert after.says("一覧で見ました")
    assert after.says("窓口担当者")


def test_the_way_there_stands_in_the_head_of_every_page(house: House, visitor: Visitor) -> None:
    for path in ("/", "/policy/", "/my/", "/requests/"):
        assert "/my/" in visitor.open(path).links, path
