"""How the messages of the corpus are put together: bytes in, and what must come out. Everybody in them is invented."""

from base64 import b64encode
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    raw: bytes
    text: str = ""
    subject: str = "お問い合わせ"
    from_name: str = "山田 太郎"
    from_address: str = "yamada@example.co.jp"
    files: tuple[tuple[str, int], ...] = ()
    kind: str = "new"


FROM = b"From: =?UTF-8?B?5bGx55SwIOWkqumDjg==?= <yamada@example.co.jp>"
SUBJECT = b"Subject: =?UTF-8?B?44GK5ZWP44GE5ZCI44KP44Gb?="
TO = b"To: desk@madoguchi.example"
DATE = b"Date: Sun, 22 Nov 2026 10:00:00 +0900"
MIME = b"MIME-Version: 1.0"
UTF8 = b"Content-Type: text/plain; charset=utf-8"
ANSWERS = b"In-Reply-To: <1f00@madoguchi.example>"
RE = b"Subject: Re: =?UTF-8?B?44GK5ZWP44GE5ZCI44KP44Gb?="
RE_SUBJECT = "Re: お問い合わせ"


def mail(*fields: bytes, body: bytes | str = b"", sender: bytes = FROM, subject: bytes = SUBJECT) -> bytes:
    """Fields in CRLF lines; `body` given as text is UTF-8 with CRLF."""
    lines = [
        each for each in (sender, TO, subject, DATE, b"Message-ID: <a1@example.co.jp>", MIME, *fields) if each
    ]
    content = crlf(body) if isinstance(body, str) else body
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def text_mail(body: str, *fields: bytes, subject: bytes = SUBJECT) -> bytes:
    return mail(UTF8, b"Content-Transfer-Encoding: 8bit", *fields, body=body, subject=subject)


def answer(body: str, *fields: bytes) -> bytes:
    """An answer to a mail of ours, in plain text."""
    return text_mail(body, ANSWERS, b"References: <1f00@madoguchi.example>", *fields, subject=RE)


def html_mail(html: str, *fields: bytes, subject: bytes = SUBJECT) -> bytes:
    return mail(b"Content-Type: text/html; charset=utf-8", *fields, body=html, subject=subject)


def multipart(
    *parts: bytes, kind: bytes = b"mixed", fields: tuple[bytes, ...] = (), subject: bytes = SUBJECT
) -> bytes:
    return mail(
        b"Content-Type: multipart/" + kind + b'; boundary="=_b1"',
        *fields,
        body=joined(b"=_b1", *parts),
        subject=subject,
    )


def joined(boundary: bytes, *parts: bytes) -> bytes:
    return (
        b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    )


def nested(kind: bytes, boundary: bytes, *parts: bytes) -> bytes:
    return (
        b"Content-Type: multipart/"
        + kind
        + b"; boundary="
        + boundary
        + b"\r\n\r\n"
        + joined(boundary, *parts)
    )


def part(*fields: bytes, body: bytes | str = b"") -> bytes:
    return b"\r\n".join(fields) + b"\r\n\r\n" + (crlf(body) if isinstance(body, str) else body)


def text_part(body: str) -> bytes:
    return part(UTF8, body=body)


def file_part(*fields: bytes, content: bytes = b"%PDF-1.4 test") -> bytes:
    return part(*fields, b"Content-Transfer-Encoding: base64", body=b64(content))


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def b64(content: bytes) -> bytes:
    whole = b64encode(content)
    return b"\r\n".join(whole[at : at + 76] for at in range(0, len(whole), 76))


def word(content: bytes, charset: bytes) -> bytes:
    return b"=?" + charset + b"?B?" + b64encode(content) + b"?="


# Signs that cp932 has twice: mail programs take them from the rows that JIS has room for.
_IN_NEC_ROWS = {
    bytes((lead, trail)).decode("cp932"): (lead, trail)
    for lead in (0xED, 0xEE)
    for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))
    if bytes((lead, trail)).decode("cp932", "ignore")
}


def jis(text: str, *, closed: bool = True) -> bytes:
    """As Windows programs write it: each character by its cp932 bytes, turned back into JIS rows."""
    out, two = b"", False
    for sign in text:
        if sign.isascii():
            out, two = (out + b"\x1b(B" if two else out) + sign.encode(), False
            continue
        lead, trail = _IN_NEC_ROWS.get(sign) or sign.encode("cp932")
        row = 2 * (lead - (0x70 if lead < 0xA0 else 0xB0)) - 1
        pair = (row + 1, trail - 0x7E) if trail >= 0x9F else (row, trail - 0x1F - (trail >= 0x80))
        out, two = (out if two else out + b"\x1b$B") + bytes(pair), True
    return out + b"\x1b(B" if two and closed else out
