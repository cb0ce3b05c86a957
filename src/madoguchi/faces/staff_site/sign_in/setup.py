"""The one-time setup link: choose a password, then go on to a second step (T-C6-1).

Who has a second step already only chooses a new password and signs in with both.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from madoguchi.faces.staff_site.frame import door
from madoguchi.faces.staff_site.sign_in.forms import ChoosePasswordForm, shown_fields
from madoguchi.foundation.lib import links
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.queries import staff_by_id

_SPENT = "この設定用のリンクは、もう使えません。新しいリンクを管理者にお求めください。"


@sensitive_post_parameters()
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    staff = _holder(token)
    if staff is None:
        return _to_sign_in(request, _SPENT)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, staff=staff)
    if not form.is_valid():
        context = {"fields": shown_fields(form), "staff": staff, **door()}
        return render(request, "sign_in/setup.html", context, status=422 if form.is_bound else 200)
    if not finish_setup(staff=staff, password=form.cleaned_data["password1"]):
        return _to_sign_in(request, _SPENT)
    return _go_on(request, staff)


def _holder(token: str) -> Any:
    id = links.named(token)
    staff = staff_by_id(id) if id else None
    if staff is None or not staff.is_active or not links.holds("setup", token, staff.setup_issue):
        return None
    return staff


def _go_on(request: HttpRequest, staff: Any) -> HttpResponse:
    if is_mfa_enabled(staff):
        return _to_sign_in(request, "パスワードを変えました。新しいパスワードでサインインしてください。")
    get_adapter().login(request, staff)
    reauthenticate_by_password(request)
    return HttpResponseRedirect(reverse("mfa_index"))


def _to_sign_in(request: HttpRequest, words: str) -> HttpResponse:
    messages.info(request, words)
    return HttpResponseRedirect(settings.LOGIN_URL)
