"""What was shown of who asks, read from the checks that were made and never from the state alone."""

from madoguchi.rooms.rights.models import IdentityCheck, RightsRequest
from madoguchi.rooms.rights.rules import identity


def shown(request: RightsRequest) -> list[identity.Shown]:
    rows = IdentityCheck.objects.filter(request_id=request.id).order_by("at", "id")
    return [identity.Shown(*each) for each in rows.values_list("way", "passed", "document")]


def passed(request: RightsRequest) -> set[str]:
    """The ways that showed it."""
    return {each.way for each in shown(request) if each.passed}


def is_identified(request: RightsRequest) -> bool:
    return identity.is_enough(request.kind, shown(request), agent=request.agent)
