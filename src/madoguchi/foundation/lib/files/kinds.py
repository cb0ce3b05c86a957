"""The kind of a file by its content, and how it is said."""

import re
from collections.abc import Mapping
from typing import Final

OTHER: Final = "other"
_WORDS: Mapping[str, str] = {
    "pdf": "PDF", "png": "画像（PNG）", "jpeg": "画像（JPEG）", "gif": "画像（GIF）", "webp": "画像（WebP）",
    "heic": "画像（HEIC）", "zip": "圧縮ファイル（ZIP）", "docx": "Word の文書", "xlsx": "Excel の表",
    "pptx": "PowerPoint の資料", "docm": "Word の文書（マクロ入り）", "xlsm": "Excel の表（マクロ入り）",
    "pptm": "PowerPoint の資料（マクロ入り）", "doc": "Word の文書（以前の形式）", "xls": "Excel の表（以前の形式）",
    "ppt": "PowerPoint の資料（以前の形式）", "msg": "Outlook のメール", "txt": "テキスト", "csv": "表（CSV）",
    "eml": "メール（EML）", "ics": "予定（ICS）", "vcf": "連絡先（VCF）", "mp4": "動画（MP4）", "mov": "動画（MOV）",
    "tnef": "Outlook の添付（winmail.dat）", "html": "ウェブページ（HTML）", "svg": "図（SVG）", "exe": "プログラム",
    "lnk": "ショートカット", "iso": "ディスクイメージ", "script": "スクリプト", OTHER: "その他のファイル",
}  # fmt: skip
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"),
    (b"GIF89a", "gif"), (b"MZ", "exe"), (b"\x7fELF", "exe"), (b"\xcf\xfa\xed\xfe", "exe"),
    (b"\xce\xfa\xed\xfe", "exe"), (b"\xca\xfe\xba\xbe", "exe"), (b"L\x00\x00\x00\x01\x14\x02\x00", "lnk"),
    (b"\x78\x9f\x3e\x22", "tnef"), (b"#!", "script"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("WordDocument", "doc", "docm"), ("Workbook", "xls", "xlsm"), ("Book", "xls", "xlsm"),
    ("PowerPoint Document", "ppt", "pptm"),
)  # fmt: skip
_OFFICE = ((b"word/", "docx", "docm"), (b"xl/", "xlsx", "xlsm"), (b"ppt/", "pptx", "pptm"))
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
_HEAD = 4096  # bytes in which a beginning must show itself
_HEADER = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta)[\s>/]", re.IGNORECASE)
_DRAWING = re.compile(rb"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"^(?:received|return-path|message-id|mime-version|from):", re.IGNORECASE | re.MULTILINE)


def said(kind: str) -> str:
    """As people call it."""
    return _WORDS.get(kind, _WORDS[OTHER])


def kind_of(content: bytes, name: str = "") -> str:
    """One of the kinds above. The name decides only between texts, which have no beginning of their own."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    return _container(content) or _text(content, name) or OTHER


def _container(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(content)
    if content.startswith(_OLE):
        return _ole(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return _boxes(content[8:12])
    return "iso" if content[0x8001:0x8006] == b"CD001" else ""


def _zip(content: bytes) -> str:
    """By the names inside, which lie there unpacked. What claims to be an office file and is none stays a zip."""
    if b"[Content_Types].xml" not in content:
        return "zip"
    macros = b"vbaProject.bin" in content
    for folder, plain, with_macros in _OFFICE:
        if folder in content:
            return with_macros if macros else plain
    return "zip"


def _ole(content: bytes) -> str:
    if "__properties_version1.0".encode("utf-16-le") in content:
        return "msg"
    macros = "_VBA_PROJECT".encode("utf-16-le") in content
    for stream, plain, with_macros in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return with_macros if macros else plain
    return OTHER


def _boxes(brand: bytes) -> str:
    if brand in _HEIF:
        return "heic"
    return "mov" if brand == b"qt  " else "mp4"


def _text(content: bytes, name: str) -> str:
    """Something readable, or nothing. Whatever a browser could take for a page is one, whatever its name says."""
    head = content[:_HEAD]
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _DRAWING.search(head):
        return "svg"
    if _PAGE.search(head):
        return "eml" if _is_mail(bare, name) else "html"
    if bare.upper().startswith(b"BEGIN:VCALENDAR"):
        return "ics"
    if bare.upper().startswith(b"BEGIN:VCARD"):
        return "vcf"
    if not _readable(head):
        return ""
    if _is_mail(bare, name):
        return "eml"
    return "csv" if name.lower().endswith((".csv", ".tsv")) else "txt"


def _is_mail(head: bytes, name: str) -> bool:
    if not _HEADER.match(head.replace(b"\r\n", b"\n")):
        return False
    return name.lower().endswith(".eml") or len(_MAIL.findall(head)) >= 2


def _readable(head: bytes) -> bool:
    """Text in a character set that Japanese files come in; half a character at the cut is no reason."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if not head or b"\x00" in head:
        return False
    for charset in ("utf-8", "cp932", "euc-jp"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(charset)
            except UnicodeDecodeError:
                if len(head) < _HEAD:
                    break
            else:
                return True
    return False
