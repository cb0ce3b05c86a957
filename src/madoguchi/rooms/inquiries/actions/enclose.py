"""Keep what was attached: sealed under the key of the file it belongs to, in the transaction of what brought it."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import files as kinds
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.enclosing import AS_IT_IS, Limits, Offered, digest_of, made_ready
from madoguchi.rooms.inquiries.models import Enclosure, Inquiry
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file

__all__ = ("AS_IT_IS", "Limits", "Offered", "digest_of", "enclose", "enclose_with", "made_ready")
SCAN = "inquiries.scan"


@action
def enclose(
    *,
    inquiry_id: UUID,
    entry_id: UUID | None = None,
    draft_id: UUID | None = None,
    key: FileKey,
    files: Sequence[Offered],
    first: int = 0,
) -> list[UUID]:
    """Gives back the enclosures in the same order; `first` is the place of the first one, where others came before. `key` is held by the caller (vault.queries.hold_file, or a file
    opened in this transaction). What a person chose goes through `made_ready` before; what came by mail does not."""
    before = Enclosure.objects.filter(draft_id=draft_id).count() if draft_id else first
    return [
        _keep(each, key, inquiry_id, entry_id, draft_id, before + position)
        for position, each in enumerate(files)
    ]


@action
def enclose_with(*, inquiry_id: UUID, files: Sequence[Offered]) -> list[UUID]:
    """What came with the submission itself, in the transaction that receives it (`receive(…, then=…)`)."""
    key = hold_file(Inquiry.objects.values_list("file_id", flat=True).get(id=inquiry_id))
    return enclose(inquiry_id=inquiry_id, key=key, files=files)


def _keep(
    file: Offered, key: FileKey, inquiry: UUID, entry: UUID | None, draft: UUID | None, position: int
) -> UUID:
    id, name = uuid7(), kinds.fitting_name(file.name)
    attachment = store_attachment(key=key, name=name, media_type=file.media_type, content=[file.content])
    insert(
        Enclosure, id=id, inquiry_id=inquiry, entry_id=entry, draft_id=draft, attachment_id=attachment,
        position=position, kind=kinds.kind_of(file.content, name),
    )  # fmt: skip
    if settings.CLAMD_URL:
        add_job(SCAN, id)
    return id
