"""Files that come with a form, by page and by API: taken in whole or refused with everything kept."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from PIL import Image

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.rules import FileBox
from madoguchi.rooms.inquiries.models import Enclosure, Inquiry
from madoguchi.rooms.inquiries.queries.enclosures import content_of, enclosed_in
from madoguchi.rooms.vault.models import Attachment, Chunk, File
from tests.house import ANSWERS, House
from tests.journeys.visitor import Screen, Visitor, screen_of
from tests.keys import destroyed
from tests.rooms.inventory.erasing import erase_all

PDF = b"%PDF-1.7 \xe8\xa6\x8b\xe7\xa9\x8d"
PLACE = b"35.6895N 139.6917E"


@pytest.fixture
def visitor(client: Any) -> Visitor:
    return Visitor(client)


@pytest.fixture
def taking(house: House) -> Iterator[House]:
    """The form takes three files, of five megabytes each."""
    offer(house, FileBox(most=3, each_mb=5))
    yield house
    forget()


def offer(house: House, box: FileBox, *, confirm: bool = True) -> None:
    definition = replace(house.form.definition, files=box, confirm=confirm)
    set_form(slug="inquiry", entity_id=house.entity_id, definition=definition.to_json(), by=COMMAND)
    forget()


def send(
    visitor: Visitor, screen: Screen, *files: SimpleUploadedFile, go: str = "send", **more: str
) -> Screen:
    """As a browser posts a form with files."""
    given = screen.fields | {"go": go, "files": list(files)} | more
    return screen_of(screen.path, visitor.client.post(screen.path, given))


def pdf(name: str = "見積.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def photograph() -> bytes:
    """A picture that says where it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = 6  # on its side
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def kept() -> list[tuple[str, str, bytes]]:
    found = enclosed_in(Inquiry.objects.values_list("id", flat=True)).get(None, [])
    return [(each.name, each.kind, b"".join(content_of(each, role="clerk"))) for each in found]


def test_files_are_chosen_at_confirm_and_come_with_the_inquiry(taking: House, visitor: Visitor) -> None:
    first = visitor.open()
    confirm = visitor.confirm()
    sent = send(visitor, confirm, pdf(), pdf("図面.txt", "寸法は別紙".encode("cp932")))

    assert "files" not in first.fields
    assert "files" in confirm.fields
    assert sent.status == 303
    assert kept() == [("見積.pdf", "pdf", PDF), ("図面.txt", "txt", "寸法は別紙".encode("cp932"))]
    inquiry = Inquiry.objects.get()
    assert {each.file_id for each in Attachment.objects.all()} == {inquiry.file_id}


def test_without_any_file_it_is_sent_as_ever(taking: House, visitor: Visitor) -> None:
    assert send(visitor, visitor.confirm()).status == 303
    assert visitor.press(visitor.confirm(), "send").status == 303  # a program that posts no multipart
    assert Enclosure.objects.count() == 0
    assert Inquiry.objects.count() == 2


def test_without_confirm_they_are_chosen_on_the_form(house: House, visitor: Visitor) -> None:
    offer(house, FileBox(), confirm=False)
    page = visitor.open()
    sent = send(visitor, page, pdf(), **ANSWERS)

    assert "files" in page.fields
    assert sent.status == 303
    assert kept() == [("見積.pdf", "pdf", PDF)]
    forget()


def test_a_form_without_a_box_keeps_no_file(house: House, visitor: Visitor) -> None:
    forget()
    confirm = visitor.confirm()
    refused = send(visitor, confirm, pdf())

    assert "files" not in confirm.fields
    assert refused.status == 415
    assert Enclosure.objects.count() == Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ([pdf(f"{n}.pdf") for n in range(4)], 422, "添付できるファイルは、3個までです。"),
        ([pdf("大.pdf", PDF + b"\0" * 5 * 1024 * 1024)], 413, "ファイルが大きすぎて、添付できませんでした。"),
        ([pdf("空.pdf", b"")], 422, "「空.pdf」は中身のないファイルです。"),
        (
            [SimpleUploadedFile("写真.png", b"\x89PNG\r\n\x1a\n broken")],
            422,
            "「写真.png」を画像として読み取れませんでした。",
        ),
    ],
    ids=("many", "large", "empty", "broken"),
)
def test_what_does_not_fit_is_refused_with_everything_kept(
    taking: House, visitor: Visitor, files: list[SimpleUploadedFile], status: int, words: str
) -> None:
    for file in files:
        file.seek(0)
    refused = send(visitor, visitor.confirm(), *files)

    assert refused.status == status
    assert refused.says(words)
    assert refused.says("まだ送信されていません。")
    assert refused.says("見積書の宛名を変更していただけますか。")
    assert (
        Inquiry.objects.count()
        == File.objects.filter(kind="inquiry").count()
        == Attachment.objects.count()
        == 0
    )
    assert send(visitor, refused, pdf()).status == 303  # from that very page
    assert kept() == [("見積.pdf", "pdf", PDF)]


def test_together_they_are_twenty_megabytes_at_most(house: House, visitor: Visitor) -> None:
    offer(house, FileBox(most=5, each_mb=10))
    nine = [pdf(f"{n}.pdf", PDF + b"\0" * 9 * 1024 * 1024) for n in range(3)]
    refused = send(visitor, visitor.confirm(), *nine)

    assert refused.status == 413
    assert refused.says("見積書の宛名を変更していただけますか。")
    forget()


def test_only_the_endings_that_the_form_names(house: House, visitor: Visitor) -> None:
    offer(house, FileBox(endings=("pdf", "jpg")))
    confirm = visitor.confirm()
    refused = send(visitor, confirm, pdf("見積.exe"))

    assert 'accept=".pdf,.jpg"' in confirm.html
    assert refused.status == 422
    assert refused.says("PDF、JPG のどれかにして、もう一度お選びください。")
    assert send(visitor, refused, pdf("見積.PDF")).status == 303
    forget()


def test_a_photograph_loses_where_it_was_taken(taking: House, visitor: Visitor) -> None:
    taken = photograph()
    assert PLACE in taken
    assert send(visitor, visitor.confirm(), SimpleUploadedFile("現場.jpg", taken)).status == 303

    ((name, kind, content),) = kept()
    assert (name, kind) == ("現場.jpg", "jpeg")
    assert PLACE not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (40, 60)  # upright, since the note that turned it is gone
        assert dict(drawn.getexif()) == {}


def test_the_same_files_again_are_the_same_inquiry_and_others_are_asked_about(
    taking: House, visitor: Visitor
) -> None:
    confirm = visitor.confirm()
    sent = [send(visitor, confirm, pdf()).response["Location"] for _ in range(2)]
    other = send(visitor, confirm, pdf("別.pdf"))

    assert sent[0] == sent[1]
    assert other.status == 409
    assert kept() == [("見積.pdf", "pdf", PDF)]


def test_names_are_made_fit(taking: House, visitor: Visitor) -> None:
    given = pdf("x.pdf")
    given._name = "..\\..\\さくら\u202egpj.ハ\u3099.pdf"  # past the field's own cleaning
    assert send(visitor, visitor.confirm(), given).status == 303

    assert [name for name, _, _ in kept()] == ["さくらgpj.バ.pdf"]


def test_nothing_stays_when_it_cannot_be_stored(
    taking: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a submission is none: the disk is full when the second piece is written."""
    confirm = visitor.confirm()
    full = 0

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal full
        if sql.startswith("INSERT") and "vault_chunk" in sql:
            full += 1
            if full == 2:
                raise DatabaseError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        away = send(visitor, confirm, pdf(), pdf("二.pdf"))

    assert away.status == 503
    assert away.says("ファイルを添付されていたときは、お手数ですが、もう一度お選びください。")
    assert "files" in away.fields
    assert Inquiry.objects.count() == Enclosure.objects.count() == Attachment.objects.count() == 0
    assert Chunk.objects.count() == 0
    assert send(visitor, away, pdf()).status == 303


def test_far_too_much_is_refused_before_it_is_read(taking: House, visitor: Visitor) -> None:
    answer = visitor.client.post(
        "/forms/inquiry/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(65 * 1024 * 1024),
    )

    assert answer.status_code == 413


def test_by_api_in_base64(taking: House, client: Any) -> None:
    shown = client.get("/api/v1/forms/inquiry").json()
    answers = {key: value for key, value in ANSWERS.items() if value}
    files = [{"name": "見積.pdf", "content": base64.b64encode(PDF).decode()}]
    body = {"answers": answers, "notice": shown["notice"]["digest"], "files": files}

    def post(**more: Any) -> Any:
        headers = {"Idempotency-Key": "k1"}
        return client.post(
            "/api/v1/forms/inquiry/submissions",
            json.dumps(body | more),
            content_type="application/json",
            headers=headers,
        )

    first, again = post(), post()
    assert shown["files"] == {"label": "添付ファイル", "hint": "", "most": 3, "each_mb": 5, "endings": []}
    assert (first.status_code, again.json()) == (201, first.json())
    assert kept() == [("見積.pdf", "pdf", PDF)]
    assert post(files=[]).status_code == 409
    assert post(files=[{"name": "a", "content": "*"}]).json()["code"] == "not-base64"
    assert post(files=files * 4).json()["code"] == "too-many-files"


def test_by_api_a_form_without_a_box_says_so(house: House, client: Any) -> None:
    forget()
    shown = client.get("/api/v1/forms/inquiry").json()
    files = [{"name": "a.pdf", "content": base64.b64encode(PDF).decode()}]
    body = {"answers": ANSWERS, "notice": shown["notice"]["digest"], "files": files}
    answer = client.post(
        "/api/v1/forms/inquiry/submissions", json.dumps(body), content_type="application/json"
    )

    assert shown["files"] is None
    assert (answer.status_code, answer.json()["code"]) == (422, "no-files-here")
    assert Inquiry.objects.count() == 0


def test_erasing_takes_the_files_too(taking: House, visitor: Visitor) -> None:
    assert send(visitor, visitor.confirm(), pdf()).status == 303
    inquiry = Inquiry.objects.get()
    erase_all(taking, inquiry)
    taking.work()

    (line,) = enclosed_in([inquiry.id])[None]
    assert (line.gone, line.name, line.size) == (True, "", 0)
    assert destroyed(inquiry.file_id)
