"""Attached files on the desk: lines, the download, care, deletion, and what is attached to a reply."""

import io
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.enclose import Offered, enclose_with, made_ready
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Entry, Inquiry
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.vault.models import Attachment, Chunk
from tests.house import House

PDF = b"%PDF-1.7 \xe8\xa6\x8b\xe7\xa9\x8d"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, "PNG")
    return out.getvalue()


def enclosed(house: House, *files: tuple[str, bytes], clean: bool = True) -> tuple[Inquiry, list[Enclosure]]:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    offered = [Offered(name, content) for name, content in files]
    ids = enclose_with(inquiry_id=inquiry.id, files=made_ready(offered) if clean else offered)
    return inquiry, [Enclosure.objects.get(id=id) for id in ids]


def of_another_company(house: House) -> Client:
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-", sender_name="-",
        sender_address="desk@other.example.jp",
    )  # fmt: skip
    Staff.objects.filter(id=house.staff["admin"].id).update(entity=other)
    house.staff["admin"].refresh_from_db()
    return house.sign_in("admin")


def url_of(inquiry: Inquiry, file: Enclosure) -> str:
    return f"/desk/inquiries/{inquiry.receipt_number}/files/{file.id}/"


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_line_says_what_it_is_and_what_to_mind(house: House, desk: Client) -> None:
    inquiry, _ = enclosed(
        house, ("見積.pdf", PDF), ("請求書.pdf", b"MZ\x90"), ("表.xlsm", b"PK\x03\x04 [Content_Types].xml xl/ vbaProject.bin"),
        clean=False,
    )  # fmt: skip
    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()

    assert "見積.pdf" in page
    assert "PDF・1 KB" in page
    assert page.count("名前と中身が異なります。開くときはご注意ください") == 1
    assert page.count("開くときはご注意</strong>") == 1
    assert "検査なし" not in page  # no scanner is set up: nothing to say


def test_a_download_is_saved_and_runs_nothing(house: House, desk: Client) -> None:
    inquiry, (file,) = enclosed(house, ("見積 (最終).html", b"<script>alert(1)</script>"))
    got = desk.get(url_of(inquiry, file))

    assert content(got) == b"<script>alert(1)</script>"
    assert got.streaming
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%A6%8B%E7%A9%8D%20%28%E6%9C%80%E7%B5%82%29.html"
    )
    assert got["Content-Length"] == "25"
    assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (got["X-Content-Type-Options"], got["Cache-Control"]) == ("nosniff", "no-store")


def test_only_a_picture_drawn_anew_is_shown(house: House, desk: Client) -> None:
    inquiry, (picture, pdf) = enclosed(house, ("図.png", png()), ("見積.pdf", PDF))
    sent, (as_sent,) = enclosed(house, ("図.png", png()), clean=False)
    shown, saved = desk.get(f"{url_of(inquiry, picture)}?show=1"), desk.get(f"{url_of(inquiry, pdf)}?show=1")
    by_mail = desk.get(f"{url_of(sent, as_sent)}?show=1")

    assert (shown["Content-Type"], shown["Content-Disposition"].partition(";")[0]) == ("image/png", "inline")
    assert shown["Content-Security-Policy"].startswith("sandbox")
    for each in (saved, by_mail):
        assert each["Content-Type"] == "application/octet-stream"
        assert each["Content-Disposition"].startswith("attachment")


def test_each_opening_is_written_down_without_a_name(house: House, desk: Client) -> None:
    inquiry, (file,) = enclosed(house, ("見積.pdf", PDF))
    content(desk.get(url_of(inquiry, file)))

    event = Event.objects.get(kind="inquiry.file-opened")
    assert (event.about_id, event.by_id) == (inquiry.id, house.staff["clerk"].id)
    assert str(file.id) in str(event.details)
    assert "見積" not in str(event.details)


def test_another_companys_file_and_another_inquirys_do_not_exist(house: House, desk: Client) -> None:
    inquiry, (file,) = enclosed(house, ("見積.pdf", PDF))
    other, _ = enclosed(house, ("別.pdf", PDF))
    stranger = of_another_company(house)

    assert desk.get(url_of(other, file)).status_code == 404
    assert desk.get(f"/desk/inquiries/{inquiry.receipt_number}/files/{uuid4()}/").status_code == 404
    assert Client().get(url_of(inquiry, file)).status_code == 302
    assert stranger.get(url_of(inquiry, file)).status_code == 404
    assert Event.objects.filter(kind="inquiry.file-opened").count() == 0


def test_what_needs_care_is_opened_by_the_officer_and_the_clerk_in_charge(house: House, desk: Client) -> None:
    inquiry, (file,) = enclosed(house, ("診断書.pdf", PDF))
    flag_special_care(viewer=house.viewer, inquiry_id=inquiry.id)
    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()

    assert "診断書" not in page
    assert desk.get(url_of(inquiry, file)).status_code == 403
    assert content(house.sign_in("officer").get(url_of(inquiry, file))) == PDF
    assign(viewer=house.viewer, inquiry_id=inquiry.id, to=house.staff["clerk"].id)
    assert content(desk.get(url_of(inquiry, file))) == PDF


def test_the_officer_deletes_with_a_reason_and_the_line_stays(house: House, desk: Client) -> None:
    inquiry, (file,) = enclosed(house, ("免許証.png", png()))
    officer, manage = house.sign_in("officer"), f"{url_of(inquiry, file)}manage/"

    assert desk.post(manage, {"go": "delete", "reason": "needless"}).status_code == 403
    assert officer.post(manage, {"go": "delete", "reason": ""}).status_code == 422
    assert officer.post(manage, {"go": "delete", "reason": "needless"}).status_code == 302
    assert Attachment.objects.count() == Chunk.objects.count() == 0
    page = officer.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    assert "このファイルは残っていません" in page
    assert "が添付ファイルを削除しました（必要のない個人情報）" in page
    assert officer.get(url_of(inquiry, file)).status_code == 404
    assert Event.objects.get(kind="inquiry.file-deleted").by_id == viewer_of(house.staff["officer"]).ref.id


def test_files_are_attached_to_a_reply_taken_off_and_go_with_it(house: House, desk: Client) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(email="hanako@example.jp").id)
    here = f"/desk/inquiries/{inquiry.receipt_number}/"
    given = [SimpleUploadedFile("見積.pdf", PDF), SimpleUploadedFile("図.png", png())]
    attached = desk.post(f"{here}files/?from=inbox", {"text": "お見積もりです。", "files": given})
    page = desk.get(attached["Location"]).content.decode()

    assert attached["Location"].endswith("write=reply#composer")
    assert "見積.pdf" in page
    assert "お見積もりです。" in page
    assert Draft.objects.count() == 1
    picture = Enclosure.objects.get(kind="png")
    off = desk.post(
        f"{here}files/off/", {"text": "お見積もりです。お納めください。", "file": str(picture.id)}
    )
    assert off.status_code == 302
    assert list(Enclosure.objects.values_list("kind", flat=True)) == ["pdf"]
    assert "お納めください" in desk.get(off["Location"]).content.decode()


def test_what_cannot_be_attached_is_told_and_nothing_typed_is_lost(house: House, desk: Client) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    here = f"/desk/inquiries/{inquiry.receipt_number}/"
    for file, words in (
        (SimpleUploadedFile("大.bin", b"\0" * (10 * 1024 * 1024 + 1)), "が大きすぎます"),
        (SimpleUploadedFile("写真.jpg", b"\xff\xd8\xff broken"), "画像として読み取れませんでした"),
    ):
        told = desk.post(
            f"{here}files/", {"text": "長い下書き", "files": [file]}, follow=True
        ).content.decode()
        assert words in told
        assert "長い下書き" in told
    assert Enclosure.objects.count() == Attachment.objects.count() == 0


def test_a_file_of_somebody_elses_draft_or_of_the_visitor_cannot_be_taken_off(
    house: House, desk: Client
) -> None:
    inquiry, (theirs,) = enclosed(house, ("見積.pdf", PDF))
    answer = desk.post(
        f"/desk/inquiries/{inquiry.receipt_number}/files/off/", {"file": str(theirs.id)}, follow=True
    ).content.decode()

    assert "いまお書きのお返事には付いていません" in answer
    assert Enclosure.objects.filter(id=theirs.id, attachment__isnull=False).exists()
    assert not Entry.objects.filter(code="file-deleted").exists()


def test_too_much_at_once_is_refused_before_it_is_read(house: House, desk: Client) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    answer = desk.post(
        f"/desk/inquiries/{inquiry.receipt_number}/files/", b"x", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(23 * 1024 * 1024),
    )  # fmt: skip

    assert answer.status_code == 413
