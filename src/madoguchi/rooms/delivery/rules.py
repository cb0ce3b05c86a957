"""What delivery decides: what an answer of the relay means, when to try again, how many mails are too many.

Composing a mail and reading one are pure as well and are reached through here by other rooms.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from secrets import token_hex
from typing import Literal

from madoguchi.foundation.lib.contact import envelope_form
from madoguchi.rooms.delivery import errors
from madoguchi.rooms.delivery.addressing import header_form, is_address
from madoguchi.rooms.delivery.composing import RenderedMail, compose
from madoguchi.rooms.delivery.decoding.bodies import Attachment
from madoguchi.rooms.delivery.decoding.bounces import Bounce
from madoguchi.rooms.delivery.decoding.mail import DecodedMail, decode
from madoguchi.rooms.delivery.decoding.safe import safe_html
from madoguchi.rooms.delivery.enclosing import Enclosed, check_size
from madoguchi.rooms.delivery.marks import is_own_mark
from madoguchi.rooms.delivery.reading import CHARSETS, LARGEST, SECURITIES, WAYS, check_charset, check_mailbox
from madoguchi.rooms.promises.registry import keeps

__all__ = [
    "CHARSETS", "LARGEST", "SECURITIES", "WAITING", "WAYS", "Attachment", "Bounce", "DecodedMail", "Enclosed", "Limits",
    "Outcome", "RenderedMail", "Stage", "Verdict", "check_address_works", "check_charset", "check_mailbox",
    "check_size", "check_within_caps", "classify", "compose", "decode", "is_address", "is_dead_end",
    "is_own_mark", "may_try_unquoted", "new_message_id", "safe_html", "unsendable",
]  # fmt: skip

# The steps of one delivery, in order. `body` is the text without its final dot, `end` is the dot.
Stage = Literal[
    "connect", "tls", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "end"
]

# States of a mail that has not left and may (models.State); what the relay refused has to be looked at.
WAITING = ("queued", "held")

# These answer the relay's own setting, not the recipient: the mail waits and somebody is told.
_OUR_SETTING = frozenset({"tls", "greeting", "ehlo", "starttls", "auth"})
_WANTS_SIGN_IN = frozenset({530, 534, 535, 538})  # RFC 4954 §6

_BARE_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class Verdict(StrEnum):
    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"  # for good: this address, this mail
    AMBIGUOUS = "ambiguous"  # perhaps accepted: the same bytes go again under the same Message-ID


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is stage and reply, never text of the relay; `loud`: waiting will not mend it, tell an admin."""

    verdict: Verdict
    code: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Mails that one address may get in a day, and the whole site may send in an hour."""

    per_address_day: int
    per_site_hour: int


def classify(reply_code: int | None, stage: Stage) -> Outcome:
    """What a reply at this stage means for the mail (RFC 5321 §4.2.1); None: the connection was lost.

    Good replies of the stages before `end` only lead on, so here they are out of place.
    """
    code = f"{stage}-{reply_code or 'lost'}"
    family = (reply_code or 0) // 100
    if stage == "end" and family == 2:
        return Outcome(Verdict.SENT, code)
    if stage == "end" and family not in (4, 5):
        return Outcome(Verdict.AMBIGUOUS, code)
    if family == 5 and (stage in _OUR_SETTING or reply_code in _WANTS_SIGN_IN):
        return Outcome(Verdict.RETRY, code, loud=True)
    return Outcome(Verdict.REFUSED if family == 5 else Verdict.RETRY, code)


def unsendable(mail: RenderedMail) -> str:
    """What no relay may be given, as a code; empty if all is well.

    Looked at again before sending: a second recipient, or a bare CR or LF that some relays take for a line
    end and that smuggles in a second mail (CVE-2023-51764).
    """
    if not is_address(mail.recipient):
        return "recipient-malformed"
    if mail.envelope_from and not is_address(mail.envelope_from):
        return "sender-malformed"
    if _BARE_LINE_END.search(mail.content) or not mail.content.isascii():
        return "content-malformed"
    return ""


def may_try_unquoted(reply_code: int, recipient: str) -> bool:
    """Some relays know a legacy address only without the quotes its grammar asks for: one more try."""
    return 500 <= reply_code < 600 and envelope_form(recipient) != recipient


@keeps("delivery.no-mail-bombing")
def check_within_caps(*, sent_to_address_today: int, sent_site_this_hour: int, limits: Limits) -> None:
    """One victim cannot be bombed through our form, nor the world through our site."""
    if sent_to_address_today >= limits.per_address_day:
        raise errors.AddressCapReached
    if sent_site_this_hour >= limits.per_site_hour:
        raise errors.SiteCapReached


def is_dead_end(state: str, code: str) -> bool:
    """A mail that came back for good, or that the relay would not take for this recipient."""
    return state == "refused" and code.startswith(("bounce-5", "bounce-unknown", "rcpt-5"))


def check_address_works(*, last_two_came_back: bool) -> None:
    """Mail that always comes back harms the name of the sender, and helps nobody: a person looks first."""
    if last_two_came_back:
        raise errors.AddressReturnsMail


def new_message_id(domain: str, token: str = "") -> str:
    """Random, so that it tells neither time nor count. `domain` is the sender's own; `token` (of the room above)
    leads an answer back to what it answers."""
    header_form(f"x@{domain}", "Message-ID")
    return f"<{token}.{token_hex(8)}@{domain}>" if token else f"<{token_hex(16)}@{domain}>"
