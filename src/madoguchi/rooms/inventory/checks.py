"""Counted from the tables: what was ended is gone everywhere, nothing went that nobody confirmed, and what was kept
was kept as long as it was said, neither less nor more."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Sum

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase
from madoguchi.rooms.delivery.queries import waiting_in
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.overdue import ended_early, overdue
from madoguchi.rooms.inventory.reading import Holding, blanks, holdings, not_blank
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.queries import destroyed_for, file_keys_left, files_ending

SAMPLE = 200  # newest endings whose files and rows are looked at
_BY_TIME = ("retention", "remainder")
IN_TIME = timedelta(hours=1)  # from the click until the last step; younger ones are not counted yet


def erased_everywhere() -> Count:
    """Endings of which nothing can be opened, found or sent any more, against those of which something can, or
    that nobody finished."""
    ended = DeletionRecord.objects.filter(finished_at__isnull=False).order_by("-id")[:SAMPLE]
    left = sum(_something_left(files_ending(record.id)) for record in ended)
    late = DeletionRecord.objects.filter(finished_at=None, begun_at__lt=clock.now() - IN_TIME).count()
    return Count(len(ended) - left, left + late)


def _something_left(files: Sequence[UUID]) -> bool:
    if file_keys_left(files) or waiting_in(files):
        return True
    return any(_rows_left(holding, files) for holding in holdings() if holding.in_files)


def _rows_left(holding: Holding, files: Sequence[UUID]) -> bool:
    if holding.ends_as(OnErase.DELETE):
        return bool(holding.lying_in(files).exists())
    blank = blanks(holding.ends_as(OnErase.BLANK))
    return bool(blank) and bool(holding.lying_in(files).filter(not_blank(blank)).exists())


def only_what_was_confirmed() -> Count:
    """Files whose key went for an erasure, against those that no confirmed erasure names."""
    confirmed = dict(DeletionRecord.objects.filter(cause="erasure").values_list("id", "files"))
    by_ending = destroyed_for("erasure")
    named = {ending: count for ending, count in by_ending.items() if ending in confirmed}
    beyond = sum(max(count - confirmed[ending], 0) for ending, count in named.items())
    unnamed = sum(count for ending, count in by_ending.items() if ending not in confirmed)
    return Count(sum(named.values()) - beyond, beyond + unnamed)


def never_before_its_time() -> Count:
    """The newest endings of retention: files whose period or last lawful day was over on the day they ended, against
    those that went too early or for no deletion at all."""
    entity, ended = only_entity(), DeletionRecord.objects.filter(cause__in=_BY_TIME)
    newest = list(ended.order_by("-id")[:SAMPLE]) if entity else []
    early = sum(ended_early(entity.id, record) for record in newest if entity)
    known = set(ended.values_list("id", flat=True))
    gone = [each for cause in _BY_TIME for each in destroyed_for(cause).items()]
    unnamed = sum(count for ending, count in gone if ending not in known)
    return Count(max(sum(record.files for record in newest) - early, 0), early + unnamed)


def kept_no_longer_than_said() -> Count:
    """Files that ended with their period, against matters that lie there two nights after theirs was over, with no
    hold and nothing done about them since."""
    entity = only_entity()
    ended = DeletionRecord.objects.filter(cause__in=_BY_TIME).aggregate(n=Sum("files"))["n"] or 0
    return Count(ended, len(overdue(entity.id)) if entity else 0)
