"""What was corrected, and when."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.inventory.models import Correction


def corrected_since(files: Collection[UUID], moment: datetime) -> int:
    """How many values in these files were corrected since then."""
    return Correction.objects.filter(file_id__in=list(files), at__gte=moment).count()
