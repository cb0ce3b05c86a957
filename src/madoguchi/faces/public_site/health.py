"""For whoever watches: is the process alive, is it ready to take an inquiry, where to report a weakness."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib import clock
from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.queries import check_keys

_log = logging.getLogger("madoguchi.public")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and the keys fit it; 503 with the name of what is missing."""
    found = {"database": _database_answers(), "keys": _keys_fit()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError, OSError):
        _log.error("database away", exc_info=True)
        return False
    return True


def _keys_fit() -> bool:
    try:
        check_keys()
    except (KeysUnusable, DatabaseError, InterfaceError, OSError):
        _log.error("keys do not fit", exc_info=True)
        return False
    return True


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. The form is the way in where the operator names no address."""
    site = front_site()
    email = site["operator"]["email"] if site else ""
    lines = [
        f"Contact: mailto:{email}" if email else f"Contact: {settings.BASE_URL}/",
        f"Expires: {clock.now() + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: ja, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
