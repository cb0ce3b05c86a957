"""新しいメールを書く: to who has a matter with us, after a look at who it is; never to anybody else."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.threading import number_in
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.vault.queries import suppression_mark
from tests.house import House

PAGE = "/desk/mails/new/"
ADDRESS = "hanako@example.jp"


def given(**more: str) -> dict[str, str]:
    return {
        "to": ADDRESS,
        "subject": "納期が早まりました",
        "text": "山田様\n\n納期が早まりました。",
        "draft": "d1",
    } | more


def send(house: House, client: Client, **more: object) -> Inquiry:
    person = Inquiry.objects.order_by("received_at")[0].person_id
    answer = client.post(PAGE, given(checked=str(person)) | more)
    assert answer.status_code == 302, answer.content.decode()
    return Inquiry.objects.get(channel="outgoing")


def sent_mail(house: House) -> EmailMessage:
    house.work()
    (path,) = [path for path in house.mailbox.glob("*.eml") if b"Auto-Submitted" not in path.read_bytes()]
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_who_gets_it_is_looked_at_first(house: House, desk: Client) -> None:
    receipt = house.submit(email=ADDRESS)
    answer = desk.post(PAGE, given())
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "この方にお送りします" in page
    assert receipt.receipt_number in page
    assert "有限会社青葉食堂" in page
    assert not Inquiry.objects.filter(channel="outgoing").exists()


def test_it_goes_out_and_begins_an_inquiry(house: House, desk: Client) -> None:
    first = house.submit(email=ADDRESS)
    house.work()
    inquiry = send(house, desk)
    mail = sent_mail(house)

    assert mail["Delivered-To"] == ADDRESS
    assert mail["Subject"].endswith(f"】納期が早まりました（受付番号 {inquiry.receipt_number}）")
    assert number_in(mail["Message-ID"]) == inquiry.receipt_number
    assert mail.get_content().startswith("山田様\r\n\r\n納期が早まりました。\r\n\r\n")
    assert "ご相談" not in mail.get_content()
    assert (inquiry.status, inquiry.assignee_id, inquiry.lane) == ("doing", house.viewer.ref.id, "inbox")
    assert inquiry.person_id == Inquiry.objects.get(id=first.id).person_id
    assert (inquiry.acknowledgement_id, inquiry.answered_at is None, inquiry.notified_at is None) == (
        None,
        False,
        False,
    )
    assert [entry.kind for entry in Entry.objects.filter(inquiry=inquiry)] == ["reply"]
    permit = PermitRow.objects.get(about_id=inquiry.id)
    assert (permit.purpose, permit.basis) == ("service", "announced")
    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    assert "こちらからのメールで" in page
    assert "納期が早まりました。" in page


def test_nobody_is_told_of_a_mail_of_ones_own(house: House, desk: Client) -> None:
    house.submit(email=ADDRESS)
    house.work()
    before = len(house.mails(to=house.staff["officer"].email))
    send(house, desk)
    house.work()

    assert len(house.mails(to=house.staff["officer"].email)) == before


def test_files_go_along_and_are_kept(house: House, desk: Client) -> None:
    house.submit(email=ADDRESS)
    house.work()
    file = SimpleUploadedFile("見積書.pdf", b"%PDF-1.7\n%%EOF")
    inquiry = send(house, desk, files=file)
    (part,) = sent_mail(house).iter_attachments()

    assert (part.get_filename(), part.get_payload(decode=True)) == ("見積書.pdf", b"%PDF-1.7\n%%EOF")
    assert inquiry.enclosures.count() == 1


def test_pressed_twice_it_is_one_mail(house: House, desk: Client) -> None:
    house.submit(email=ADDRESS)
    house.work()
    send(house, desk)
    send(house, desk)

    assert Entry.objects.filter(kind="reply").count() == 1


def test_another_text_under_the_same_draft_is_asked_about(house: House, desk: Client) -> None:
    house.submit(email=ADDRESS)
    inquiry = send(house, desk)
    answer = desk.post(PAGE, given(checked=str(inquiry.person_id), subject="別の件"))

    assert answer.status_code == 409
    assert "別の件" in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"to": "stranger@example.jp"}, "お問い合わせをいただいていません"),
        ({"to": "hanako@example.jp, evil@example.com"}, "メールアドレス"),
        ({"to": ""}, "メールアドレス"),
        ({"subject": " "}, "件名をお書きください"),
        ({"subject": "長" * 101}, "100文字まで"),
        ({"text": "\n"}, "本文をお書きください"),
    ],
)
def test_what_is_refused_is_kept_on_the_page(
    house: House, desk: Client, more: dict[str, str], says: str
) -> None:
    house.submit(email=ADDRESS)
    answer = desk.post(PAGE, given(**more))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    if "text" not in more:
        assert "納期が早まりました。" in answer.content.decode()
    assert not Inquiry.objects.filter(channel="outgoing").exists()


def test_junk_alone_is_no_matter(house: House, desk: Client) -> None:
    move_lane(viewer=house.viewer, inquiry_id=house.submit(email=ADDRESS).id, lane="junk")

    assert desk.post(PAGE, given()).status_code == 422


def test_a_stop_holds(house: House, desk: Client) -> None:
    receipt = house.submit(email=ADDRESS)
    suppress(
        mark=suppression_mark("email", read_email(ADDRESS).key),
        reason="opt-out",
        by=Ref("visitor", receipt.id),
    )
    person = Inquiry.objects.get(id=receipt.id).person_id
    answer = desk.post(PAGE, given(checked=str(person)))

    assert answer.status_code >= 400
    assert not Inquiry.objects.filter(channel="outgoing").exists()
    house.work()
    assert [mail for mail in house.mails(to=ADDRESS) if not mail["Auto-Submitted"]] == []


def test_who_was_shown_nothing_is_answered_only(house: House, desk: Client) -> None:
    answers = {"body": "電話でのご相談", "name": "山田 花子", "email": ADDRESS}
    typed = Typed(form=house.form, channel="phone", at=clock.now(), draft="x", answers=answers)
    receipt = type_in(viewer=house.viewer, typed=typed)
    answer = desk.post(PAGE, given(checked=str(Inquiry.objects.get(id=receipt.id).person_id)))

    assert answer.status_code == 409
    assert "お返事としてなら、お送りできます。" in answer.content.decode()
    assert not Inquiry.objects.filter(channel="outgoing").exists()


def test_from_an_inquiry_the_address_stands_there(house: House, desk: Client) -> None:
    receipt = house.submit(email=ADDRESS)
    page = desk.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()
    assert f'href="{PAGE}?about={receipt.receipt_number}"' in page

    assert f'value="{ADDRESS}"' in desk.get(PAGE, {"about": receipt.receipt_number}).content.decode()
    assert desk.get(PAGE, {"about": "M-20200101-XXXX"}).status_code == 404


def test_who_only_drafts_sends_nothing(house: House) -> None:
    house.submit(email=ADDRESS)
    Staff.objects.filter(id=house.staff["clerk"].id).update(role="drafter")

    assert house.sign_in("clerk").post(PAGE, given()).status_code == 403


def test_an_empty_page(desk: Client, count_queries: Callable[..., object]) -> None:
    assert 'name="to" value=""' in desk.get(PAGE).content.decode()
