"""One click to be somebody at the desk, and the way out of the trial. Every door asks settings.DEMO itself."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.rooms.organisation.queries import Viewer, only_entity, role_label, staff_by_id, staff_of

P = ParamSpec("P")

_DOES = {
    "clerk": "お問い合わせを読み、返信します",
    "drafter": "お返事を書き、承認を依頼します",
    "officer": "お問い合わせを読み、返信します（ご請求の画面は準備中です）",
    "admin": "お問い合わせを読み、返信します。公表する文面と会社の情報を改めます",
}


def in_trial_only(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return guarded


def people() -> list[dict[str, str]]:
    """One account of each role, to be tried on; nobody outside the trial."""
    entity = only_entity()
    if not settings.DEMO or entity is None:
        return []
    first = {staff.role: staff for staff in reversed(staff_of(entity.id))}
    return [
        {
            "url": reverse("sign_in_as", args=[first[role].id]),
            "name": first[role].name,
            "role": role_label(role),
            "does": does,
        }
        for role, does in _DOES.items()
        if role in first
    ]


@in_trial_only
@require_POST
def sign_in_as(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    staff = staff_by_id(staff_id)
    if staff is None or not staff.is_active:
        raise Http404
    get_adapter().login(request, staff)
    return HttpResponseRedirect(reverse("home"))


@in_trial_only
@desk_view
def trial(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ends the trial's data: the supervisor sees the file and starts again on a fresh directory."""
    folder = settings.ENVIRONMENT.demo_dir
    if request.method != "POST":
        return render(request, "demo/trial.html", frame(request, viewer) | {"can": folder is not None})
    if folder is None:
        raise Http404
    (folder / "fresh").touch()
    return render(request, "demo/waiting.html", frame(request, viewer, bare=True))
