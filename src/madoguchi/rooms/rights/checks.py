"""Counted from the tables: is every complaint in somebody's hands, and did none end without an outcome?"""

from django.db.models import Q

from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.rights.jobs import missed
from madoguchi.rooms.rights.models import Complaint


def complaints_in_hand() -> Count:
    """Every open one has an owner who may sign in, and a day; and none that came by its form was left out."""
    standing = Complaint.objects.filter(closed_at=None)
    held = standing.filter(owner__is_active=True, due_on__isnull=False).count()
    return Count(held, standing.count() - held + len(missed()))


def closed_with_outcome() -> Count:
    """Closed ones without an outcome, and inquiries that were settled round the guard while theirs was open."""
    closed = Complaint.objects.filter(closed_at__isnull=False)
    kept = closed.exclude(outcome="").count()
    settled = Q(closed_at=None, inquiry__closed_at__isnull=False)
    return Count(kept, closed.count() - kept + Complaint.objects.filter(settled).count())
