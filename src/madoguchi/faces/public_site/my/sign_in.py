"""The door: an address, then six digits or the link that came with them. A GET shows, a POST does one thing.

The same for every address: nothing here tells whether we know it. The mail says neither, too.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.public_site.conversation import session
from madoguchi.faces.public_site.my import home, keys
from madoguchi.faces.public_site.my.here import HOME, anybody, come_in, here_of, page, posted
from madoguchi.foundation.lib.contact import Unreadable
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.people.actions.end_session import end_session
from madoguchi.rooms.people.actions.sign_in import ask_to_sign_in, sign_in_by_code, sign_in_by_link
from madoguchi.rooms.people.errors import TooManyCodes, WrongCode

_MOST = 1_000  # characters of what is read


@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def my(request: HttpRequest) -> HttpResponse:
    """Their page for who is signed in; else the door, where POST sends a mail."""
    if request.method == "POST":
        return _send(_typed(request, "to"))
    here = here_of(request)
    return home.home(request, here) if here else _door()


def _door(to: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    return page("door", {"to": to, "problem": problem, "passkey": keys.to_show()}, status=status)


def _send(to: str) -> HttpResponse:
    entity = only_entity()
    if entity is None:
        raise NotFound
    try:
        ask_to_sign_in(entity_id=entity.id, address=to, enter=f"{settings.BASE_URL}{HOME}enter/")
    except Unreadable as unfit:
        return _door(to, str(unfit), 422)
    except TooManyCodes as refused:
        return _code(to, refused.message, refused.status)
    return _code(to)


def _code(to: str, problem: str = "", status: int = 200, *, ask: bool = False) -> HttpResponse:
    """`ask`: they came with a code in hand, and say to which address it was sent."""
    return page("code", {"to": to, "problem": problem, "ask": ask or not to}, status=status)


@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _code("", ask=True)
    to = _typed(request, "to")
    try:
        token = sign_in_by_code(address=to, typed=_typed(request, "code"))
    except Unreadable as unfit:
        return _code(to, str(unfit), 422, ask=True)
    except WrongCode as refused:
        return _code(to, refused.message, refused.status)
    return come_in(request, token)


@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Opening it changes nothing, and says nothing of whether it still opens: mail programs open
    links by themselves."""
    if request.method != "POST":
        return page("enter", {"problem": ""})
    try:
        return come_in(request, sign_in_by_link(link=without_unstorable(token)))
    except WrongCode:
        return page("enter", {"problem": _SPENT}, status=WrongCode.status)


_SPENT = (
    "このリンクは、すでに使われたか、期限が過ぎました。お手数ですが、もう一度、確認コードをお求めください。"
)


@anybody
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    end_session(token=session.token_of(request))
    response = page("left", {})
    session.take_away(response)
    return response


def _typed(request: HttpRequest, name: str) -> str:
    return without_unstorable(posted(request).get(name))[:_MOST]
