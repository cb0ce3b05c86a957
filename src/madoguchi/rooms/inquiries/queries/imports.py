"""Files that are being taken in: what stands in them, and how far each has come."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from madoguchi.rooms.inquiries.errors import NoSuchImport
from madoguchi.rooms.inquiries.models import Import
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import read_attachment

SHOWN = 5  # rows before anything is decided


def imports_of(viewer: Viewer, *, limit: int = 20) -> list[Import]:
    found = Import.objects.filter(entity_id=viewer.entity_id).select_related("asked_by")
    return list(found.order_by("-asked_at")[:limit])


def find_import(viewer: Viewer, import_id: UUID) -> Import:
    found = Import.objects.filter(id=import_id, entity_id=viewer.entity_id).select_related("form").first()
    if found is None:
        raise NoSuchImport
    return found


def rows_of(found: Import) -> Iterator[list[str]]:
    """Headings first."""
    if found.upload_id is None:
        raise NoSuchImport
    return importing.read_rows(read_attachment(found.upload_id), found.charset)


def beginning_of(found: Import) -> tuple[list[str], list[list[str]]]:
    """The headings and the first rows."""
    head, *some = islice(rows_of(found), SHOWN + 1)
    return head, some
