"""Who may pass to the desk: signed in, with a second step, and not away for too long.

A view of the desk is a function (request, viewer, …) under `@desk_view`. What another company's staff may
not see looks like nothing at all, and is noted (T-C5-7, T-C6-1, T-C6-2).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from madoguchi.faces.staff_site.errors import refused
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import Viewer, viewer_of

P = ParamSpec("P")
ViewOfDesk = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=12)
POLLED = ("/desk/inbox/pulse/", "/desk/news.json")
_NOTED = timedelta(minutes=1)  # the time of the last click is written at most this often
_SECOND_STEPS = ("totp", "webauthn")
_GIVEN = "second_step_given"
_READS = ("GET", "HEAD")


def desk_view(view: ViewOfDesk[P]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_who(request)
        if not has_second_step(request):
            if has_enrolled(request):
                logout(
                    request
                )  # signed in before the second step was set up elsewhere: it was never given here
                return ask_who(request)
            messages.info(request, "お客様の情報を開く前に、二段階目の確認を一つ設定してください。")
            return HttpResponseRedirect(reverse("mfa_index"))
        viewer = viewer_of(request.user)
        try:
            return view(request, viewer, *args, **kwargs)
        except Refusal as refusal:
            record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
            return refused(request, refusal)

    return guarded


def ask_who(request: HttpRequest) -> HttpResponse:
    """To the sign-in; back to where they wanted to go, if that was only to look."""
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method in _READS else ""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}{back}")


def has_second_step(request: HttpRequest) -> bool:
    """Given in this session, not only owned by the account. The trial on one's own machine goes without."""
    return settings.DEMO or (_gave_second_step(request) and has_enrolled(request))


def has_enrolled(request: HttpRequest) -> bool:
    return bool(is_mfa_enabled(request.user, _SECOND_STEPS))


def note_second_step(session: SessionBase) -> None:
    """Whoever sets one up proves it in the same session."""
    session[_GIVEN] = True


def _gave_second_step(request: HttpRequest) -> bool:
    user = request.user if request.user.is_authenticated else None
    records = get_authentication_records(request, user)
    return request.session.get(_GIVEN, False) or any(record.get("method") == "mfa" for record in records)


class SessionTimes:
    """Ends a session after thirty idle minutes and after twelve hours in all (ASVS 7.3.1, 7.3.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/desk/") and request.user.is_authenticated:
            if _is_over(request.session, clock.now()):
                logout(request)
                messages.info(
                    request,
                    "サインインから時間がたったため、サインアウトしました。もう一度サインインしてください。",
                )
            else:
                if request.path_info not in POLLED:  # a page that lies open is nobody's click
                    _note_click(request.session, clock.now())
        return self.get_response(request)


def start_session(session: SessionBase) -> None:
    now = clock.now().timestamp()
    session["signed_in_at"] = session["clicked_at"] = now


def _is_over(session: SessionBase, now: datetime) -> bool:
    signed_in, clicked = session.get("signed_in_at", 0), session.get("clicked_at", 0)
    moment = now.timestamp()
    return bool(moment - signed_in > WHOLE.total_seconds() or moment - clicked > IDLE.total_seconds())


def _note_click(session: SessionBase, now: datetime) -> None:
    if now.timestamp() - session["clicked_at"] > _NOTED.total_seconds():
        session["clicked_at"] = now.timestamp()
