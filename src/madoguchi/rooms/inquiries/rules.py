"""What may become of an inquiry. States and moves are these two tables; everything else asks them."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol, get_args

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.errors import (
    AlreadyDeclined,
    AnsweredMeanwhile,
    DraftChanged,
    EmptyText,
    NotSales,
    SettledAlready,
    WrongMove,
)
from madoguchi.rooms.promises.registry import keeps

LaneName = Literal["inbox", "sales", "junk"]
LANES: tuple[LaneName, ...] = get_args(LaneName)

# From each status to those a person may set. 新着 is left by opening, never set by hand.
MOVES: Mapping[str, frozenset[str]] = {
    "new": frozenset({"open", "doing", "pending", "done"}),
    "open": frozenset({"doing", "pending", "done"}),
    "doing": frozenset({"open", "pending", "done"}),
    "pending": frozenset({"open", "doing", "done"}),
    "done": frozenset({"open", "doing"}),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the visitor had before their eyes: ids and digests, taken from the page they sent."""

    notice: object
    policy: object
    form_version: object
    form_digest: str


class Known(Protocol):
    @property
    def lane(self) -> str: ...
    @property
    def status(self) -> str: ...


def draft_digest(token: str) -> bytes:
    return sha256(b"madoguchi.draft\x00" + token.encode()).digest()


def draft_mark(token: str, values: Mapping[str, str]) -> bytes:
    """Tells the same text from another under one draft; keyed by the token, which is stored nowhere."""
    return hmac.digest(token.encode(), canonical_json(dict(values)), "sha256")


@keeps("inquiries.same-draft-same-receipt")
def check_same_text(mark: bytes, stored: bytes) -> None:
    if not hmac.compare_digest(mark, stored):
        raise DraftChanged


def check_move(inquiry: Known, status: str) -> None:
    if status not in MOVES[inquiry.status]:
        raise WrongMove


def may_move(inquiry: Known, status: str) -> bool:
    return status in MOVES[inquiry.status]


def check_lane(inquiry: Known, lane: str) -> None:
    if lane not in LANES or lane == inquiry.lane:
        raise WrongMove


def check_may_assign(inquiry: Known) -> None:
    """Who has an inquiry is settled with it; it is opened again first."""
    if inquiry.status == "done":
        raise SettledAlready


def may_assign(inquiry: Known) -> bool:
    return _allows(lambda: check_may_assign(inquiry))


def check_written(text: str) -> None:
    if not text.strip():
        raise EmptyText


def check_nobody_answered(last_reply_at: datetime | None, seen_until: datetime | None) -> None:
    """Somebody replied after the writer opened the page: stop and show it (DESK §3 no. 15)."""
    if last_reply_at is not None and seen_until is not None and last_reply_at > seen_until:
        raise AnsweredMeanwhile


@keeps("inquiries.one-polite-refusal")
def check_not_declined(declined_at: datetime | None) -> None:
    """The polite refusal goes out at most once (SCREENING §10)."""
    if declined_at is not None:
        raise AlreadyDeclined


def check_may_decline(lane: str, declined_at: datetime | None) -> None:
    """Only what a person has put into 営業, and only once: a customer is never sent the refusal of a pitch."""
    check_not_declined(declined_at)
    if lane != "sales":
        raise NotSales


def may_decline(lane: str, declined_at: datetime | None) -> bool:
    return _allows(lambda: check_may_decline(lane, declined_at))


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True
