"""What is attached to an inquiry: the lines, and one file with its content piece by piece."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import files
from madoguchi.rooms.inquiries import enclosing
from madoguchi.rooms.inquiries.enclosing import AS_IT_IS, REASONS
from madoguchi.rooms.inquiries.errors import NoSuchFile
from madoguchi.rooms.inquiries.models import Enclosure
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys, read_attachment

__all__ = (
    "REASONS",
    "Enclosed",
    "content_of",
    "content_to_scan",
    "enclosed_in",
    "find_enclosed",
    "of_draft",
    "of_proposal",
)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """`name` is empty and `size` 0 once the file is gone. `picture`: we drew it anew, so it may be shown in place.
    `careful`: opening it may run something; `mismatched`: its name says another kind than its content."""

    id: UUID
    inquiry_id: UUID
    entry_id: UUID | None
    draft_id: UUID | None
    attachment_id: UUID | None
    name: str
    size: int
    kind: str
    media_type: str
    state: str

    @property
    def gone(self) -> bool:
        return not self.name

    @property
    def picture(self) -> bool:
        return self.media_type != AS_IT_IS and not self.gone

    @property
    def careful(self) -> bool:
        return files.careful(self.name, self.kind)

    @property
    def mismatched(self) -> bool:
        return files.mismatched(self.name, self.kind)

    @property
    def said(self) -> str:
        return files.said(self.kind)


def enclosed_in(inquiries: Collection[UUID]) -> dict[UUID | None, list[Enclosed]]:
    """By entry; those of the submission itself under None. Files of replies still being written are not among them."""
    found: dict[UUID | None, list[Enclosed]] = defaultdict(list)
    shown = Enclosure.objects.filter(draft__isnull=True, proposal__isnull=True)
    for each in _opened(shown.filter(inquiry_id__in=inquiries)):
        found[each.entry_id].append(each)
    return dict(found)


def of_draft(inquiry_id: UUID, staff_id: UUID) -> list[Enclosed]:
    """What a colleague has attached to the reply they are writing."""
    return _opened(Enclosure.objects.filter(draft__inquiry_id=inquiry_id, draft__staff_id=staff_id))


def of_proposal(proposal_id: UUID) -> list[Enclosed]:
    return _opened(Enclosure.objects.filter(proposal_id=proposal_id))


def find_enclosed(inquiries: Collection[UUID], enclosure_id: UUID) -> Enclosed:
    """One file of these inquiries; raises NoSuchFile when there is none or its content is gone."""
    found = _opened(Enclosure.objects.filter(inquiry_id__in=inquiries, id=enclosure_id))
    if not found or found[0].gone:
        raise NoSuchFile
    return found[0]


def content_of(file: Enclosed, *, role: str) -> Iterator[bytes]:
    """Piece by piece, one in memory at a time. Raises FileSealed for what a scanner took for a virus."""
    enclosing.check_may_open(file, role)
    if file.attachment_id is None:
        raise NoSuchFile
    return read_attachment(file.attachment_id)


def content_to_scan(enclosure_id: UUID) -> Iterator[bytes] | None:
    """None when it is gone: its person was erased, or it was deleted."""
    kept = Enclosure.objects.filter(id=enclosure_id, state="unscanned", attachment__isnull=False)
    found = _opened(kept)
    readable = found[0].attachment_id if found else None
    return read_attachment(readable) if readable else None


def _opened(rows: QuerySet[Enclosure]) -> list[Enclosed]:
    ordered = list(rows.select_related("attachment").order_by("position", "id"))
    keys = file_keys({row.attachment.file_id for row in ordered if row.attachment})
    return [_one(row, keys) for row in ordered]


def _one(row: Enclosure, keys: Mapping[UUID, FileKey]) -> Enclosed:
    kept = row.attachment
    key = keys.get(kept.file_id) if kept else None
    return Enclosed(
        id=row.id, inquiry_id=row.inquiry_id, entry_id=row.entry_id, draft_id=row.draft_id,
        attachment_id=row.attachment_id if key else None, name=kept.opened(key, "name") if kept and key else "",
        size=kept.size if kept and key else 0, kind=row.kind, media_type=kept.media_type if kept else AS_IT_IS,
        state=row.state,
    )  # fmt: skip
