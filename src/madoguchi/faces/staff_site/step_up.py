"""Before what cannot be undone, who sits here says once more who they are (ASVS 7.5.3)."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def ask_again(request: HttpRequest, back: str) -> HttpResponse | None:
    """To the confirmation and then `back`, unless it was given within minutes. The trial goes without."""
    if settings.DEMO or any(_is_fresh(each) for each in _given(request)):
        return None
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def _given(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user if request.user.is_authenticated else None
    return list(get_authentication_records(request, user))


def _is_fresh(record: dict[str, Any]) -> bool:
    """A second step of the sign-in itself counts as much as one that was asked for later."""
    proven = record.get("reauthenticated") or record.get("method") == "mfa"
    return bool(proven and time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT)
