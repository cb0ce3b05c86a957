"""Keep a mail as it arrived: raw and sealed, before anybody tries to understand it, and once.

However often and from wherever the same mail comes, there is one row. The file is nobody's yet: it gets its holder
when the mail is placed, and is found until then by the blind index of its sender.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.foundation.lib.rows import upsert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.identity import digest_of, head_of
from madoguchi.rooms.delivery.models import ArrivedMail, Understanding
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.queries import blind

PLACE = "inquiries.place"
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it was found. `head_only`: why no more than its head was taken, as a code; `size` is that of all of it."""

    mailbox: UUID | None = None
    uid_validity: int | None = None
    uid: int | None = None
    at: datetime | None = None
    head_only: str = ""
    size: int = 0
    by: Ref = WORKER


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    fresh: bool


def keep_mail(*, raw: bytes, entity_id: UUID, origin: Origin | None = None) -> Kept:
    """Only what returned from here outside of a transaction is on disk: then the mailbox may forget it."""
    origin = origin or Origin()
    id, key = uuid7(), new_key()
    row = {
        "id": id, "entity_id": entity_id, "mailbox_id": origin.mailbox, "uid_validity": origin.uid_validity,
        "uid": origin.uid, "digest": digest_of(entity_id, raw), "file_id": key.id, "size": max(origin.size, len(raw)),
        "sender_index": sender_index(raw), "arrived_at": origin.at or clock.now(), **_standing(origin),
    }  # fmt: skip
    with action:
        (kept,) = upsert(ArrivedMail, conflict=("entity", "digest"), returning=("id",), **row)
        if kept != id:
            return Kept(kept, fresh=False)
        open_file(kind="mail", holder=None, key=key)
        stored = store_attachment(key=key, name="mail.eml", media_type="message/rfc822", content=_pieces(raw))
        ArrivedMail.objects.filter(id=id).update(raw_id=stored)
        if not origin.head_only:
            add_job(PLACE, id)
        record(
            "delivery.mail-kept",
            about=Ref("arrived", id),
            by=origin.by,
            details={"whole": not origin.head_only},
        )
        return Kept(id, fresh=True)


def _standing(origin: Origin) -> dict[str, str]:
    """A mail of which only the head was taken is not placed by itself."""
    return {"state": Understanding.ASIDE, "code": origin.head_only} if origin.head_only else {}


def sender_index(raw: bytes) -> bytes | None:
    """From the head alone; None for a sender that is no address."""
    with suppress(Unreadable):
        return blind("email", read_email(rules.decode(head_of(raw)).from_address).key)
    return None


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), _PIECE):
        yield raw[start : start + _PIECE]
