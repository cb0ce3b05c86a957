"""The person says something on the page of their receipt: one message however often it is sent, in a file of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from madoguchi.foundation.lib import clock, text
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.enclose import Offered, enclose, made_ready
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.inquiries.queries.one import by_id
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.queries import hold_file

LONGEST = 10_000  # characters as people count them


@dataclass(frozen=True, slots=True)
class Said:
    """`draft` is the token of the page it was typed on; the files are as they were given."""

    text: str
    draft: str
    files: Sequence[Offered] = ()


def say(*, inquiry_id: UUID, said: Said) -> None:
    """Raises EmptyText, TooLongToSay, what `made_ready` raises, and FileErased once the person was erased."""
    written = text.clean_text(text.without_unstorable(said.text)).strip()
    rules.check_sayable(written, enclosed=bool(said.files), longest=LONGEST)
    ready = made_ready(said.files)
    _say(inquiry_id, written, _message_id(inquiry_id, said.draft), ready)


def _message_id(inquiry_id: UUID, draft: str) -> UUID:
    """The same page sent again is the same message."""
    return UUID(
        bytes=sha256(b"madoguchi.said\x00" + inquiry_id.bytes + draft.encode(errors="replace")).digest()[:16]
    )


@action
def _say(inquiry_id: UUID, written: str, id: UUID, ready: Sequence[Offered]) -> None:
    inquiry = by_id(inquiry_id, for_update=True)
    if Entry.objects.filter(id=id).exists():
        return
    hold_file(inquiry.file_id)
    key = open_file(kind="message", holder=inquiry.person_id)
    heard = Heard(written, key, clock.now(), details={"channel": "web"}, id=id)
    entry = hear(inquiry_id=inquiry.id, heard=heard)
    where = Entry.objects.values_list("inquiry_id", flat=True).get(id=entry)
    enclose(inquiry_id=where, entry_id=entry, key=key, files=ready)
