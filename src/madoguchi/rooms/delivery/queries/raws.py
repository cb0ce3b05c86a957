"""Which attachments are mails as they arrived, rather than something somebody sent along."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.rooms.delivery.models import ArrivedMail


def raws_in(files: Collection[UUID]) -> set[UUID]:
    asked, found = list(files), set[UUID]()
    for start in range(0, len(asked), 500):
        rows = ArrivedMail.objects.filter(file_id__in=asked[start : start + 500], raw_id__isnull=False)
        found |= set(rows.values_list("raw_id", flat=True))
    return found
