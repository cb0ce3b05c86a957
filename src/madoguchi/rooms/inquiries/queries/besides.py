"""How many inquiries may hold an item with a switch: counted by what their form asked, without opening any."""

from madoguchi.rooms.forms.queries import versions_asking
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.queries import Viewer

_LIVING = {"file__wrapped__isnull": False, "file__ending": None, "file__kept_for": ""}


def asked_with(viewer: Viewer, key: str) -> int:
    """Inquiries whose form asked this question; not everybody answered it."""
    versions = versions_asking(key)
    rows = Inquiry.objects.filter(entity_id=viewer.entity_id, form_version_id__in=versions, **_LIVING)
    return rows.count() if versions else 0


def came_with(viewer: Viewer) -> int:
    """Inquiries with something noted of the visit."""
    return Inquiry.objects.filter(entity_id=viewer.entity_id, **_LIVING).exclude(visit=b"").count()
