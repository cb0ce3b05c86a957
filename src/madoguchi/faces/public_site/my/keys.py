"""Passkeys of one's own page: the question to a device travels through the page, signed, and is good for ten minutes."""

import json
import secrets
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.public_site.my.here import HOME, Here, anybody, back, come_in, own, page, posted
from madoguchi.faces.public_site.sealing import sealed, unsealed
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inventory.queries.about_me import is_anything_held
from madoguchi.rooms.organisation.queries import entity_facts, only_entity
from madoguchi.rooms.people.actions.passkeys import (
    Place,
    drop_passkey,
    handle_of,
    keep_passkey,
    question_to_make,
    question_to_show,
    sign_in_by_passkey,
)
from madoguchi.rooms.people.errors import WrongPasskey
from madoguchi.rooms.people.queries import passkeys_of

_SHOW, _MAKE = b"madoguchi.passkey-show\x00", b"madoguchi.passkey-make\x00"

_NOTED = {
    "kept": "パスキーを登録しました。次からは、入口の「パスキーで入る」をお使いになれます。",
    "dropped": "パスキーを外しました。端末に残っているものは、端末の設定から消せます。",
}


def place() -> Place | None:
    """None before an operator is set."""
    entity = only_entity()
    if entity is None:
        return None
    host = urlsplit(settings.BASE_URL).hostname or ""
    return Place(host, settings.BASE_URL, entity_facts(entity.id)["name"])


def to_show() -> dict[str, str]:
    """For the door: what the script asks the device, and our own word for it."""
    where, challenge = place(), secrets.token_bytes(32)
    if where is None:
        return {}
    asked = _sealed(_SHOW, challenge)
    return {"options": json.dumps(question_to_show(where, challenge)), "asked": asked}


def to_make(here: Here) -> dict[str, str]:
    where, challenge, handle = place(), secrets.token_bytes(32), handle_of(here.person)
    assert where is not None
    options = question_to_make(where, challenge, person=here.person, handle=handle)
    asked = _sealed(_MAKE, challenge, person=str(here.person), handle=_text(handle))
    return {"options": json.dumps(options), "asked": asked}


@anybody
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """The door opens to whoever has the key."""
    given, where = posted(request), place()
    asked, challenge, at = _unsealed(_SHOW, given.get("asked"))
    try:
        if where is None or not asked:
            raise WrongPasskey
        answer = given.get("credential")
        token = sign_in_by_passkey(place=where, challenge=challenge, asked_at=at, answer=answer)
    except WrongPasskey as refused:
        context = {"to": "", "problem": "", "passkey": to_show(), "passkey_problem": refused.message}
        return page("door", context, status=refused.status)
    return come_in(request, token)


@own
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, here: Here) -> HttpResponse:
    """Theirs, one more, one less."""
    if request.method != "POST":
        return _screen(here, noted=request.GET.get("noted", ""))
    given = posted(request)
    try:
        if given.get("go") == "drop":
            drop_passkey(person=here.person, id=_id(given.get("key")))
        else:
            _keep(here, given.get("asked"), given.get("credential"))
    except WrongPasskey as refused:
        return _screen(here, refused)
    return back(f"{HOME}passkeys/?noted={'dropped' if given.get('go') == 'drop' else 'kept'}")


def _keep(here: Here, question: str, answer: str) -> None:
    where, (asked, challenge, at) = place(), _unsealed(_MAKE, question)
    if where is None or asked.get("person") != str(here.person) or not is_anything_held(here.person):
        raise WrongPasskey
    keep_passkey(
        person=here.person, handle=b64decode(asked["handle"]), place=where, challenge=challenge, asked_at=at,
        answer=answer,
    )  # fmt: skip


def _screen(here: Here, refused: Refusal | None = None, *, noted: str = "") -> HttpResponse:
    context = {
        "site": here.site,
        "keys": passkeys_of(here.person),
        "held": is_anything_held(here.person),
        "passkey": to_make(here),
        "problem": refused.message if refused else "",
        "noted": _NOTED.get(noted, ""),
    }
    return page("passkeys", context, status=refused.status if refused else 200)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _sealed(purpose: bytes, challenge: bytes, **more: str) -> str:
    at = clock.now().astimezone(UTC).isoformat()
    return sealed(purpose, {"challenge": _text(challenge), "at": at, **more})


def _unsealed(purpose: bytes, text: str) -> tuple[dict[str, Any], bytes, datetime]:
    """Nothing at all unless we wrote it for this."""
    content, ours = unsealed(purpose, text)
    if not ours:
        return {}, b"", datetime.min.replace(tzinfo=UTC)
    return content, b64decode(content["challenge"]), datetime.fromisoformat(content["at"])


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
