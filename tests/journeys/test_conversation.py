"""The visitor's side: a code to the mailbox of one inquiry, then the whole conversation with a box to answer."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import DeskRules, Enclosure, Entry, Inquiry
from madoguchi.rooms.people.models import MailedCode, VisitorSession
from madoguchi.rooms.people.rules import CODES_AN_HOUR, TRIES
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.visitor import FORM, Visitor
from tests.rooms.inventory.erasing import erase_all

ADDRESS = "hanako@example.jp"
PDF = b"%PDF-1.7 \xe8\xa6\x8b\xe7\xa9\x8d"


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def received(house: House, address: str = ADDRESS) -> Inquiry:
    inquiry = Inquiry.objects.get(id=house.submit(email=address).id)
    house.work()
    return inquiry


def path_of(inquiry: Inquiry) -> str:
    return f"/receipts/{links.mint('receipt', inquiry.id, inquiry.link_issue)}/conversation/"


def code_mails(house: House, address: str = ADDRESS) -> list[Message]:
    """Those with a code, oldest first."""
    house.work()
    paths = sorted(house.mailbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    mails = [message_from_bytes(path.read_bytes()) for path in paths]
    mine = [mail for mail in mails if address in str(mail["Delivered-To"])]
    return [mail for mail in mine if "確認コード" in str(make_header(decode_header(mail["Subject"])))]


def code_sent(house: House, address: str = ADDRESS) -> str:
    """The six digits of the newest mail to this address."""
    payload = code_mails(house, address)[-1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    found = re.search(r"^ *(\d{6})\r?$", payload.decode(), re.MULTILINE)
    assert found is not None, payload.decode()
    return found[1]


def sign_in(house: House, visitor: Visitor, inquiry: Inquiry, address: str = ADDRESS) -> Any:
    path = path_of(inquiry)
    assert visitor.post(f"{path}code/", {}).status == 303
    return visitor.post(f"{path}enter/", {"code": code_sent(house, address)})


def say(visitor: Visitor, inquiry: Inquiry, text: str, *files: SimpleUploadedFile, draft: str = "") -> Any:
    path = path_of(inquiry)
    draft = draft or visitor.open(path).fields["draft"]
    return visitor.client.post(path, {"text": text, "draft": draft, "files": list(files)})


def answer(house: House, inquiry: Inquiry, text: str) -> None:
    DeskRules.objects.update_or_create(entity_id=house.entity_id, defaults={"take_back_seconds": 0})
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text=text, seen_until=None)
    house.work()


def test_from_the_receipt_by_a_code_to_the_whole_conversation(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    answer(house, inquiry, "宛名の変更を承りました。")
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="値引きの余地あり")
    receipt = visitor.open(path_of(inquiry).removesuffix("conversation/"))
    assert path_of(inquiry) in receipt.links

    start = visitor.open(path_of(inquiry))
    entered = sign_in(house, visitor, inquiry)
    page = visitor.open(path_of(inquiry))

    assert not start.says("宛名")
    assert start.response.cookies == {}
    assert (entered.status, entered.response["Location"]) == (303, path_of(inquiry))
    for said in (
        "見積書の宛名を変更していただけますか。",
        "宛名の変更を承りました。",
        inquiry.receipt_number,
    ):
        assert page.says(said), said
    assert "値引き" not in page.html
    assert "担当" not in page.html.replace("担当者が", "")  # no name of a colleague, no event
    assert page.response["Cache-Control"] == "no-store"


def test_the_cookie_is_of_this_host_and_comes_with_the_sign_in_only(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    with override_settings(HTTPS=True):
        for path in ("", "code/"):
            assert visitor.open(path_of(inquiry) + path).response.cookies == {}
        entered = sign_in(house, visitor, inquiry)

    (cookie,) = entered.response.cookies.values()
    assert cookie.key == "__Host-visitor"
    assert (cookie["path"], cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == (
        "/", True, True, "Lax", "",
    )  # fmt: skip
    assert VisitorSession.objects.get().digest != cookie.value.encode()


def test_the_code_says_nothing_of_the_matter_and_is_kept_as_a_digest(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    visitor.post(f"{path_of(inquiry)}code/", {})
    code = code_sent(house)
    (mail,) = code_mails(house)

    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode()
    assert inquiry.receipt_number in text
    assert "見積" not in text
    assert "山田" not in text
    assert mail["Auto-Submitted"] == "auto-replied" or mail["Auto-Submitted"] == "auto-generated"
    stored = MailedCode.objects.get()
    assert code.encode() not in bytes(stored.digest)
    assert len(bytes(stored.digest)) == 32


def test_a_code_opens_once(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    sign_in(house, visitor, inquiry)
    again = visitor.post(f"{path_of(inquiry)}enter/", {"code": code_sent(house)})

    assert again.status == 422
    assert VisitorSession.objects.count() == 1


def test_a_code_is_read_as_people_type_it(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    visitor.post(f"{path_of(inquiry)}code/", {})
    code = code_sent(house)
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert visitor.post(f"{path_of(inquiry)}enter/", {"code": wide}).status == 303


def test_wrong_old_and_spent_codes_get_one_answer(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, inquiry = stopped_clock(tmp_path, monkeypatch), received(house)
    enter, texts = f"{path_of(inquiry)}enter/", []
    texts.append(visitor.post(enter, {"code": "000000"}).texts)  # before there is one
    visitor.post(f"{path_of(inquiry)}code/", {})
    code = code_sent(house)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    texts += [visitor.post(enter, {"code": each}).texts for each in (wrong, "", "12345", "あ", "9" * 5000)]
    time.forward(timedelta(minutes=10, seconds=1))
    texts.append(visitor.post(enter, {"code": code}).texts)

    assert all(each == texts[0] for each in texts)
    assert VisitorSession.objects.count() == 0


def test_five_wrong_tries_spend_the_code(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    visitor.post(f"{path_of(inquiry)}code/", {})
    code = code_sent(house)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(TRIES):
        assert visitor.post(f"{path_of(inquiry)}enter/", {"code": wrong}).status == 422

    assert visitor.post(f"{path_of(inquiry)}enter/", {"code": code}).status == 422
    visitor.post(f"{path_of(inquiry)}code/", {})
    assert visitor.post(f"{path_of(inquiry)}enter/", {"code": code_sent(house)}).status == 303


def test_codes_to_one_address_are_counted_by_the_hour(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    first, other = received(house), received(house)  # two inquiries of one address
    statuses = [visitor.post(f"{path_of(each)}code/", {}).status for each in [first, other] * CODES_AN_HOUR]

    assert statuses == [303] * CODES_AN_HOUR + [429] * CODES_AN_HOUR
    assert len(code_mails(house)) == CODES_AN_HOUR
    time.forward(timedelta(hours=1, seconds=1))
    assert visitor.post(f"{path_of(first)}code/", {}).status == 303


def test_who_gave_no_address_is_answered_alike(house: House, visitor: Visitor) -> None:
    """A form may leave the address to the visitor: everything happens but the mail."""
    fields = [
        spec if spec.key != "email" else replace(spec, required=False)
        for spec in house.form.definition.fields
    ]
    set_form(
        slug="inquiry", entity_id=house.entity_id,
        definition=replace(house.form.definition, fields=tuple(fields)).to_json(), by=COMMAND,
    )  # fmt: skip
    forget()
    visitor.send(email="")
    without = Inquiry.objects.get()
    with_address = received(house)
    sent, pages = len(house.mails()), []
    for each in (with_address, without):
        asked = visitor.post(f"{path_of(each)}code/", {})
        page = visitor.open(f"{path_of(each)}code/")
        pages.append(
            (asked.status, page.status, [text for text in page.texts if text != each.receipt_number])
        )
    house.work()

    assert pages[0] == pages[1]
    assert len(house.mails()) == sent + 1
    assert MailedCode.objects.count() == 2


def test_a_get_consumes_nothing_and_another_site_does_nothing(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    path = path_of(inquiry)
    visitor.post(f"{path}code/", {})
    code = code_sent(house)

    assert visitor.client.get(f"{path}enter/?code={code}").status_code == 405
    assert visitor.client.get(f"{path}leave/").status_code == 405
    strange = Client(headers={"sec-fetch-site": "cross-site"})
    for part, given in (("code/", {}), ("enter/", {"code": code}), ("", {"text": "x"}), ("leave/", {})):
        assert strange.post(path + part, urlencode(given), content_type=FORM).status_code == 403
    assert visitor.post(f"{path}enter/", {"code": code}).status == 303


def test_a_session_shows_one_inquiry_and_no_other_of_the_same_mailbox(house: House, visitor: Visitor) -> None:
    """info@ is read by many: the code proves the mailbox for that inquiry only (LAW pitfalls)."""
    mine, colleague = received(house), received(house)
    sign_in(house, visitor, mine)

    assert visitor.open(path_of(mine)).says("見積書の宛名を変更していただけますか。")
    assert not visitor.open(path_of(colleague)).says("見積書の宛名を変更していただけますか。")
    assert say(visitor, colleague, "こんにちは", draft="x").status_code == 403
    assert Entry.objects.filter(kind="message").count() == 0


def test_an_answer_opens_the_inquiry_again_once_however_often_it_is_sent(
    house: House, visitor: Visitor
) -> None:
    inquiry = received(house)
    answer(house, inquiry, "承りました。")
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")
    sign_in(house, visitor, inquiry)
    page = visitor.open(path_of(inquiry))
    sent = [say(visitor, inquiry, "もう一つ教えてください。", draft=page.fields["draft"]) for _ in range(3)]

    assert page.says("お送りいただくと、このお問い合わせをもう一度開いて、担当者がお返事します。")
    assert [each.status_code for each in sent] == [303] * 3
    entry = Entry.objects.get(kind="message")
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.closed_at, inquiry.answered_at) == ("open", None, None)
    assert entry.details == {"channel": "web"}
    assert (entry.file.holder, entry.file_id != inquiry.file_id) == (inquiry.person_id, True)
    assert visitor.open(path_of(inquiry)).says("もう一つ教えてください。")
    assert say(visitor, inquiry, "もう一つ教えてください。").status_code == 303  # said anew, on a fresh page
    assert Entry.objects.filter(kind="message").count() == 2


def test_files_of_both_sides_are_there_to_be_saved(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    sign_in(house, visitor, inquiry)
    given = SimpleUploadedFile("見積もり\u202e.pdf", PDF, "text/html")
    assert say(visitor, inquiry, "こちらです。", given).status_code == 303
    (file,) = Enclosure.objects.all()
    url = f"{path_of(inquiry)}files/{file.id}/"

    page, got = visitor.open(path_of(inquiry)), visitor.client.get(url)

    assert url in page.links
    assert b"".join(got.streaming_content) == PDF
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment")
    assert "%E8%A6%8B%E7%A9%8D%E3%82%82%E3%82%8A.pdf" in got["Content-Disposition"]
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert Client().get(url).status_code == 404
    assert visitor.client.get(f"{path_of(received(house))}files/{file.id}/").status_code == 404


def test_what_cannot_be_sent_comes_back_with_the_words(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    sign_in(house, visitor, inquiry)
    huge = SimpleUploadedFile("大.bin", b"\x00" * (10 * 1024 * 1024 + 1))
    broken = SimpleUploadedFile("写真.jpg", b"\xff\xd8\xff\xe0 not a picture")
    for files, status in (((huge,), 413), ((broken,), 422)):
        refused = say(visitor, inquiry, "長く書いた文章です。", *files)
        assert refused.status_code == status
        assert "長く書いた文章です。" in refused.content.decode()
    assert say(visitor, inquiry, "  ").status_code == 422
    assert say(visitor, inquiry, "字" * 10_001).status_code == 422
    assert Entry.objects.filter(kind="message").count() == 0
    assert Enclosure.objects.count() == 0


def test_the_session_ends_by_leaving_and_by_itself_and_the_words_are_given_back(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, inquiry = stopped_clock(tmp_path, monkeypatch), received(house)
    sign_in(house, visitor, inquiry)
    time.forward(timedelta(minutes=29))
    assert visitor.open(path_of(inquiry)).says("続けてお書きになるとき")  # and stays open from here
    time.forward(timedelta(minutes=29))
    draft = visitor.open(path_of(inquiry)).fields["draft"]
    time.forward(timedelta(minutes=31))
    late = say(visitor, inquiry, "書きかけの文章", draft=draft)
    assert (late.status_code, "書きかけの文章" in late.content.decode()) == (403, True)

    sign_in(house, visitor, inquiry)
    visitor.post(f"{path_of(inquiry)}leave/", {})
    assert not visitor.open(path_of(inquiry)).says("続けてお書きになるとき")
    assert VisitorSession.objects.filter(until__gt=clock.now()).count() == 0


def test_what_was_erased_says_so_on_every_page(house: House, visitor: Visitor) -> None:
    inquiry = received(house)
    sign_in(house, visitor, inquiry)
    draft = visitor.open(path_of(inquiry)).fields["draft"]
    erase_all(house, inquiry)
    house.work()

    for page in (
        visitor.open(path_of(inquiry)),
        visitor.open(f"{path_of(inquiry)}code/"),
        visitor.post(f"{path_of(inquiry)}code/", {}),
        visitor.post(f"{path_of(inquiry)}enter/", {"code": "123456"}),
    ):
        assert page.status == 404
        assert page.says("このお問い合わせの内容は、消去されています。")
    assert say(visitor, inquiry, "まだありますか", draft=draft).status_code == 404
    assert VisitorSession.objects.count() == MailedCode.objects.count() == 0


def test_merged_threads_show_only_what_is_of_the_same_person(house: House, visitor: Visitor) -> None:
    mine, later = received(house), received(house)
    stranger = received(house, "other@example.jp")
    key = open_file(kind="message", holder=stranger.person_id)
    hear(inquiry_id=later.id, heard=Heard("ほかの方のお便り", key, clock.now()))
    for each in (mine, stranger):
        Inquiry.objects.filter(id=each.id).update(merged_into=later, status="done", closed_at=clock.now())
    answer(house, later, "まとめてお答えします。")
    sign_in(house, visitor, mine)
    page = visitor.open(path_of(mine))

    assert page.says("まとめてお答えします。")
    assert page.says(f"受付番号 {later.receipt_number}")
    assert "ほかの方のお便り" not in page.html
    assert stranger.receipt_number not in page.html
    sign_in(house, visitor, stranger, "other@example.jp")
    theirs = visitor.open(path_of(stranger))
    assert theirs.says("ほかの方のお便り")
    assert "まとめてお答えします。" not in theirs.html
    assert mine.receipt_number not in theirs.html


def test_a_reply_that_can_still_be_taken_back_is_not_shown(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time: Clock = stopped_clock(tmp_path, monkeypatch)
    inquiry = received(house)
    sign_in(house, visitor, inquiry)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="早まったお返事", seen_until=None)

    assert "早まったお返事" not in visitor.open(path_of(inquiry)).html
    time.forward(timedelta(seconds=31))
    assert "早まったお返事" in visitor.open(path_of(inquiry)).html


def test_settings_keep_uploads_in_memory() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["madoguchi.foundation.ui.uploads.InMemory"]
