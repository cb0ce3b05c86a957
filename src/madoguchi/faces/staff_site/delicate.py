"""What an inquiry keeps covered, and what this very page view opens: asked for by a button, shown once."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from madoguchi.foundation.lib import clock, numbers
from madoguchi.rooms.inquiries.queries.reading import Reading

_KEY = "opened"
_AT_ONCE = 60  # seconds between the button and the page it leads to


def note_opened(request: HttpRequest, number: str, what: Collection[str]) -> None:
    request.session[_KEY] = {"number": number, "what": sorted(what), "at": int(clock.now().timestamp())}


def opened(request: HttpRequest, number: str) -> frozenset[str]:
    """What was asked for on the page before; the next page view covers it again."""
    noted = request.session.pop(_KEY, None)
    if not noted or noted["number"] != number or clock.now().timestamp() - noted["at"] > _AT_ONCE:
        return frozenset()
    return frozenset(noted["what"])


def delicate(reading: Reading, role: str) -> dict[str, Any]:
    """Context of desk/delicate.html. `again`: what a button must ask for once more, so as not to cover it."""
    shown = reading.special_care and not reading.covered
    return {
        "covered": reading.covered,
        "openable": reading.openable,
        "open": shown and role != "officer",
        "officer": shown and role == "officer",
        "masked": numbers.named(reading.masked),
        "unmasked": reading.unmasked,
        "again": ["text"] if shown and role != "officer" else [],
        "hint": reading.hint,
    }
