"""The end of files: first nobody reads them any more, then their keys go, in small steps (clause 9-2; LAW 6.3).

The caller has written the ledger before and records the event: every destruction is a reasoned act.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.models import DESTROYED, Attachment, File, Key

AT_ONCE = 200  # files in one transaction: well below 20 ms


@action
def begin_ending(*, ending: UUID, files: Collection[UUID]) -> int:
    """From the commit on nobody reads or writes these files; waits for who is writing into one of them."""
    living = File.objects.filter(id__in=list(files), destroyed_at=None, ending=None)
    # In one order, so that two deletions that share files wait for each other and never both.
    held = list(living.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True))
    return File.objects.filter(id__in=held, ending=None).update(ending=ending)


@action
def destroy_some(*, ending: UUID, reason: str) -> int:
    """Destroy the next keys of this deletion, with what was attached; 0 when none is left. Safe to repeat."""
    left = File.objects.filter(ending=ending, destroyed_at=None)
    some = dict(left.values_list("id", "key_id")[:AT_ONCE])
    Attachment.objects.filter(file_id__in=some).delete()
    ended = File.objects.filter(id__in=some).update(destroyed_at=clock.now(), destroyed_for=reason)
    Key.objects.filter(id__in=some.values()).update(wrapped=DESTROYED)
    return ended


@action
def keep_sealed(*, file: UUID, law: str, until: date) -> None:
    """A lawful remainder: it stays whole and is not read in normal work until its day (LAW 6.3)."""
    File.objects.filter(id=file, destroyed_at=None, ending=None).update(kept_for=law, kept_until=until)
