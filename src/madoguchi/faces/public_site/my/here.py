"""Who is on their own page, and the way in and out of every view of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.conversation import session
from madoguchi.faces.public_site.inquiry.reading import Posted, read_post
from madoguchi.faces.public_site.requests.views import AWAY, RETRY_AFTER
from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.people.actions.end_session import end_session
from madoguchi.rooms.people.errors import SignedOut
from madoguchi.rooms.people.queries import person_ref

HOME = "/my/"
_log = logging.getLogger("madoguchi.public")


@dataclass(frozen=True, slots=True)
class Here:
    """`confirmed` are the matters and requests whose name they named in this visit."""

    entity_id: UUID
    person: UUID
    confirmed: frozenset[UUID]
    token: str
    site: Mapping[str, Any]

    @property
    def ref(self) -> Ref:
        return person_ref(self.person)


def here_of(request: HttpRequest) -> Here | None:
    signed, entity = session.own_page(request), only_entity()
    if signed is None or entity is None:
        return None
    return Here(entity.id, signed.person, signed.confirmed, session.token_of(request), front_site() or {})


View = Callable[..., HttpResponseBase]


def anybody(view: View) -> View:
    """Refusals become pages; a post from another site does nothing; no copy stays anywhere."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method == "POST":
                same_origin.check_same_origin(request)
            response = view(request, **kwargs)
        except Refusal as refused:
            response = refusal_page(refused)
        except AWAY:
            _log.error("own page unavailable", exc_info=True)
            response = error_page(503, retry_after=RETRY_AFTER)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def own(view: View) -> View:
    """The view takes who is here. Whoever is not signed in comes to the door; what they typed is given back."""

    @anybody
    @wraps(view)
    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        here = here_of(request)
        if here is not None:
            return view(request, here, **kwargs)
        if request.method != "POST":
            return HttpResponseRedirect(HOME, status=303)
        return _signed_out(request)

    return opened


def _signed_out(request: HttpRequest) -> HttpResponse:
    typed = read_post(request).get("text") if request.content_type != "multipart/form-data" else ""
    words = without_unstorable(typed or request.POST.get("text", ""))
    kept = [{"label": "お書きになった内容", "value": words}] if words else []
    return error_page(SignedOut.status, site=front_site(), message=SignedOut.default, kept=kept, home=_DOOR)


_DOOR = {"url": HOME, "label": "お問い合わせの状況へ"}


def refusal_page(refused: Refusal) -> HttpResponse:
    return error_page(refused.status, site=front_site(), message=refused.message, home=_DOOR)


def posted(request: HttpRequest) -> Posted:
    return read_post(request)


def page(name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page for whoever asks, signed in or not: the frame needs the operator."""
    site = context.get("site") or front_site()
    if site is None:
        raise NotFound
    return HttpResponse(render_to_string(f"public/my/{name}.html", {**context, "site": site}), status=status)


def back(path: str = HOME) -> HttpResponse:
    return HttpResponseRedirect(path, status=303)


def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """A browser has one session at a time."""
    if before := session.token_of(request):
        end_session(token=before)
    response = back()
    session.put(response, token)
    return response
