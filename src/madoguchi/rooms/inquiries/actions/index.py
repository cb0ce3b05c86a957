"""Keep the search index at what inquiries say: new ones before staff is told, changed ones by a job."""

import logging
from collections.abc import Collection, Sequence
from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.texts import FIELDS, Text, texts_of
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.actions.search import Group, begin_walk, note_walk, put

log = logging.getLogger("madoguchi.search")
AT_ONCE = 100  # inquiries put in one go: about 100 ms
KIND = "inquiries.index"
_READ = ("id", "receipt_number", "file", "form_version", "received_at", "answers")


def index(inquiry_ids: Collection[UUID]) -> None:
    _put(list(Inquiry.objects.filter(id__in=list(inquiry_ids)).only(*_READ)))


def index_row(row: UUID) -> None:
    """An inquiry, or the inquiry of an entry: whichever row the text was written to."""
    entry = Entry.objects.filter(id=row).values_list("inquiry_id", flat=True).first()
    index([entry or row])


def index_or_later(inquiry_ids: Collection[UUID]) -> None:
    """Whatever is wrong with the index, what waits for this goes on; a job tries again."""
    try:
        index(inquiry_ids)
    except Exception:
        log.exception("index-failed")
        with action:
            for id in inquiry_ids:
                add_job(KIND, id)


def index_some_more() -> bool:
    """One step of making the index anew, the newest inquiries first; False when there was nothing to do."""
    walk = begin_walk()
    if walk is None:
        return False
    older = Inquiry.objects.order_by("-id").only(*_READ)  # ids grow with time, and are indexed
    if walk.walked:
        older = older.filter(id__lt=UUID(walk.walked))
    some = list(older[:AT_ONCE])
    _put(some)
    note_walk(walk, walked=str(some[-1].id) if some else walk.walked, whole=len(some) < AT_ONCE)
    return True


def _put(inquiries: Sequence[Inquiry]) -> None:
    texts = texts_of(inquiries)
    put([Group(each.id, each.received_at, _by_file(texts.get(each.id, []))) for each in inquiries])


def _by_file(texts: Sequence[Text]) -> dict[UUID, dict[str, list[str]]]:
    found: dict[UUID, dict[str, list[str]]] = {}
    for text in texts:
        field = text.field if text.field in FIELDS else ""
        found.setdefault(text.file, {}).setdefault(field, []).append(text.text)
    return found
