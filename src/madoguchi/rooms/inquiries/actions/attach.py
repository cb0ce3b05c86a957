"""A colleague attaches files to the reply they are writing: they lie with the draft, and go where it goes."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import enclosing
from madoguchi.rooms.inquiries.actions.enclose import Limits, Offered, enclose, made_ready
from madoguchi.rooms.inquiries.actions.write_draft import put_draft
from madoguchi.rooms.inquiries.errors import FileTooLarge, TooManyFiles
from madoguchi.rooms.inquiries.models import Draft
from madoguchi.rooms.inquiries.queries.enclosures import Enclosed, of_draft
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file

# What leaves by mail must fit through other people's relays (delivery.rules.check_size).
LIMITS = Limits(count=10, each=10 * enclosing.MB, together=15 * enclosing.MB)


def attach(
    *, viewer: Viewer, inquiry_id: UUID, files: Sequence[Offered], text: str | None = None
) -> list[UUID]:
    """To one's own draft, which is begun if there is none yet; `text` is what was typed meanwhile, and is kept with it.
    Raises what `made_ready` raises, and FileErased."""
    inquiry = find(viewer, inquiry_id)
    ready = made_ready(files, _left(of_draft(inquiry.id, viewer.ref.id)))
    return _attach(viewer, inquiry.id, ready)


def _left(there: Sequence[Enclosed]) -> Limits:
    """What may still come to what is there."""
    sizes = [each.size for each in there]
    if len(sizes) >= LIMITS.count:
        raise TooManyFiles
    if sum(sizes) >= LIMITS.together:
        raise FileTooLarge("添付ファイルは、合わせて15MBまでです。先に、どれかを外してください。")
    return replace(LIMITS, count=LIMITS.count - len(sizes), together=LIMITS.together - sum(sizes))


@action
def _attach(viewer: Viewer, inquiry_id: UUID, ready: Sequence[Offered]) -> list[UUID]:
    inquiry = find(viewer, inquiry_id, for_update=True)
    key = hold_file(inquiry.file_id)
    draft = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).first()
    draft = draft or put_draft(inquiry, viewer, key, text="", on_page=False, seen_until=None)
    kept = enclose(inquiry_id=inquiry.id, draft_id=draft.id, key=key, files=ready)
    record("inquiry.file-attached", about=reference(inquiry), by=viewer.ref, details={"count": len(kept)})
    return kept
