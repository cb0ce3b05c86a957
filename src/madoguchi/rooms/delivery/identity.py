"""Whether two mails are the same one: fetched twice, piped again, or delivered to two of our mailboxes.

What the way of a mail adds to its head is left out, and line ends count as one. A mail that has no Message-ID is only
the same as its very bytes.
"""

import hmac
import re
from hashlib import sha256
from uuid import UUID

from django.conf import settings

MOST_HEAD = 256 * 1024  # bytes of a head that are looked at
_TRACES = re.compile(
    rb"(?:received|x-received|return-path|delivered-to|x-original-to|(?:x-)?envelope-(?:to|from)|received-spf"
    rb"|authentication-results|arc-[a-z-]+|x-spam-[a-z-]+|x-forwarded-[a-z]+|x-g(?:m|oogle)-[a-z-]+|x-mozilla-[a-z0-9-]+"
    rb"|status|x-status|x-keywords|x-uid|x-imapbase|content-length|lines)[ \t]*:",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(rb"(?:^|\n)message-id[ \t]*:[ \t\n]*<", re.IGNORECASE)
_LOOP_MARK = re.compile(rb"^x-madoguchi-loop[ \t]*:[^\n]*(?:\n|$)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*(?:\n|$))*|[^\n]+$")


def head_of(raw: bytes) -> bytes:
    """The head alone, with the empty line that ends it."""
    start = raw[:MOST_HEAD].replace(b"\r\n", b"\n")
    head, _, _ = start.partition(b"\n\n")
    return head + b"\n\n"


def without_loop_marks(raw: bytes) -> bytes:
    head, rest = raw[:MOST_HEAD], raw[MOST_HEAD:]
    end = head.find(b"\n\n") if b"\r\n" not in head else head.find(b"\r\n\r\n")
    head, rest = (head[:end], head[end:] + rest) if end >= 0 else (head, rest)
    return _LOOP_MARK.sub(b"", head) + rest


def digest_of(entity: UUID, raw: bytes) -> bytes:
    """Keyed, so that nobody who has a mail can look up whether we have it too."""
    message = b"madoguchi.arrived\x00" + entity.bytes + _digest(raw.replace(b"\r\n", b"\n"))
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")


def _digest(raw: bytes) -> bytes:
    head, empty, body = raw.partition(b"\n\n")
    if len(head) > MOST_HEAD or not empty or not _MESSAGE_ID.search(head):
        return sha256(raw).digest()
    fields = [each for each in _FIELD.findall(head + b"\n") if not _TRACES.match(each)]
    whole = sha256(b"".join(fields) + b"\n")
    whole.update(body.rstrip(b"\n"))
    return whole.digest()
