"""Receipt numbers of inquiries that other rooms know by their row or their file only."""

from collections.abc import Collection, Iterable
from uuid import UUID

from madoguchi.rooms.inquiries.models import Entry, Inquiry

_AT_ONCE = 500  # ids in one question to the database


def numbers_of(entity_id: UUID, rows: Iterable[UUID]) -> dict[UUID, str]:
    """Of the entity's own inquiries among these rows."""
    return _numbers(entity_id, "id", rows)


def numbers_in(entity_id: UUID, files: Iterable[UUID]) -> dict[UUID, str]:
    """The same by the file in which the answers lie."""
    return _numbers(entity_id, "file_id", files)


def _numbers(entity_id: UUID, by: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    asked, found = list(dict.fromkeys(ids)), dict[UUID, str]()
    for start in range(0, len(asked), _AT_ONCE):
        own = Inquiry.objects.filter(entity_id=entity_id, **{f"{by}__in": asked[start : start + _AT_ONCE]})
        found |= dict(own.values_list(by, "receipt_number"))
    return {id: found[id] for id in asked if id in found}


def drafts_known(digests: Collection[bytes]) -> set[bytes]:
    """Those of these drafts that are an inquiry already."""
    found = Inquiry.objects.filter(draft__in=list(digests)).values_list("draft", flat=True)
    return {bytes(draft) for draft in found if draft is not None}


def written_by(person: UUID, inquiries: Collection[UUID]) -> set[UUID]:
    """Those among them that are this person's."""
    found = Inquiry.objects.filter(id__in=list(inquiries), person_id=person)
    return set(found.values_list("id", flat=True))


def is_another_companys(entity_id: UUID, files: Collection[UUID]) -> bool:
    """Whether one of these files belongs to an inquiry of another company."""
    asked = Inquiry.objects.filter(file_id__in=list(files)).exclude(entity_id=entity_id)
    said = Entry.objects.filter(file_id__in=list(files)).exclude(inquiry__entity_id=entity_id)
    return asked.exists() or said.exists()
