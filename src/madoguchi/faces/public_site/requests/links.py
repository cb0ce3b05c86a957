"""What a person's own link to a request opens; every other token opens nothing, and says no more than that."""

from typing import TYPE_CHECKING

from madoguchi.foundation.lib import links
from madoguchi.rooms.rights.errors import NoSuchRequest
from madoguchi.rooms.rights.queries.requests import by_id

if TYPE_CHECKING:
    from madoguchi.rooms.rights.models import RightsRequest

DONE = "request-done"


def request_of(purpose: str, token: str) -> "RightsRequest":
    """Raises NoSuchRequest."""
    named = links.named(token)
    if named is None:
        raise NoSuchRequest
    request = by_id(named)
    if not links.holds(purpose, token, request.link_issue):
        raise NoSuchRequest
    return request
