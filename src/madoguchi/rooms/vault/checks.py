"""Counted from the tables: living files have a wrapped key of the right length, dead ones have none."""

from django.db.models import Q
from django.db.models.functions import Length

from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.models import File

WRAPPED_BYTES = 12 + 32 + 16


def sealed_at_rest() -> Count:
    living = File.objects.filter(destroyed_at=None).annotate(size=Length("wrapped"))
    good = living.filter(size=WRAPPED_BYTES).count()
    return Count(good, living.count() - good)


def erased_stays_erased() -> Count:
    dead = File.objects.filter(destroyed_at__isnull=False)
    readable = dead.filter(~Q(wrapped=None)).count()
    return Count(dead.count() - readable, readable)
