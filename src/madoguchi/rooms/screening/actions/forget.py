"""What has ended is not kept: entries of the repeat memory go when nothing has met them for as long as was set."""

from uuid import UUID

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.screening.models import Repeat
from madoguchi.rooms.screening.queries.memory import LIVING, kept_for

AT_ONCE = 200


def forget_ended(entity_id: UUID) -> int:
    """Some at a time, each batch one transaction; gives back how many went."""
    gone = 0
    while some := _ended(entity_id):
        _drop(some)
        gone += len(some)
    return gone


def _ended(entity_id: UUID) -> list[UUID]:
    living = Q(**{f"met__{name}": value for name, value in LIVING.items()})
    met = Repeat.objects.filter(entity_id=entity_id).annotate(
        last_met=Coalesce(Max("met__decided_at", filter=living), "since")
    )
    ended = met.filter(last_met__lte=clock.now() - kept_for(entity_id))
    return list(ended.order_by("since").values_list("id", flat=True)[:AT_ONCE])


@action
def _drop(some: list[UUID]) -> None:
    Repeat.objects.filter(id__in=some).delete()
