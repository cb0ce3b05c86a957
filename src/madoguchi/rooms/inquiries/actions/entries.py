"""Lines of the timeline, written in the transaction of the verb that causes them."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.vault.fields import FileKey


def write_event(
    *, inquiry_id: UUID, by: Ref, code: str, details: dict[str, Any] | None = None, mail: UUID | None = None
) -> UUID:
    """An event told by a code; the screen has the words."""
    id = uuid7()
    insert(
        Entry, id=id, inquiry_id=inquiry_id, kind="event", by_kind=by.kind, by_id=by.id, code=code,
        details=details or {}, mail_id=mail,
    )  # fmt: skip
    return id


def write_text(
    *,
    inquiry_id: UUID,
    by: Ref,
    kind: str,
    text: str,
    key: FileKey,
    mail: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> UUID:
    """A note or a reply, sealed under `key`."""
    id = uuid7()
    insert(
        Entry, id=id, inquiry_id=inquiry_id, kind=kind, by_kind=by.kind, by_id=by.id, file_id=key.id,
        text=key.seal(Entry, "text", id, text), mail_id=mail, details=details or {},
    )  # fmt: skip
    return id
