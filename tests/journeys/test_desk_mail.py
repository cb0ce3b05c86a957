"""要確認 and メールの受信 at the desk: what found no place is placed by a person; mailboxes are set up and watched."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import ArrivedMail, Mailbox
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.threading import token_of
from tests.house import House
from tests.mailing import arrive, raw_mail

STRANGER = "佐藤 <sato@other.example>"


def _thread(house: House) -> Inquiry:
    receipt = house.submit(email="hanako@example.jp")
    house.work()
    return Inquiry.objects.get(id=receipt.id)


def _aside(house: House, inquiry: Inquiry, text: str = "代わりに書いています。") -> ArrivedMail:
    token = f"<x.{token_of(inquiry)}@eclore.example>"
    kept = arrive(house, raw_mail(text, sender=STRANGER, subject="見積りの件", In_Reply_To=token))
    house.work()
    return ArrivedMail.objects.get(id=kept.id)


def test_what_found_no_place_is_listed_with_its_reason(house: House, desk: Client) -> None:
    mail = _aside(house, _thread(house))
    page = desk.get("/desk/mail/").content.decode()

    for said in (
        "見積りの件",
        "佐藤 &lt;sato@other.example&gt;",
        "差出人が異なります",
        f"/desk/mail/{mail.id}/",
    ):
        assert said in page
    assert "要確認のメール" in desk.get("/desk/inbox/inbox/").content.decode()
    assert "要確認のメールが 1 通あります" in desk.get("/desk/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_questions_a_row(
    house: House,
    desk: Client,
    rows: int,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    inquiry = _thread(house)
    for n in range(rows):
        _aside(house, inquiry, f"{n}")
    desk.get("/desk/mail/")
    with count_queries() as seen:
        desk.get("/desk/mail/")

    assert len(seen) == 10


def test_it_is_taken_in_as_a_new_inquiry(house: House, desk: Client) -> None:
    mail = _aside(house, _thread(house))
    answer = desk.post(f"/desk/mail/{mail.id}/take-in/")
    house.work()

    taken = Inquiry.objects.get(channel="mail")
    assert answer["Location"].startswith(f"/desk/inquiries/{taken.receipt_number}/")
    assert answers_of(taken).values["email"] == "sato@other.example"
    page = desk.get(answer["Location"]).content.decode()
    assert "メールで" in page
    assert desk.post(f"/desk/mail/{mail.id}/take-in/").status_code == 409


def test_it_is_added_to_the_inquiry_that_it_points_to(house: House, desk: Client) -> None:
    inquiry = _thread(house)
    mail = _aside(house, inquiry)
    assert f'value="{inquiry.receipt_number}"' in desk.get(f"/desk/mail/{mail.id}/").content.decode()
    wrong = desk.post(f"/desk/mail/{mail.id}/add/", {"number": "M-20200101-2222"})
    assert (wrong.status_code, "見つかりませんでした" in wrong.content.decode()) == (422, True)
    desk.post(f"/desk/mail/{mail.id}/add/", {"number": inquiry.receipt_number})

    entry = Entry.objects.get(kind="message")
    assert (entry.inquiry_id, entry.details["other_sender"]) == (inquiry.id, True)
    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    for said in (
        "別の差出人",
        "佐藤 &lt;sato@other.example&gt;",
        "代わりに書いています。",
        "引用を含む全文を見る",
    ):
        assert said in page


def test_one_left_alone_is_put_away_and_can_be_found(house: House, desk: Client) -> None:
    mail = _aside(house, _thread(house))
    desk.post(f"/desk/mail/{mail.id}/leave/")

    assert "見積りの件" not in desk.get("/desk/mail/").content.decode()
    assert "見積りの件" in desk.get("/desk/mail/?of=settled").content.decode()


def test_another_character_set_reads_it_anew(house: House, desk: Client) -> None:
    raw = raw_mail("x", sender="", subject="x").replace(b"charset=utf-8", b"charset=iso-8859-1")
    raw = raw.replace(b"\r\nx\r\n", "\r\nお見積りをお願いします。\r\n".encode("euc-jp"))
    mail = arrive(house, raw)
    house.work()
    desk.post(f"/desk/mail/{mail.id}/charset/", {"charset": "euc-jp"})

    assert "お見積りをお願いします。" in desk.get(f"/desk/mail/{mail.id}/").content.decode()
    assert desk.post(f"/desk/mail/{mail.id}/charset/", {"charset": "x"}).status_code == 422


def test_the_mail_itself_can_be_saved_and_that_is_recorded(house: House, desk: Client) -> None:
    mail = _aside(house, _thread(house))
    answer = desk.get(f"/desk/mail/{mail.id}/mail.eml")

    assert answer.content.startswith(b"From: ")
    assert answer["Content-Disposition"].endswith('.eml"')
    assert Event.objects.filter(kind="delivery.mail-taken-out", about_id=mail.id).count() == 1
    desk.get(f"/desk/mail/{mail.id}/")
    assert Event.objects.filter(kind="delivery.mail-read", about_id=mail.id).count() == 1


def test_special_care_covers_the_mail_as_well(house: House, desk: Client) -> None:
    inquiry = _thread(house)
    token = f"<x.{token_of(inquiry)}@eclore.example>"
    kept = arrive(house, raw_mail("持病のことで。", In_Reply_To=token))
    house.work()
    desk.post(f"/desk/inquiries/{inquiry.receipt_number}/special-care/")

    assert desk.get(f"/desk/mail/{kept.id}/").status_code == 403
    assert desk.get(f"/desk/mail/{kept.id}/mail.eml").status_code == 403


def _typed(**more: str) -> dict[str, str]:
    return {
        "name": "窓口", "address": "desk@eclore.example", "way": "imap", "host": "127.0.0.1", "port": "1",
        "security": "imap", "user": "desk", "password": "very-secret", "folder": "INBOX", "plus": "yes", "go": "save",
    } | more  # fmt: skip


def test_an_administrator_sets_up_a_mailbox_and_its_password_is_never_shown(house: House) -> None:
    admin = house.sign_in("admin")
    assert admin.post("/desk/mailboxes/new/", _typed()).status_code == 302

    box = Mailbox.objects.get()
    assert (box.address, box.plus, b"very-secret" in bytes(box.password)) == (
        "desk@eclore.example",
        True,
        False,
    )
    pages = [admin.get("/desk/mailboxes/"), admin.get(f"/desk/mailboxes/{box.id}/")]
    assert not any("very-secret" in page.content.decode() for page in pages)
    sealed = bytes(box.password)
    admin.post(f"/desk/mailboxes/{box.id}/", _typed(password="", name="お客様窓口"))
    box.refresh_from_db()
    assert (box.name, bytes(box.password)) == ("お客様窓口", sealed)
    admin.post(f"/desk/mailboxes/{box.id}/pause/", {"go": "pause"})
    box.refresh_from_db()
    assert box.active is False


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"host": "mail.example.jp"}, "同じ機器の中"),
        ({"address": "x"}, "メールアドレスは、@を"),
        ({"port": "x"}, "1から65535"),
        ({"go": "try"}, "つながりません"),
    ],
)
def test_what_cannot_work_is_said_and_nothing_is_kept(house: House, more: dict[str, str], said: str) -> None:
    answer = house.sign_in("admin").post("/desk/mailboxes/new/", _typed(**more))
    page = answer.content.decode()

    assert (answer.status_code, said in page, "very-secret" in page) == (422, True, False)
    assert Mailbox.objects.count() == 0


@pytest.mark.parametrize("role", ["clerk", "officer"])
def test_others_set_up_no_mailbox(house: House, role: str) -> None:
    client = house.sign_in(role)
    assert client.get("/desk/mailboxes/").status_code == 403
    assert client.post("/desk/mailboxes/new/", _typed()).status_code == 403
