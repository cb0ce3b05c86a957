"""Headers that every response carries."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from madoguchi.foundation.ui.headers import (
    CONTENT_SECURITY,
    SecurityHeaders,
    as_download,
    headers_for,
    kind_of,
)


def _through(path: str, response: HttpResponse) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return response

    answered = SecurityHeaders(view)(RequestFactory().get(path))
    assert isinstance(answered, HttpResponse)
    return answered


def _directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize("kind", CONTENT_SECURITY)
def test_every_policy_starts_from_nothing_and_allows_no_inline(kind: str) -> None:
    found = _directives(headers_for(kind)["Content-Security-Policy"])
    assert found["default-src"] == "'none'"
    assert found["frame-ancestors"] == "'none'"
    assert found["base-uri"] == "'none'"
    assert set(found.values()) <= {"'none'", "'self'", ""}


def test_a_page_without_scripts_may_run_none() -> None:
    assert "script-src" not in _directives(CONTENT_SECURITY["still"])


@pytest.mark.parametrize("status", [200, 303, 400, 403, 404, 413, 429, 500, 503])
@pytest.mark.parametrize("path", ["/", "/desk/", "/api/v1/forms/inquiry"])
def test_every_response_carries_them(path: str, status: int) -> None:
    response = _through(path, HttpResponse(status=status))
    assert headers_for(kind_of(path)).items() <= dict(response.items()).items()
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_passkeys_belong_to_the_desk_and_to_ones_own_page() -> None:
    own = _through("/my/", HttpResponse()).headers["Permissions-Policy"]
    desk = _through("/desk/sign-in/", HttpResponse()).headers["Permissions-Policy"]
    public = _through("/", HttpResponse()).headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in desk
    assert "publickey-credentials-get=(self)" in own
    assert "publickey-credentials-get=()" in public
    assert "camera=()" in desk


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "public"),
        ("/desk", "desk"),
        ("/desk/x/", "desk"),
        ("/desks/", "public"),
        ("/my/", "my"),
        ("/my/code/", "my"),
        ("/mystery/", "public"),
        ("", "public"),
    ],
)
def test_the_address_decides_the_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_what_a_view_has_set_stays() -> None:
    page = HttpResponse()
    page.headers["Cache-Control"] = "public, max-age=60"
    assert _through("/", page).headers["Cache-Control"] == "public, max-age=60"
    download = _through("/desk/files/1/", as_download(HttpResponse(b"<script>")))
    assert download.headers["Content-Security-Policy"].startswith("sandbox;")
