"""One raw mail, read: `decode` takes any bytes and never raises."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from madoguchi.rooms.delivery.decoding import limits
from madoguchi.rooms.delivery.decoding.addresses import Mailbox, read_mailboxes
from madoguchi.rooms.delivery.decoding.bodies import Attachment, Body, read_body
from madoguchi.rooms.delivery.decoding.bounces import Bounce, is_success, read_bounce
from madoguchi.rooms.delivery.decoding.charsets import codecs_of
from madoguchi.rooms.delivery.decoding.headers import Headers, split_message
from madoguchi.rooms.delivery.decoding.kinds import Facts, Kind, answers, forwards, kind_of
from madoguchi.rooms.delivery.decoding.parts import Part, part_of
from madoguchi.rooms.delivery.decoding.quotes import Evidence, new_text, tidy
from madoguchi.rooms.delivery.decoding.words import Charset, read_header

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_CHARSET = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{1,900}>")


@dataclass(frozen=True, slots=True)
class DecodedMail:
    """Characters as sent. `text` is new text, `whole_text` also what it quotes; `html` is unsafe as it stands.

    `automatic` says by a code why it is no person's mail. `doubtful`: characters had to be replaced. `fault`: a limit
    was met, or reading went wrong; what could be read is here all the same.
    """

    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    whole_text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    kind: Kind = "new"
    automatic: str = ""
    bounce: Bounce | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None
    loop_marks: tuple[str, ...] = ()
    doubtful: bool = False
    fault: str = ""


def decode(raw: bytes, *, charset: str = "") -> DecodedMail:
    """`charset` is a person's choice (文字コードを変えて再表示) and beats every label in the mail."""
    known = DecodedMail(fault="unreadable")
    try:
        content = _line_ends(raw[: limits.BYTES])
        headers, body = split_message(content)
        chosen = Charset(_hint(content), charset if codecs_of(charset) else "")
        known = _headers(headers, chosen)
        count = limits.Count(fault=known.fault)
        if len(raw) > limits.BYTES:
            count.met("too-large")
        return _body(known, headers, part_of(headers, body, chosen), chosen, count)
    except Exception:  # noqa: BLE001  # one bad mail is set aside with what is known of it; intake goes on
        return replace(known, fault=known.fault or "unreadable")


def _line_ends(raw: bytes) -> bytes:
    return raw.replace(b"\r", b"\n") if b"\n" not in raw else raw


def _hint(raw: bytes) -> str:
    found = _CHARSET.search(raw[:65_536])
    return found[1].decode("ascii") if found else ""


def _headers(headers: Headers, charset: Charset) -> DecodedMail:
    sender = _sender(headers, charset)
    subject = read_header(headers.get("subject"), charset)
    answer = read_mailboxes(headers.get("reply-to"), charset)
    return DecodedMail(
        from_name=sender.name,
        from_address=sender.address,
        reply_to=answer[0].address if answer else "",
        to=_recipients(headers, charset),
        subject=subject.text,
        message_id=next(iter(_ids(headers, "message-id")), ""),
        in_reply_to=next(iter(_ids(headers, "in-reply-to")), ""),
        references=_ids(headers, "references"),
        date=_date(headers.plain("date")),
        loop_marks=tuple(
            value.decode("ascii", "replace").strip() for value in headers.every("x-madoguchi-loop")
        ),
        doubtful=sender.doubtful or subject.doubtful,
        fault="header-too-long" if headers.cut else "",
    )


def _sender(headers: Headers, charset: Charset) -> Mailbox:
    """The first address of From, or its name alone; without either, whoever handed the mail in."""
    for name in ("from", "sender", "return-path"):
        found = [each for value in headers.every(name)[:10] for each in read_mailboxes(value, charset)]
        if found:
            return next((each for each in found if each.address), found[0])
    return Mailbox("", "")


def _recipients(headers: Headers, charset: Charset) -> tuple[str, ...]:
    found = (
        each.address
        for name in _RECIPIENTS
        for value in headers.every(name)[:50]
        for each in read_mailboxes(value, charset)
    )
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def _ids(headers: Headers, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(headers.plain(name))))


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _body(
    known: DecodedMail, headers: Headers, part: Part, charset: Charset, count: limits.Count
) -> DecodedMail:
    body = read_body(part, charset, count)
    whole = tidy(body.text)
    replies, passes_on = answers(headers, known.subject), forwards(known.subject)
    text = new_text(body.text, Evidence(replies, passes_on))
    kind, why = kind_of(headers, _facts(known, part, body, whole, quoted=text != whole))
    bounced = kind == "bounce"
    return replace(
        known,
        text=whole if bounced else text,
        whole_text=whole,
        html=body.html,
        attachments=tuple(body.attachments),
        kind=kind,
        automatic=why,
        bounce=_bounce(known, headers, body, whole, charset) if bounced else None,
        doubtful=known.doubtful or body.doubtful,
        fault=count.fault,
    )


def _facts(known: DecodedMail, part: Part, body: Body, whole: str, *, quoted: bool) -> Facts:
    return Facts(
        sender=known.from_address,
        subject=known.subject,
        text=whole,
        media_type=part.media_type,
        report_type=part.content_type.token("report-type").lower(),
        reports=tuple(each.media_type for each in body.reports),
        delivered=is_success(body.reports),
        own=frozenset(known.to),
        quoted=quoted,
    )


def _bounce(known: DecodedMail, headers: Headers, body: Body, whole: str, charset: Charset) -> Bounce:
    return read_bounce(headers, body.reports, whole, charset, {known.from_address, *known.to})
