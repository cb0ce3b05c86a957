"""Where a mail that arrived belongs, decided from what is known of it (DESK §4.3, §4.6, §4.9). Pure: facts in.

A machine's mail starts no conversation. A mail finds its inquiry by our own token or Message-ID, and only of the same
sender; what is doubtful waits for a person and goes into no thread.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

SILENT_FOR = timedelta(days=180)  # after that a mail begins anew, linked to the old inquiry
AUTOMATIC_PER_HOUR = 5  # machines' mails that one inquiry notes within an hour

# Where everybody may have an address: the same domain says nothing there.
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "yahoo.com",
        "ymail.ne.jp",
        "outlook.jp",
        "outlook.com",
        "outlook.co.jp",
        "hotmail.com",
        "hotmail.co.jp",
        "live.jp",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "vodafone.ne.jp",
        "ymobile.ne.jp",
        "rakuten.jp",
        "biglobe.ne.jp",
        "nifty.com",
        "so-net.ne.jp",
        "ocn.ne.jp",
        "plala.or.jp",
        "excite.co.jp",
        "aol.com",
        "aol.jp",
        "goo.jp",
        "mail.goo.ne.jp",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "zoho.com",
        "uqmobile.jp",
    ]
)
_NO_REPLY = re.compile(
    r"(?:no|do-?not|donot)[-_.]?reply.*|mailer-?daemon|postmaster|bounces?|.*-bounces?|auto-?reply|autoresponder|nobody|root"
)
_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|fw|aw|返信|転送|返|ｒｅ)\s*(?:\[\d+\]|\(\d+\)|\^\d+|\d+)?\s*[:：>]\s*)+", re.IGNORECASE
)
_SPACES = re.compile(r"\s+")

To = Literal["thread", "new", "event", "bounce", "aside"]


@dataclass(frozen=True, slots=True)
class Thread:
    """The inquiry that the evidence names. `known`: the sender is the person, or has written into it before."""

    id: UUID
    known: bool
    same_domain: bool
    gone: bool
    silent_for: timedelta
    automatic_this_hour: int
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one mail. `sender` is empty when it names none that can be read; `ours`: one of our own
    addresses; `own_mark`: we sent it ourselves; `bounced`: the mail of ours that came back."""

    kind: str
    automatic: str
    fault: str
    sender: str
    ours: bool
    own_mark: bool
    subject: str
    thread: Thread | None
    bounced: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`code` says why it is put aside; `silent`: nobody needs to look. `continued` names the inquiry taken up again."""

    to: To
    thread: UUID | None = None
    code: str = ""
    silent: bool = False
    continued: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def decide(facts: Facts) -> Decision:
    if facts.fault:
        return Decision("aside", code=facts.fault)
    if facts.kind == "loop" or facts.own_mark:
        return Decision("aside", code="loop", silent=facts.own_mark)
    if facts.kind == "bounce":
        return _bounce(facts)
    if facts.kind == "auto":
        return _automatic(facts)
    if not facts.sender:
        return Decision("aside", code="no-sender")
    if facts.ours:
        return Decision("aside", code="own-address")
    return _spoken(facts)


def _bounce(facts: Facts) -> Decision:
    if facts.bounced is None and facts.thread is None:
        return Decision("aside", code="bounce-unknown", silent=True)
    thread = facts.thread
    if thread is None or thread.gone:
        return Decision("bounce")
    if thread.automatic_this_hour >= AUTOMATIC_PER_HOUR:
        return Decision("aside", thread.id, code="breaker", silent=True)
    return Decision("bounce", thread.id)


def _automatic(facts: Facts) -> Decision:
    thread = facts.thread
    if thread is None or thread.gone:
        return Decision("aside", code="automatic", silent=True)
    if thread.automatic_this_hour >= AUTOMATIC_PER_HOUR:
        return Decision("aside", thread.id, code="breaker", silent=True)
    return Decision("event", thread.id)


def _spoken(facts: Facts) -> Decision:
    thread = facts.thread
    if thread is None or thread.gone:
        return Decision("new")
    if not (thread.known or thread.same_domain):
        return Decision("aside", code="other-sender")
    if thread.silent_for > SILENT_FOR:
        return Decision("new", continued=thread.id)
    details: dict[str, Any] = {"channel": "mail"}
    details |= {} if thread.known else {"other_sender": True}
    details |= {"subject_changed": True} if subject_changed(facts.subject, thread.subjects) else {}
    return Decision("thread", thread.id, details=details)


def subject_changed(subject: str, before: Collection[str]) -> bool:
    """Whether it speaks of something else; cut and lengthened subjects are the same ones."""
    said, known = _bare(subject), [bare for each in before if (bare := _bare(each))]
    return bool(said and known) and not any(said in each or each in said for each in known)


def _bare(subject: str) -> str:
    folded = unicodedata.normalize("NFKC", subject).casefold()
    return _SPACES.sub("", _PREFIX.sub("", folded).strip())


def same_domain(one: str, other: str) -> bool:
    """Colleagues of one company; free mail joins nobody."""
    domain = one.rpartition("@")[2]
    return bool(domain) and domain == other.rpartition("@")[2] and domain not in FREE_MAIL


def takes_no_answer(address: str) -> bool:
    """no-reply@…, mailer-daemon@… and their kind."""
    return _NO_REPLY.fullmatch(address.rpartition("@")[0].lower()) is not None
