"""Error pages in words, each with a next step. They need no database, session or request context."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

DESK = "/desk/"
PAGES = (400, 403, 404, 405, 409, 413, 429, 500, 503)


def error_page(
    status: int,
    *,
    site: Mapping[str, Any] | None = None,
    message: str = "",
    kept: Sequence[Mapping[str, str]] = (),
    home: Mapping[str, str] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """The page of `status`. `message` replaces the first sentence (a Refusal's), `kept` gives a visitor's words back
    (label, value) when they could not be taken, `home` (url, label) is where to go on, `retry_after` is in seconds."""
    page = status if status in PAGES else 500 if status >= 500 else 409 if message else 400
    context = {"site": site, "message": message, "kept": kept, "home": home}
    response = HttpResponse(render_to_string(f"errors/{page}.html", context), status=status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_much = isinstance(exception, RequestDataTooBig)
    return error_page(413 if too_much else 400, home=home_of(request))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(403, home=home_of(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(404, home=home_of(request))


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(500, home=home_of(request))


def home_of(request: HttpRequest) -> dict[str, str] | None:
    """Staff go back to their desk, everybody else to the form."""
    return {"url": DESK, "label": "窓口のホームへ"} if request.path_info.startswith(DESK) else None
