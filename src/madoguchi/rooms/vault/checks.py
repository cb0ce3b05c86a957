"""Counted from the tables: living files have a wrapped key of the right length, dead ones zeros."""

from django.conf import settings
from django.db.models.functions import Length

from madoguchi.foundation.lib import clock
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.keyring import file_name
from madoguchi.rooms.vault.models import DESTROYED, WRAPPED_BYTES, Epoch, File
from madoguchi.rooms.vault.queries.epochs import every_epoch, in_use


def sealed_at_rest() -> Count:
    living = File.objects.filter(destroyed_at=None).annotate(size=Length("key__wrapped"))
    good = living.filter(size=WRAPPED_BYTES).exclude(key__wrapped=DESTROYED).count()
    return Count(good, living.count() - good)


def erased_stays_erased() -> Count:
    dead = File.objects.filter(destroyed_at__isnull=False)
    readable = dead.exclude(key__wrapped=DESTROYED).count()
    return Count(dead.count() - readable, readable)


def old_keys_destroyed() -> Count:
    """Epochs whose last day has passed: no key file, and nothing that lives under them."""
    now = clock.now()
    over = [epoch for epoch in every_epoch() if epoch.destroyed_at or rules.overdue(epoch, now)]
    broken = sum(_lives_on(epoch) for epoch in over)
    return Count(len(over) - broken, broken)


def _lives_on(epoch: Epoch) -> bool:
    file = settings.KEY_DIR / file_name(epoch.kind, epoch.number)
    return epoch.destroyed_at is None or file.exists() or in_use(epoch.kind, epoch.number)
