"""Read one mailbox: what is new is kept, one mail at a time, and marked as read only once it is on disk.

Each mail is on its own: one that cannot be kept stops this round, since the next may not be taken for read before it;
one that is too large is kept by its head. What was read is known by number, and by digest when numbers change.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery import reading
from madoguchi.rooms.delivery.actions.keep_mail import Origin, keep_mail
from madoguchi.rooms.delivery.actions.mailbox import note_read
from madoguchi.rooms.delivery.imap import FetchFailed, Session, Waiting
from madoguchi.rooms.delivery.queries.mailboxes import Place, fetched_before, place_in

log = logging.getLogger("madoguchi.mail-in")
AT_ONCE = 200  # numbers measured and fetched before the place is noted
IDLE_SECONDS = 300.0  # then it is looked anew: servers forget who waits longer (RFC 2177: 29 minutes)
POLL_SECONDS = 60.0
OLDEST = timedelta(days=60)  # a mail that says it lay there longer arrives now
_MARGIN = 1024 * 1024
_TRIES, _GIVE_UP = (
    3,
    6,
)  # connections that broke at one mail: then its head alone, then it is left where it lies


def fetch_new(session: Session, mailbox: UUID, trouble: Counter[int] | None = None) -> int:
    """How many were kept. Raises FetchFailed when one could not be. `trouble`: how often each number failed."""
    place, kept = place_in(mailbox), 0
    same, trouble = place.uid_validity == session.uid_validity, trouble if trouble is not None else Counter()
    last = place.last_uid if same else session.last_known()
    for some in _some(_unread(session, place)):
        kept += _fetch_some(session, mailbox, place.entity_id, some, trouble)
        last = max(last, *some)
        if same:
            note_read(mailbox, uid_validity=session.uid_validity, last_uid=last)
    note_read(mailbox, uid_validity=session.uid_validity, last_uid=last)
    return kept


def _some(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), AT_ONCE):
        yield uids[start : start + AT_ONCE]


def _unread(session: Session, place: Place) -> list[int]:
    """A mailbox that was never read brings what nobody has read; with new numbers, everything since the last look."""
    if place.uid_validity is None:
        return session.unseen()
    if place.uid_validity != session.uid_validity:
        return session.since((place.looked_at or clock.now()) - timedelta(days=1))
    return session.new_since(place.last_uid)


def _fetch_some(
    session: Session, mailbox: UUID, entity_id: UUID, uids: list[int], trouble: Counter[int]
) -> int:
    known = fetched_before(mailbox, session.uid_validity, uids)
    waiting = session.measure([uid for uid in uids if uid not in known])
    kept = 0
    for each in reading.small_first(waiting):
        trouble[each.uid] += 1
        why = _why_head_only(each, trouble[each.uid])
        kept += trouble[each.uid] <= _GIVE_UP and _fetch_one(session, mailbox, entity_id, each, why)
        del trouble[each.uid]
    return kept


def _why_head_only(waiting: Waiting, tries: int) -> str:
    if waiting.size > reading.LARGEST:
        return "too-large"
    return "could-not-fetch" if tries > _TRIES else ""


def _fetch_one(session: Session, mailbox: UUID, entity_id: UUID, waiting: Waiting, why: str) -> bool:
    raw = session.fetch(waiting.uid, most=waiting.size + _MARGIN, head=bool(why))
    if raw is None:
        return False  # somebody else took it away
    origin = Origin(mailbox, session.uid_validity, waiting.uid, _arrived(waiting.at), why, waiting.size)
    try:
        kept = keep_mail(raw=raw, entity_id=entity_id, origin=origin)
    except (DatabaseError, OSError):
        log.exception("mail-not-kept")
        raise FetchFailed("store") from None
    session.mark_seen([waiting.uid])
    return kept.fresh


def _arrived(at: datetime | None) -> datetime | None:
    """When it came into the mailbox, unless that cannot be."""
    now = clock.now()
    return at if at is not None and at.tzinfo and now - OLDEST <= at <= now else None


def wait_for_more(session: Session, stopping: threading.Event) -> None:
    """Until something arrives, it is time to look anew, or the worker is asked to stop."""
    if session.more_arrived:
        return
    if not session.can_idle:
        stopping.wait(POLL_SECONDS)
        return
    with session.idling() as wire:
        for _ in range(int(IDLE_SECONDS)):
            if stopping.is_set() or wire.hears_more(1.0):
                return
