"""What the looks at the public pages found, and the digest that they are held against."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import Happened, about, newest
from madoguchi.rooms.policy.rules.serving import Seen

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

LOOKED = "policy.looked"
_MOST = 200
LATELY = timedelta(days=1)
A_WHILE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Looks:
    """`same` of the last day; `altered` is what the last look saw that saw anything; `seen_at`, when that was;
    `since`, from when they have been looked at; `answered`, whether the last look saw anything."""

    same: int
    altered: bool
    seen_at: datetime | None
    since: datetime | None
    answered: bool

    @property
    def silent(self) -> bool:
        """No answer for a while. The first look of a new house may come before its pages answer: that says nothing."""
        last = self.seen_at or self.since
        return not self.answered and last is not None and clock.now() - last > A_WHILE


def published_digest(version: "PolicyVersion") -> str:
    """As it went into the chain of events when it was published; whoever alters the row cannot alter that."""
    events = [each for each in about(Ref("policy", version.id)) if each.kind == "policy.published"]
    return str(events[0].details["digest"]) if events else ""


def last_look() -> Happened | None:
    return next(iter(newest((LOOKED,), limit=1)), None)


def looks() -> Looks:
    events = newest((LOOKED,), limit=_MOST)
    saw = [each for each in events if each.details["found"] != Seen.UNREACHABLE]
    since = clock.now() - LATELY
    same = sum(each.at >= since and each.details["found"] == Seen.SAME for each in saw)
    last = saw[0] if saw else None
    return Looks(
        same=same,
        altered=bool(last and last.details["found"] == Seen.ALTERED),
        seen_at=last.at if last else None,
        since=events[-1].at if events else None,
        answered=saw[:1] == events[:1],
    )


def unseen() -> Looks | None:
    """When the public pages have given no answer for a while: what was seen last."""
    last = last_look()
    if last is None or last.details["found"] != Seen.UNREACHABLE:
        return None
    found = looks()
    return found if found.silent else None
