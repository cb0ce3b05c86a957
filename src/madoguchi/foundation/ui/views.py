"""Serving the built assets."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.foundation.ui.assets import Asset, asset, by_filename

FOR_EVER = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"
_GZIP_REFUSED = re.compile(r"gzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)")


@require_safe
def serve_asset(request: HttpRequest, filename: str) -> HttpResponse:
    """One asset by its content's name. An older name is not answered with newer content: its SRI would not hold."""
    found = by_filename().get(filename)
    if found is None:
        raise Http404
    return _send(request, found, FOR_EVER)


@require_safe
def serve_icon(request: HttpRequest) -> HttpResponse:
    """What browsers ask for unasked."""
    return _send(request, asset("mark.svg"), ONE_DAY)


def _send(request: HttpRequest, found: Asset, keep: str) -> HttpResponse:
    packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(found.gzip if packed else found.body, content_type=found.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = keep
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def accepts_gzip(header: str) -> bool:
    return "gzip" in header and not _GZIP_REFUSED.search(header)
