"""The headers that every response carries, errors included.

Public pages load one style sheet and one script of our own and fetch nothing else; the desk may also ask its own
server from a script. Fonts, workers, frames and objects are nobody's, so `default-src 'none'` stands for them.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Download = TypeVar("Download", bound=HttpResponseBase)

_CLOSED = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"

CONTENT_SECURITY: Mapping[str, str] = {
    "public": f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; {_CLOSED}",
    "my": f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; {_CLOSED}",
    "still": f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; {_CLOSED}",
    "desk": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; {_CLOSED}"
    ),
    "download": "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

_POWERS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")


def _powers(passkeys: str) -> str:
    return ", ".join([*(f"{power}=()" for power in _POWERS), *(f"{power}={passkeys}" for power in _PASSKEYS)])


EVERYWHERE: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def headers_for(kind: str) -> dict[str, str]:
    """All headers of one kind of page: public, my (public, and a passkey may be asked for), still (no script at all),
    desk, download."""
    return {
        "Content-Security-Policy": CONTENT_SECURITY[kind],
        "Permissions-Policy": _powers("(self)" if kind in ("desk", "my") else "()"),
        **EVERYWHERE,
    }


_BY_KIND = {kind: tuple(headers_for(kind).items()) for kind in CONTENT_SECURITY}


def kind_of(path: str) -> str:
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in ("desk", "my") else "public"


class SecurityHeaders:
    """Outermost middleware. What a view has set itself stays, so a download may be stricter and a page cacheable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _BY_KIND[kind_of(request.path_info)]:
            response.headers.setdefault(name, value)
        return response


def as_download(response: Download) -> Download:
    """Foreign bytes: even if a browser shows them instead of saving, they can do nothing here."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY["download"]
    return response
