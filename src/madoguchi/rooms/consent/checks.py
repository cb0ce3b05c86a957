"""Counted from the tables: does every presentation name wording that still bound?"""

from django.db.models import F

from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.promises.rules import Count


def bound_as_shown() -> Count:
    """Nobody is bound to wording superseded more than 24 hours before they sent."""
    total = Presentation.objects.count()
    late = Presentation.objects.filter(notice__superseded_at__lt=F("shown_at") - GRACE).count()
    return Count(total - late, late)
