"""How many inquiries may hold an item with a switch: counted by what their form asked, without opening any."""

from madoguchi.rooms.forms.queries import versions_asking
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import readable


def asked_with(viewer: Viewer, key: str) -> int:
    """Inquiries whose form asked this question; not everybody answered it."""
    versions = versions_asking(key)
    rows = Inquiry.objects.filter(
        entity_id=viewer.entity_id, form_version_id__in=versions, **readable("file")
    )
    return rows.count() if versions else 0


def came_with(viewer: Viewer) -> int:
    """Inquiries with something noted of the visit."""
    return Inquiry.objects.filter(entity_id=viewer.entity_id, **readable("file")).exclude(visit=b"").count()
