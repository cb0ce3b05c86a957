"""Every address is known: what a stranger may ask for is a literal list, all the rest asks who you are."""

import re
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

# Whoever adds a line here opens a door to the street.
PUBLIC = {
    "",
    "forms/<slug>/",
    "done/<token>/",
    "done/<token>/mailing/",
    "policy/",
    "policy/changes/<number>/",
    "policy/changes/<number>/<token>/",
    "policy/compare/<before>/<after>/",
    "policy/data/",
    "policy/versions/",
    "policy/versions/<number>/",
    "promises/",
    "notices/<digest>/",
    "receipts/<token>/",
    "receipts/<token>.json",
    "receipts/<token>/mailing/",
    "receipts/<token>/conversation/",
    "receipts/<token>/conversation/code/",
    "receipts/<token>/conversation/enter/",
    "receipts/<token>/conversation/files/<file_id>/",
    "receipts/<token>/conversation/leave/",
    "my/",
    "my/code/",
    "my/confirm/",
    "my/enter/<token>/",
    "my/leave/",
    "my/looks/",
    "my/matters/<number>/",
    "my/matters/<number>/files/<file_id>/",
    "my/passkeys/",
    "my/passkeys/enter/",
    "my/requests/new/<kind>/",
    "my/stops/",
    "requests/",
    "requests/<token>/",
    "requests/<token>/package/",
    "requests/done/<token>/",
    "requests/new/<kind>/",
    "requests/paper/<form>/",
    "unsubscribe/<token>/",
    "api/v1/",  # the framework's own root: there is nothing there (404)
    "api/v1/openapi.json",
    "api/v1/forms/<slug>",
    "api/v1/forms/<slug>/submissions",
    "api/v1/policy/versions",
    "api/v1/policy/versions/<number>",
    "healthz",
    "metrics",  # answers this machine only; a forwarded call gets 404 (tests/config/test_metrics.py)
    "readyz",
    "static/<filename>",
    "favicon.ico",
    ".well-known/security.txt",
    "desk/sign-in/",
    "desk/sign-in/passkey/",
    "desk/setup/<token>/",
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

SAMPLES: dict[type, str] = {
    UUIDConverter: str(uuid.UUID(int=7)),
    IntConverter: "1",
    SlugConverter: "inquiry",
    StringConverter: "x",
}


def routes(resolver: URLResolver | None = None) -> Iterator[tuple[str, str, URLPattern]]:
    """(address with names, an address to ask for, pattern) of every route below the resolver."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield _named(entry), _sample(entry), entry
            continue
        for named, sample, pattern in routes(entry):
            yield _named(entry) + named, _sample(entry) + sample, pattern


def _named(entry: URLPattern | URLResolver) -> str:
    return _filled(entry, lambda name, _: f"<{name}>")


def _sample(entry: URLPattern | URLResolver) -> str:
    return _filled(entry, lambda _, converter: SAMPLES.get(type(converter), "x"))


def _filled(entry: URLPattern | URLResolver, fill: Callable[[str, object], str]) -> str:
    """The pattern as text, each captured part written by `fill(name, converter)`."""
    converters = entry.pattern.converters
    if isinstance(entry.pattern, RegexPattern):
        text, names = normalize(str(entry.pattern))[0]
        return str(text % {name: fill(name, None) for name in names})
    text = str(entry.pattern)
    for name, converter in converters.items():
        text = re.sub(rf"<(?:\w+:)?{name}>", fill(name, converter), text)
    return text


def asks_who_you_are(response: HttpResponseBase) -> bool:
    if response.status_code == HTTPStatus.FOUND:
        return bool(response["Location"].partition("?")[0] == settings.LOGIN_URL)
    return response.status_code == HTTPStatus.UNAUTHORIZED


def unguarded(client: Client, address: str) -> list[str]:
    """Methods that tell a stranger anything but "who are you"; one method at least must be answered."""
    answers = {method: client.generic(method, "/" + address, SERVER_NAME="localhost") for method in METHODS}
    met = {m: a for m, a in answers.items() if a.status_code != HTTPStatus.METHOD_NOT_ALLOWED}
    wrong = [f"{m} /{address}: {a.status_code}" for m, a in met.items() if not asks_who_you_are(a)]
    return wrong or ([] if met else [f"/{address} answers no method"])


def test_the_public_routes_are_exactly_these() -> None:
    found = {named for named, _, _ in routes() if not named.startswith(("desk/", "api/v1/"))}
    public = {named for named in PUBLIC if not named.startswith(("desk/", "api/v1/"))}

    assert found == public


def test_everything_else_asks_who_you_are(client: Client) -> None:
    guarded = [sample for named, sample, _ in routes() if named not in PUBLIC]

    assert guarded != []
    assert [fault for address in guarded for fault in unguarded(client, address)] == []


def test_every_public_line_is_still_a_route() -> None:
    assert PUBLIC - {named for named, _, _ in routes()} == set()


def open_screen(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    return HttpResponse("a name and an address")


urlpatterns = [path("desk/planted/<uuid:id>/", open_screen)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_planted_open_screen_is_caught(client: Client) -> None:
    found = [fault for _, sample, _ in routes() for fault in unguarded(client, sample)]

    assert found == [f"{m} /desk/planted/{uuid.UUID(int=7)}/: 200" for m in METHODS]
