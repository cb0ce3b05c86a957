"""What a file is by its content, what it may be called, and which ones deserve a second look."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from PIL import Image

from madoguchi.foundation.lib import files, pictures
from madoguchi.foundation.lib.text import grapheme_length


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return out.getvalue()


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(each.encode("utf-16-le") for each in streams)
    )


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@example.jp", "x", "<1@example.jp>"
    message.set_content("<html>not a page of its own</html>")
    return message.as_bytes()


CONTENT = "[Content_Types].xml"
KINDS: list[tuple[str, bytes, str]] = [
    ("pdf", b"%PDF-1.4\n", "a.pdf"),
    ("png", b"\x89PNG\r\n\x1a\n", "a.png"),
    ("jpeg", b"\xff\xd8\xff\xe1", "a.jpg"),
    ("gif", b"GIF89a", "a.gif"),
    ("webp", b"RIFF\0\0\0\0WEBPVP8 ", "a.webp"),
    ("heic", b"\0\0\0\x18ftypheic", "a.heic"),
    ("zip", archive("a.txt"), "a.zip"),
    ("docx", archive(CONTENT, "word/document.xml"), "a.docx"),
    ("xlsx", archive(CONTENT, "xl/workbook.xml"), "a.xlsx"),
    ("pptx", archive(CONTENT, "ppt/presentation.xml"), "a.pptx"),
    ("xlsm", archive(CONTENT, "xl/workbook.xml", "xl/vbaProject.bin"), "a.xlsx"),
    ("doc", ole("WordDocument"), "a.doc"),
    ("xls", ole("Workbook"), "a.xls"),
    ("ppt", ole("PowerPoint Document"), "a.ppt"),
    ("docm", ole("WordDocument", "_VBA_PROJECT"), "a.doc"),
    ("msg", ole("__properties_version1.0"), "a.msg"),
    ("txt", "見積のお願い".encode(), "a.txt"),
    ("txt", "見積のお願い".encode("cp932"), "a.txt"),
    ("txt", "見積のお願い".encode("utf-16"), "a.txt"),
    ("csv", "氏名,数量\r\n".encode("cp932"), "a.csv"),
    ("eml", mail(), "a.eml"),
    ("ics", b"BEGIN:VCALENDAR\r\n", "a.ics"),
    ("vcf", b"\xef\xbb\xbfbegin:vcard\r\n", "a.vcf"),
    ("mp4", b"\0\0\0\x18ftypisom", "a.mp4"),
    ("mov", b"\0\0\0\x14ftypqt  ", "a.mov"),
    ("tnef", b"\x78\x9f\x3e\x22\1\0", "winmail.dat"),
    ("exe", b"MZ\x90\0", "a.exe"),
    ("exe", b"\x7fELF\2", "a"),
    ("lnk", b"L\0\0\0\1\x14\2\0", "a.lnk"),
    ("iso", b"\0" * 0x8001 + b"CD001", "a.iso"),
    ("html", b"\n <!DOCTYPE html><p>", "a.txt"),
    ("html", b"text <ScRiPt>alert(1)</script>", "a.txt"),
    ("svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', "a.png"),
    ("script", b"#!/bin/sh\n", "a.txt"),
    ("other", b"\0\1\2\3", "a.bin"),
    ("other", b"", "a"),
]


@pytest.mark.parametrize(
    ("kind", "content", "name"), KINDS, ids=[f"{k}-{n}" for n, (k, _, _) in enumerate(KINDS)]
)
def test_kinds_are_known_by_their_content(kind: str, content: bytes, name: str) -> None:
    assert files.kind_of(content, name) == kind
    assert files.said(kind)


def test_half_a_letter_at_the_end_of_what_is_read_is_no_reason() -> None:
    for charset in ("utf-8", "cp932", "euc-jp"):
        for start in range(4):
            assert files.kind_of(b"a" * start + ("窓口" * 3000).encode(charset), "a.txt") == "txt", (
                charset,
                start,
            )


@pytest.mark.parametrize(
    ("given", "fit"),
    [
        ("見積.pdf", "見積.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\hanako\\請求書.xlsx", "請求書.xlsx"),
        ("見積\u202egpj.exe", "見積gpj.exe"),
        ("a\r\nSet-Cookie: b=c.pdf", "a Set-Cookie_ b=c.pdf"),
        ("\x00\x01.\u200b", "添付ファイル"),
        ("", "添付ファイル"),
        ("...", "添付ファイル"),
        ("か\u3099き.txt", "がき.txt"),
        ('<img src=x onerror="alert(1)">.png', "_img src=x onerror=_alert(1)__.png"),
    ],
)
def test_names_are_made_fit(given: str, fit: str) -> None:
    assert files.fitting_name(given) == fit


def test_a_long_name_keeps_its_ending() -> None:
    name = files.fitting_name("長" * 300 + ".docx")

    assert name.endswith("….docx")
    assert grapheme_length(name) == 120


@pytest.mark.parametrize(
    ("name", "kind", "careful", "mismatched"),
    [
        ("見積.pdf", "pdf", False, False),
        ("見積.pdf", "exe", True, True),
        ("見積.pdf.exe", "exe", True, False),
        ("見積.pdf.js", "txt", True, False),
        ("表.xlsx", "xlsm", True, True),
        ("表.xls", "xlsm", True, False),
        ("写真.jpg", "png", False, True),
        ("写真.JPG", "jpeg", False, False),
        ("メモ", "txt", False, False),
        ("図.png", "svg", True, True),
        ("何か.xyz", "other", False, False),
        ("見積.pdf", "other", False, True),
    ],
)
def test_what_deserves_a_second_look(name: str, kind: str, careful: bool, mismatched: bool) -> None:
    assert (files.careful(name, kind), files.mismatched(name, kind)) == (careful, mismatched)


def picture(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = "35.6895N"
    more = {"comment": b"35.6895N"} if kind == "gif" else {"exif": exif}
    Image.new("RGB", size, "teal").save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("kind", sorted(pictures.KINDS))
def test_pictures_are_drawn_anew_in_their_own_format(kind: str) -> None:
    given = picture(kind)
    drawn = pictures.redrawn(given, kind)

    assert b"35.6895N" in given
    assert b"35.6895N" not in drawn
    assert files.kind_of(drawn) == kind
    with Image.open(io.BytesIO(drawn)) as seen:
        assert seen.size == (30, 20)


def test_a_moving_picture_keeps_moving() -> None:
    out, frames = io.BytesIO(), [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "gif", save_all=True, append_images=frames[1:], duration=40, loop=0)
    with Image.open(io.BytesIO(pictures.redrawn(out.getvalue(), "gif"))) as seen:
        assert getattr(seen, "n_frames", 1) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        picture("png")[:60],
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\x86\xa0\0\1\x86\xa0\x08\6\0\0\0",  # says it is 100,000 wide and high
    ],
    ids=("nonsense", "cut", "bomb"),
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(pictures.Undrawable):
        pictures.redrawn(content, "png")
