"""What a bounce says: to whom, whether for good, why, and which of our mails it is about (RFC 3464, and prose)."""

import re
from dataclasses import dataclass

from madoguchi.rooms.delivery.decoding.addresses import read_mailboxes
from madoguchi.rooms.delivery.decoding.headers import Headers, split_message
from madoguchi.rooms.delivery.decoding.jis import HAS_ESCAPES, decode_jis
from madoguchi.rooms.delivery.decoding.parts import Part
from madoguchi.rooms.delivery.decoding.words import Charset


@dataclass(frozen=True, slots=True)
class Bounce:
    """`status` as 5.1.1, empty if none is told; `reason` is a code of ours."""

    recipient: str
    status: str
    permanent: bool
    original_message_id: str
    reason: str


_FIELD = re.compile(rb"^([A-Za-z-]{1,40}):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:/-])([45]\d\d)(?=[ \-:)\]])")
_ADDRESS = re.compile(r"(?:\"[^\"\s]{1,64}\"|[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})@[A-Za-z0-9.-]{2,253}")
_MESSAGE_ID = re.compile(r"^[> \t]{0,6}Message-ID:\s{0,5}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"<[^<>\s]{1,250}>")
_OLDER = re.compile(
    r"^(?:--- Below this line|-{2,}\s?(?:original|元の|returned|this is a copy|送信メール|以下|the following is)|received:|return-path:)",
    re.IGNORECASE | re.MULTILINE,
)
_REASONS = (
    ("no-such-address", r"user unknown|unknown user|no such user|no mailbox|does(?:n't| not) exist|not found|unknown address|invalid recipient"
     r"|recipient unknown|宛先不明|あて先不明|存在しません|見つかりません|見つからな|該当するユーザ|ユーザーが不明|アドレスが正しく|宛先が見つから"),
    ("mailbox-full", r"mailbox (?:is )?full|over ?quota|quota exceeded|容量(?:を超え|が超過|オーバー)|メールボックスがいっぱい|いっぱい"),
    ("no-such-domain", r"host (?:or domain name )?not found|domain not found|unknown host|name service error|couldn't find any host"
     r"|ドメインが(?:見つかり|存在し)ません|ドメイン名が"),
    ("too-large", r"too (?:large|big)|size limit|サイズが(?:大き|制限|上限)|メッセージサイズ"),
    ("refused", r"spam|blocked|rejected|denied|refused by policy|dmarc|受信拒否|拒否され|拒否しました|迷惑メール"),
    ("temporary", r"timed? ?out|temporar|will (?:be )?retr|delayed|deferred|遅延|再送|一時的"),
)  # fmt: skip
_BY_STATUS = {
    "1.1": "no-such-address", "1.0": "no-such-address", "1.3": "no-such-address", "1.6": "no-such-address",
    "1.10": "no-such-address", "1.2": "no-such-domain", "4.4": "no-such-domain", "2.2": "mailbox-full",
    "2.1": "mailbox-disabled", "2.3": "too-large", "3.4": "too-large", "4.7": "temporary",
}  # fmt: skip


def read_bounce(headers: Headers, reports: list[Part], text: str, charset: Charset, own: set[str]) -> Bounce:
    """`own`: addresses of the mail itself, never the one that failed."""
    fields = _delivery_fields(reports)
    prose = _prose(text)
    recipient = _recipient(fields, headers, prose, charset, own)
    told = " ".join((fields.get("diagnostic-code", ""), prose))
    status = _status(fields, told)
    permanent = _permanent(fields.get("action", ""), status, told)
    return Bounce(
        recipient,
        status,
        permanent,
        _original_id(reports, text, headers),
        _reason(status, told, permanent=permanent),
    )


def is_success(reports: list[Part]) -> bool:
    """A notice of delivery, which is no bounce."""
    action = _delivery_fields(reports).get("action", "").lower()
    return action in ("delivered", "relayed", "expanded")


def _delivery_fields(reports: list[Part]) -> dict[str, str]:
    """Of the first recipient that failed; the fields of the whole report before it."""
    for part in reports:
        if part.media_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        groups = [_fields(group) for group in re.split(rb"\r?\n[ \t]*\r?\n", part.content.strip())]
        failed = [each for each in groups if each.get("action", "").lower() in ("failed", "delayed")]
        named = [each for each in groups if "final-recipient" in each or "original-recipient" in each]
        return next(iter([*failed, *named, *groups]), {})
    return {}


def _fields(group: bytes) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in _FIELD.findall(group[:20_000]):
        text = decode_jis(value)[0] if HAS_ESCAPES.search(value) else value.decode("utf-8", "replace")
        out.setdefault(name.decode("ascii").lower(), " ".join(text.split()))
    return out


def _prose(text: str) -> str:
    """Without the mail that was given back below."""
    older = _OLDER.search(text)
    return (text[: older.start()] if older and older.start() > 20 else text)[:20_000]


def _recipient(fields: dict[str, str], headers: Headers, prose: str, charset: Charset, own: set[str]) -> str:
    for name in ("original-recipient", "final-recipient"):
        value = fields.get(name, "").rpartition(";")[2].strip()
        if "@" in value:
            return _bare(value, charset)
    failed = read_mailboxes(headers.get("x-failed-recipients"), charset)
    if failed and failed[0].address:
        return failed[0].address
    found = (_bare(each, charset) for each in _ADDRESS.findall(prose))
    return next((each for each in found if each not in own and not _is_machine(each)), "")


def _bare(address: str, charset: Charset) -> str:
    found = read_mailboxes(address.encode("utf-8", "replace"), charset)
    return found[0].address if found else ""


def _is_machine(address: str) -> bool:
    return address.partition("@")[0].lower() in ("mailer-daemon", "postmaster", "mailerdaemon")


def _status(fields: dict[str, str], told: str) -> str:
    found = _STATUS.search(fields.get("status", ""))
    detailed = _STATUS.search(told)
    if found and not (found[1].endswith(".0.0") and detailed):
        return found[1]
    return detailed[1] if detailed else ""


def _permanent(action: str, status: str, told: str) -> bool:
    if action.lower() == "delayed":
        return False
    if status:
        return status.startswith("5")
    reply = _REPLY.search(told)
    if reply:
        return reply[1].startswith("5")
    return _reason("", told, permanent=True) != "temporary"


def _reason(status: str, told: str, *, permanent: bool) -> str:
    known = _BY_STATUS.get(status[2:]) or ("refused" if status[2:].startswith("7.") else "")
    if known:
        return known
    low = told.lower()
    spoken = next((code for code, words in _REASONS if re.search(words, low)), "")
    return spoken or ("unknown" if permanent else "temporary")


def _original_id(reports: list[Part], text: str, headers: Headers) -> str:
    for part in reports:
        if part.media_type in (
            "message/rfc822",
            "message/global",
            "text/rfc822-headers",
            "message/global-headers",
        ):
            returned, _ = split_message(part.content)
            found = _ID.search(returned.get("message-id"))
            if found:
                return found[0].decode("ascii", "replace")
    quoted = _MESSAGE_ID.search(text)
    if quoted:
        return quoted[1]
    answered = _ID.search(headers.get("in-reply-to")) or _ID.search(headers.get("references"))
    return answered[0].decode("ascii", "replace") if answered else ""
