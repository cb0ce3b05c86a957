"""A mail as bytes, written by hand so that what is sealed is what is sent, each time it is sent.

RFC 5322 with one recipient, RFC 2047 words in UTF-8, base64 body. What a person typed can end in the
subject, the name beside an address, or the body; there every sign that some reader takes for a line end
becomes a space. Addresses, ids and further headers are refused instead (CWE-93, CWE-113).
"""

import re
from base64 import b64encode, encodebytes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from madoguchi.rooms.delivery.addressing import header_form
from madoguchi.rooms.delivery.enclosing import Enclosed, mixed
from madoguchi.rooms.delivery.errors import UnsafeHeader
from madoguchi.rooms.delivery.folding import fold
from madoguchi.rooms.delivery.marks import LOOP_HEADER, loop_mark

_JST = timezone(timedelta(hours=9))
_NAME_LIMIT, _SUBJECT_LIMIT = 100, 500  # characters
_LINE = 76  # RFC 2047: a line with an encoded word
_WORD = 75 - len("=?utf-8?B??=")

# C0, DEL, C1 (with NEL), line and paragraph separators, bidi overrides, unpaired surrogates.
_LINE_LIKE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_NOT_IN_BODY = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 .,'&-]+")
_PLAIN = re.compile(r"[ -~]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_MESSAGE_ID = re.compile(r"<[!#-'*+\-./0-9=?A-Z^-~]{1,120}@[A-Za-z0-9.\-\[\]:]{1,120}>")
_OURS = re.compile(
    "(?i:from|to|cc|bcc|sender|reply-to|subject|date|message-id|in-reply-to|references|return-path|received|"
    "delivered-to|auto-submitted|x-auto-response-suppress|x-madoguchi-loop|mime-version|(content|resent)-.*)"
)


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """`recipient` and `envelope_from` are bare addresses as typed; an empty `envelope_from` is the null path."""

    kind: str
    recipient: str
    envelope_from: str
    message_id: str
    content: bytes


def compose(
    *,
    kind: str,
    sender_name: str,
    sender_address: str,
    recipient_name: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    reply_to: str | None = None,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    auto: bool,
    headers: Sequence[tuple[str, str]] = (),
    envelope_from: str | None = None,
    enclosed: Sequence[Enclosed] = (),
) -> RenderedMail:
    """The mail, rendered once. Raises UnsafeHeader, and MailTooLarge for files that no relay would take.

    `auto`: no person wrote it (RFC 3834); a kind that begins with "staff" or "policy" is a notice, any other an answer.
    Ids of other people's mails that are malformed are left out: the answer matters more than its thread.
    """
    if not _is_message_id(message_id):
        raise UnsafeHeader("Message-ID")
    lines = [
        f"Date: {format_datetime(_aware(date).astimezone(_JST))}",
        _mailbox("From", sender_name, sender_address),
        _mailbox("To", recipient_name, recipient),
        *([_mailbox("Reply-To", "", reply_to)] if reply_to else []),
        _subject(subject),
        f"Message-ID: {message_id}",
        *_thread(in_reply_to, references),
        *_further(headers),
        *(_automatic(kind) if auto else []),
        f"{LOOP_HEADER}: {loop_mark()}",
        "MIME-Version: 1.0",
    ]
    content = "\r\n".join([*lines, ""]).encode("ascii") + _content(text, enclosed, message_id)
    sender = sender_address if envelope_from is None else envelope_from
    if sender:
        header_form(sender, "Return-Path")
    return RenderedMail(kind, recipient, sender, message_id, content)


def _aware(date: datetime) -> datetime:
    if date.tzinfo is None:
        raise ValueError("the date of a mail needs its time zone")
    return date


def _mailbox(header: str, name: str, address: str) -> str:
    bare = header_form(address, header)
    shown = _one_line(name)[:_NAME_LIMIT].strip(" ")
    if not shown:
        return f"{header}: {bare}"
    if _PLAIN_NAME.fullmatch(shown) and len(shown) < 50:
        return _joined(f'{header}: "{shown}"', f"<{bare}>")
    return _joined(_encoded(header, shown), f"<{bare}>")


def _joined(start: str, end: str) -> str:
    room = _LINE - len(start.rpartition("\r\n")[2])
    return f"{start} {end}" if len(end) < room else f"{start}\r\n {end}"


def _subject(subject: str) -> str:
    shown = _one_line(subject)
    if len(shown) > _SUBJECT_LIMIT:
        raise UnsafeHeader("Subject")
    if not shown or _fits_plain("Subject", shown):
        return f"Subject: {shown}"
    return _encoded("Subject", shown)


def _one_line(text: str) -> str:
    return _LINE_LIKE.sub(" ", text).strip(" ")


def _fits_plain(header: str, text: str) -> bool:
    """Text that looks like an encoded word is encoded, so that it is read as it was typed."""
    return bool(_PLAIN.fullmatch(text)) and "=?" not in text and len(header) + 2 + len(text) <= _LINE


def _encoded(header: str, text: str) -> str:
    """Encoded words of at most 75 bytes, cut between characters, on lines of at most 76 (RFC 2047 §2)."""
    words, current = [], b""
    room = (_WORD - len(header) - 1) // 4 * 3
    for each in text:
        more = each.encode()
        if len(current) + len(more) > room:
            words.append(current)
            current, room = b"", _WORD // 4 * 3
        current += more
    words.append(current)
    return f"{header}: " + "\r\n ".join(f"=?utf-8?B?{b64encode(word).decode()}?=" for word in words)


def _thread(in_reply_to: str | None, references: Iterable[str]) -> list[str]:
    chain = [each for each in references if _is_message_id(each)]
    chain = chain[:1] + chain[1:][-19:]
    lines = []
    if in_reply_to and _is_message_id(in_reply_to):
        lines.append(f"In-Reply-To: {in_reply_to}")
    if chain:
        lines.append("References: " + "\r\n ".join(chain))
    return lines


def _is_message_id(text: str) -> bool:
    return bool(_MESSAGE_ID.fullmatch(text)) and "=?" not in text


def _further(headers: Iterable[tuple[str, str]]) -> list[str]:
    return [_header(name, value) for name, value in headers]


def _header(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name) or _OURS.fullmatch(name):
        raise UnsafeHeader("ヘッダー名")
    if not _PLAIN.fullmatch(value) or not value.strip(" ") or "=?" in value or len(value) > 900:
        raise UnsafeHeader(name)
    return f"{name}: {value}"


def _automatic(kind: str) -> list[str]:
    """RFC 3834 §5; the second is what Outlook and Exchange heed. `Precedence` is discouraged there (§3.1.8)."""
    submitted = "auto-generated" if kind.startswith(("staff", "policy")) else "auto-replied"
    return [f"Auto-Submitted: {submitted}", "X-Auto-Response-Suppress: All"]


def _content(text: str, enclosed: Sequence[Enclosed], message_id: str) -> bytes:
    """The headers that say what it is, and the text alone or with its files."""
    part = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _body(
        text
    )
    if not enclosed:
        return part
    kind, body = mixed(part, enclosed, message_id)
    return f"Content-Type: {kind}\r\n\r\n".encode("ascii") + body


def _body(text: str) -> bytes:
    """Folded, CRLF, base64 in lines of 76 with CRLF."""
    lines = fold(_NOT_IN_BODY.sub("", _LINE_ENDS.sub("\n", _SURROGATE.sub("\ufffd", text)))).rstrip("\n")
    canonical = (lines + "\n").replace("\n", "\r\n").encode()
    return encodebytes(canonical).replace(b"\n", b"\r\n")
