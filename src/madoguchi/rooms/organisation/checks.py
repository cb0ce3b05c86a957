"""Counted from the tables: does everybody belong somewhere, in a role that exists?"""

from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.promises.rules import Count


def own_entity_only() -> Count:
    """Every account has a legal entity; the database insists, so a broken one means a bypass."""
    total = Staff.objects.count()
    without = Staff.objects.filter(entity=None).count()
    return Count(total - without, without)
