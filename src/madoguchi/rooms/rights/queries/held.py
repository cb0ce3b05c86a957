"""What we hold of a person that a proof of identity can be compared with (GL 3-8-7; T-C8-3)."""

from madoguchi.rooms.inquiries.queries.numbers import numbers_of
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.matters import Matter
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.vault.errors import FileErased

COMPARED = frozenset({"email", "name", "phone", "postal"})
_INQUIRY, _REQUEST = "inquiries.Inquiry", RightsRequest._meta.label
# Documents call an address otherwise where it is an item with a switch.
_CALLED = {"postal_address": "postal"}


def held(request: RightsRequest) -> set[str]:
    """Of what lies in their matters and in those that look like theirs, never in the request itself: whoever asks
    said that themselves."""
    try:
        located = locate(request.file_id)
    except FileErased:
        return set()
    theirs = _ours(request, [*located.certain, *located.perhaps])
    values = (each for matter in theirs for each in matter.found if each.value)
    return {key for each in values if (key := _CALLED.get(each.key, each.key)) in COMPARED}


def _ours(request: RightsRequest, matters: list[Matter]) -> list[Matter]:
    """Neither the request itself nor what another company holds."""
    inquiries = [each.id for each in matters if each.table == _INQUIRY]
    own = numbers_of(request.entity_id, inquiries)
    others = [each for each in matters if each.table not in (_INQUIRY, _REQUEST)]
    return others + [each for each in matters if each.table == _INQUIRY and each.id in own]
