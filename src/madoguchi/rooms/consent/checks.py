"""Counted from the tables: does every presentation name wording that still bound, and was every use one that this
person had been shown, and had chosen where it takes a choice?"""

from django.db.models import F

from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.consent.queries.standings import histories, past_of
from madoguchi.rooms.consent.rules import Standing
from madoguchi.rooms.gate.queries import Minted, uses
from madoguchi.rooms.gate.rules import Basis, Purpose
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.promises.rules import Count

SAMPLE = 500  # newest uses that are looked at
_BY_CHOICE = (Purpose.EVENT_MAIL, Purpose.ADVERTISE)


def bound_as_shown() -> Count:
    """Nobody is bound to wording superseded more than 24 hours before they sent."""
    total = Presentation.objects.count()
    late = Presentation.objects.filter(notice__superseded_at__lt=F("shown_at") - GRACE).count()
    return Count(total - late, late)


def only_as_shown_and_agreed() -> Count:
    """The newest uses permitted, each against what that person had been shown and had chosen at that moment."""
    entity, permits = only_entity(), uses(limit=SAMPLE)
    if entity is None:
        return Count(0, 0)
    past, of = past_of(entity.id), histories(entity.id, {each.person for each in permits})
    broken = sum(not _was_right(each, past.standing(of[each.person], each.at)) for each in permits)
    return Count(len(permits) - broken, broken)


def _was_right(permit: Minted, then: Standing) -> bool:
    """Without the guard's own code: from the words of the permit, and where the person stood."""
    basis = Basis.CONSENT if permit.purpose in _BY_CHOICE else Basis.ANNOUNCED
    chosen = permit.purpose in then.chosen or basis is Basis.ANNOUNCED
    return permit.basis == basis and permit.purpose in then.shown and chosen
