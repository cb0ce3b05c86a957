"""One inquiry at the desk: every verb, what it leaves behind, and what stops it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import viewer_of
from tests.house import House
from tests.keys import destroy_file


class Page:
    """An inquiry's page in a browser without a script: its text, and its forms by the words on the button."""

    def __init__(self, client: Client, number: str) -> None:
        self.client, self.number = client, number
        self.url = f"/desk/inquiries/{number}/"

    def open(self, query: str = "?from=inbox") -> str:
        answer = self.client.get(self.url + query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def press(self, verb: str, **data: str) -> str:
        """Post, and follow back to the page."""
        answer = self.client.post(f"{self.url}{verb}?from=inbox", data, follow=True)
        return str(answer.content.decode())

    def send(self, verb: str, **data: str) -> Any:
        return self.client.post(f"{self.url}{verb}?from=inbox", data)


@pytest.fixture
def page(house: House, desk: Client) -> Page:
    return Page(desk, house.submit(email="hanako@example.jp").receipt_number)


def only() -> Inquiry:
    return Inquiry.objects.get()


def only_of(number: str) -> Inquiry:
    return Inquiry.objects.get(receipt_number=number)


def codes() -> list[str]:
    return list(Entry.objects.order_by("at", "id").values_list("code", flat=True))


def test_it_shows_who_asked_what_and_how_they_are_reached(page: Page) -> None:
    text = page.open()

    for word in (
        "有限会社青葉食堂", "山田 花子\u00a0様", page.number, "見積書の宛名を変更していただけますか。\nあわせて",
        "企業名", "03-0000-0000", "hanako@example.jp", "https://aoba.example.jp", "未入力 備考",
        "お知らせの文面 第1版", "ポリシー 第1版", "ご案内は送れません。お申し込みをいただいていないためです。",
    ):  # fmt: skip
        assert word in text
    assert 'href="https://aoba' not in text  # an address somebody typed is shown, never linked
    assert "見本" not in text


def test_the_first_look_leaves_new_and_is_recorded_once(house: House, page: Page) -> None:
    assert only().status == "new"

    page.open()
    page.open()

    assert (only().status, only().opened_at is not None) == ("open", True)
    assert Event.objects.filter(kind="inquiry.read", about_id=only().id).count() == 1
    other = Page(house.sign_in("officer"), page.number)
    other.open()
    looks = Event.objects.filter(kind="inquiry.read").values_list("by_id", flat=True)
    assert set(looks) == {house.staff["clerk"].id, house.staff["officer"].id}


def test_take_hand_over_and_let_go(house: House, page: Page) -> None:
    officer = house.staff["officer"]

    assert "さんが担当になりました" in page.press("assign/")
    assert only().assignee_id == house.staff["clerk"].id
    assert "引き継ぎました" in page.press("assign/", to=str(officer.id))
    assert only().assignee_id == officer.id
    assert "担当を外しました" in page.press("assign/", to="")
    assert only().assignee_id is None
    assert "その職員は見つかりませんでした。" in page.press("assign/", to=str(uuid7()))
    assert "その職員は見つかりませんでした。" in page.press("assign/", to="nonsense")
    assert codes() == ["assigned"] * 3


def test_pending_done_and_back(page: Page) -> None:
    assert "「保留」にしました" in page.press("status/", status="pending")
    assert "対応中に戻す" in page.press("status/", status="done")
    assert only().closed_at is not None
    page.press("status/", status="doing")
    assert (only().status, only().closed_at) == ("doing", None)
    assert "いまこの状態にはできません" in page.press("status/", status="new")
    assert only().status == "doing"


def test_a_note_stays_inside(house: House, page: Page) -> None:
    assert "社内メモ</span>" in page.press("notes/", text="在庫を確かめました。\r\n明日お返事します。")
    assert "在庫を確かめました。\n明日お返事します。" in page.open()
    house.work()
    assert [mail["To"] for mail in house.mails(to="hanako@example.jp")] == [
        "hanako@example.jp"
    ]  # only 自動返信


def test_a_reply_reaches_the_person_and_takes_the_inquiry(house: House, page: Page) -> None:
    seen = _seen_until(page.open("?from=inbox&write=reply"))

    assert "お返事を送信待ちに入れました。" in page.press(
        "reply/", text="承知しました。\r\n木曜にお送りします。", seen_until=seen, then="doing"
    )

    assert (only().status, only().assignee_id) == ("doing", house.staff["clerk"].id)
    assert only().answered_at is not None
    house.work()
    (answer,) = [mail for mail in house.mails(to="hanako@example.jp") if "Re: " in _subject(mail)]
    body = answer.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().replace("\r\n", "\n").startswith("承知しました。\n木曜にお送りします。\n\n")
    assert str(answer["To"]) == "hanako@example.jp"
    assert "お返事 ・ 送信済" in page.open()


def test_reply_and_close(page: Page) -> None:
    page.press(
        "reply/", text="お送りしました。", seen_until=_seen_until(page.open("?write=reply")), then="done"
    )

    assert only().status == "done"


def test_an_empty_reply_is_asked_for_and_nothing_changes(page: Page) -> None:
    for verb in ("reply/", "notes/"):
        answer = page.send(verb, text=" \r\n", seen_until=_seen_until(page.open("?write=reply")))
        assert answer.status_code == 422
        assert "本文をお書きください。" in answer.content.decode()
        assert '<details class="composer' in answer.content.decode()
    assert only().status == "open"
    assert Entry.objects.count() == 0


def test_a_reply_stops_when_a_colleague_answered_meanwhile(house: House, page: Page) -> None:
    seen = _seen_until(page.open("?write=reply"))
    officer = viewer_of(house.staff["officer"])
    reply(viewer=officer, inquiry_id=only().id, text="先にお答えしました。", seen_until=None)

    stopped = page.send("reply/", text="私の書いた返事", seen_until=seen, then="doing")

    shown = stopped.content.decode()
    assert stopped.status_code == 409
    assert "ほかの職員がお返事を送りました" in shown
    assert "先にお答えしました。" in shown
    assert "私の書いた返事" in shown
    assert Entry.objects.filter(kind="reply").count() == 1
    assert page.send("reply/", text="私の書いた返事", seen_until=_seen_until(shown)).status_code == 302
    assert Entry.objects.filter(kind="reply").count() == 2


def test_a_reply_that_does_not_say_what_it_saw_stops_too(house: House, page: Page) -> None:
    reply(viewer=house.viewer, inquiry_id=only().id, text="一通目", seen_until=None)

    assert [
        page.send("reply/", text="二通目", seen_until=seen).status_code for seen in ("", "x", "0001-01-01")
    ] == [409] * 3


@pytest.mark.law("T-F2-2")
def test_T_F2_2_sales_goes_to_the_tray_and_undo_brings_it_back(
    house: House, page: Page, desk: Client
) -> None:
    before = only().received_at

    moved = page.press("lane/sales/")

    assert "「営業」に移しました。" in moved
    assert "取り消す" in moved
    assert page.number not in desk.get("/desk/inbox/inbox/").content.decode()
    assert page.number in desk.get("/desk/inbox/sales/").content.decode()
    assert "「営業」に移しました。" not in page.open()  # offered once
    undone = re.search(r'class="undo" method="post" action="([^"]+)"', moved)
    assert undone
    assert (
        "取り消して、「受信箱」に戻しました。"
        in desk.post(undone[1].replace("&amp;", "&"), follow=True).content.decode()
    )
    assert (only().lane, only().status, only().received_at) == ("inbox", "open", before)
    assert page.number in desk.get("/desk/inbox/inbox/").content.decode()


@pytest.mark.law("T-F2-2")
def test_T_F2_2_the_polite_refusal_is_read_first_and_goes_out_once(house: House, page: Page) -> None:
    page.press("lane/sales/")
    preview = page.client.get(f"{page.url}decline/?from=sales").content.decode()
    assert "この文面で送る" in preview
    assert "一度だけ" in preview
    assert Mail.objects.filter(kind="refusal").count() == 0  # reading sends nothing

    assert "丁寧なお断りを送信待ちに入れ、完了にしました。" in page.press("decline/")
    assert "すでにお送りしています" in page.press("decline/")
    assert "すでにお送りしています" in page.client.get(f"{page.url}decline/", follow=True).content.decode()

    assert Mail.objects.filter(kind="refusal").count() == 1
    assert only().status == "done"
    house.work()
    assert sum("お問い合わせについて" in _subject(mail) for mail in house.mails(to="hanako@example.jp")) == 1


@pytest.mark.law("T-F2-2")
def test_T_F2_2_a_customer_is_never_sent_the_refusal(page: Page) -> None:
    """A page opened while it lay in 営業, pressed after a colleague brought it back."""
    page.press("lane/sales/")
    assert "丁寧にお断りする" in page.open()
    page.press("lane/inbox/")

    assert "「営業」に分けたお問い合わせにだけ" in page.press("decline/")
    assert (
        "「営業」に分けたお問い合わせにだけ"
        in page.client.get(f"{page.url}decline/", follow=True).content.decode()
    )
    assert "丁寧にお断りする" not in page.open()

    assert not Mail.objects.filter(kind="refusal").exists()
    assert (only().status, only().closed_at) == ("open", None)


def test_what_is_done_changes_hands_only_after_it_is_opened_again(house: House, page: Page) -> None:
    shown = page.press("status/", status="done")
    assert "引き継ぐ" not in shown
    assert "担当する</button>" not in shown

    assert "完了したお問い合わせの担当は変えられません。" in page.press(
        "assign/", to=str(house.staff["officer"].id)
    )
    assert only().assignee_id is None
    page.press("status/", status="doing")
    assert "さんが担当になりました" in page.press("assign/")


def test_a_customer_in_the_tray_goes_back(page: Page) -> None:
    assert "お客様でした（受信箱へ戻す）" in page.press("lane/sales/")
    page.press("lane/inbox/")

    assert only().lane == "inbox"
    page.press("lane/nowhere/")
    assert only().lane == "inbox"


def test_a_mail_that_was_refused_is_told_and_sent_again(house: House, page: Page) -> None:
    house.work()
    mail = Mail.objects.get(kind="acknowledgement")
    Mail.objects.filter(id=mail.id).update(state="refused")

    assert "届きませんでした" in page.open()
    home = page.client.get("/desk/").content.decode()
    assert "自動返信が届いていません" in home
    assert page.number in home

    assert page.client.post(f"/desk/mails/{mail.id}/send/").status_code == 302
    house.work()
    assert Mail.objects.get(id=mail.id).state == "sent"
    assert "届きませんでした" not in page.open()
    assert page.client.post(f"/desk/mails/{uuid7()}/send/").status_code == 404


def _elsewhere(house: House) -> LegalEntity:
    """Another company in the same installation; the officer works there."""
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    Staff.objects.filter(id=house.staff["officer"].id).update(entity=other)
    return other


def test_troubles_of_another_company_hide_none_of_ones_own(house: House, page: Page) -> None:
    theirs = [house.submit().receipt_number for _ in range(25)]
    house.work(rounds=60)
    Inquiry.objects.filter(receipt_number__in=theirs).update(entity=_elsewhere(house))
    Mail.objects.filter(kind="acknowledgement").update(state="refused")
    mine = only_of(page.number).acknowledgement_id
    Mail.objects.filter(id=mine).update(queued_at=clock.now() - timedelta(days=2))  # older than all of theirs

    home = page.client.get("/desk/").content.decode()

    assert page.number in home
    assert home.count("自動返信が届いていません") == 1
    assert not any(number in home for number in theirs)


def test_a_mail_given_up_is_told_and_sent_again(house: House, page: Page) -> None:
    house.work(rounds=1)
    mail = Mail.objects.get(kind="acknowledgement")
    Mail.objects.filter(id=mail.id).update(state="queued")
    Job.objects.update_or_create(kind="delivery.send", subject=mail.id, defaults={"given_up_at": clock.now()})

    assert "自動返信が届いていません" in page.client.get("/desk/").content.decode()
    assert page.client.post(f"/desk/mails/{mail.id}/send/").status_code == 302
    assert Job.objects.get(kind="delivery.send", subject=mail.id).given_up_at is None


def test_notices_to_staff_are_the_administrators_care_and_only_their_own(house: House, page: Page) -> None:
    house.work()
    said = "職員へのお知らせメールが届いていません"
    _elsewhere(house)
    Mail.objects.filter(kind="staff-notice").update(state="refused")
    admin = house.sign_in("admin")
    theirs = Mail.objects.get(kind="staff-notice", file__holder=house.staff["officer"].id)
    ours = Mail.objects.get(kind="staff-notice", file__holder=house.staff["admin"].id)

    assert said not in page.client.get("/desk/").content.decode()
    assert said in admin.get("/desk/").content.decode()
    assert page.client.post(f"/desk/mails/{ours.id}/send/").status_code == 404
    assert admin.post(f"/desk/mails/{theirs.id}/send/").status_code == 404
    assert admin.post(f"/desk/mails/{ours.id}/send/")["Location"] == "/desk/"
    assert [Mail.objects.get(id=each.id).state for each in (ours, theirs)] == ["queued", "refused"]


def test_an_erased_inquiry_keeps_its_number_and_nothing_else(page: Page) -> None:
    destroy_file(file=only().file_id, reason="erasure")

    text = page.open()

    assert "消去されたお問い合わせ" in text
    assert "この方の情報は消去されています。" in text
    assert "山田" not in text
    assert "composer" not in text
    assert page.client.get("/desk/inbox/inbox/").status_code == 200
    assert page.client.get("/desk/").status_code == 200


def test_what_the_same_person_asked_before_stands_beside_it(house: House, page: Page) -> None:
    house.submit(email="hanako@example.jp", body="カタログの送付先")
    house.submit(email="other@example.jp", phone="03-0000-0001", body="別の方の用件")

    text = page.open("?from=done")

    assert "カタログの送付先" in text
    assert "別の方の用件" not in text


@pytest.mark.law("T-C5-7")
def test_T_C5_7_another_companys_inquiry_does_not_exist(house: House, page: Page) -> None:
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    stranger = house.staff["admin"]
    Staff.objects.filter(id=stranger.id).update(entity=other)
    client = house.sign_in("admin")
    house.work()
    mail = Mail.objects.get(kind="acknowledgement")

    assert client.get(page.url).status_code == 404
    for verb in ("assign/", "status/", "lane/sales/", "notes/", "reply/", "decline/"):
        assert client.post(page.url + verb, {"text": "x", "status": "done"}).status_code == 404
    assert client.post(f"/desk/mails/{mail.id}/send/").status_code == 404
    for address in ("/desk/?of=team", "/desk/inbox/inbox/", "/desk/inbox/done/"):
        assert page.number not in client.get(address).content.decode()

    assert only().assignee_id is None
    assert Entry.objects.count() == 0
    noted = Event.objects.filter(kind="desk.refused", by_id=stranger.id)
    assert noted.count() == 8
    assert not Event.objects.filter(kind="inquiry.read", by_id=stranger.id).exists()


@pytest.mark.law("T-C6-4")
def test_T_C6_4_guessed_numbers_reach_nothing(page: Page) -> None:
    for number in ("M-20261124-2222", "1", "../../etc", str(only().id)):
        assert page.client.get(f"/desk/inquiries/{number}/").status_code == 404


def test_verbs_want_a_post_and_the_forms_token(page: Page) -> None:
    assert page.client.get(f"{page.url}assign/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = page.client.cookies

    refused = strict.post(f"{page.url}assign/")

    assert refused.status_code == 403
    assert "操作を確かめられませんでした" in refused.content.decode()
    assert only().assignee_id is None


def _seen_until(text: str) -> str:
    found = re.search(r'name="seen_until" value="([^"]+)"', text)
    assert found
    return found[1]


def _subject(mail: Any) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(mail["Subject"])))
