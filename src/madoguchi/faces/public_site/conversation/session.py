"""The cookie of a visitor who proved their mailbox: set at that moment, never before, and for one matter only, or for
their own page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.people.actions.end_session import stay
from madoguchi.rooms.people.queries import SignedIn, signed_in


def _name() -> str:
    """A browser keeps a __Host- cookie to this host and path /, and sends it by https only."""
    return "__Host-visitor" if settings.HTTPS else "visitor"


def token_of(request: HttpRequest) -> str:
    return request.COOKIES.get(_name(), "")


def open_for(request: HttpRequest, about: Ref) -> SignedIn | None:
    """Signed in for this very matter; each thing done keeps the session open a little longer."""
    token = token_of(request)
    found = signed_in(token)
    if found is None or found.about != about:
        return None
    stay(token=token)
    return found


def own_page(request: HttpRequest) -> SignedIn | None:
    """Signed in for their own page, which shows how everything of theirs stands."""
    token = token_of(request)
    found = signed_in(token)
    if found is None or found.about.kind != "person":
        return None
    stay(token=token)
    return found


def put(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        _name(), token, path="/", secure=settings.HTTPS, httponly=True, samesite="Lax", max_age=None
    )


def take_away(response: HttpResponse) -> None:
    response.set_cookie(
        _name(), "", path="/", secure=settings.HTTPS, httponly=True, samesite="Lax", max_age=0
    )
