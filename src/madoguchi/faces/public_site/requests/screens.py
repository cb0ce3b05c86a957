"""The screens of asking, as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string

from madoguchi.faces.public_site.requests.offers import (
    FIRST,
    OFFERS,
    Offer,
    Terms,
    in_days,
    offer_of,
    said_of,
)
from madoguchi.faces.public_site.requests.questions import (
    Given,
    asking_of,
    fields_of,
    label_of,
    rows,
)
from madoguchi.faces.public_site.requests.slip import Slip, seal
from madoguchi.faces.public_site.site import site_of
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.foundation.ui.headers import CONTENT_SECURITY
from madoguchi.rooms.rights.rules.asking import WEB

Content = str | bytes


@dataclass(frozen=True, slots=True)
class Door:
    """From where somebody asks: the street, or their own page, which knows some things for sure (`known`)."""

    path: str
    channel: str = WEB
    by: Ref = VISITOR
    person: UUID | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    back: str = "/requests/"


def still(content: Content, status: int = 200) -> HttpResponse:
    """A page without any script, that no search engine keeps."""
    response = HttpResponse(content, status=status)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY["still"]
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def index_screen(now: Terms) -> str:
    first = [said_of(OFFERS[code], now) for code in FIRST]
    rest = [said_of(offer, now) for code, offer in OFFERS.items() if code not in FIRST]
    context = {"site": site_of(now.operator), "first": first, "rest": rest, "terms": now, "fee": now.fee}
    return render_to_string("public/requests/index.html", context)


def form_screen(kind: str, now: Terms, door: Door, given: Given | None = None) -> str:
    given = given or Given()
    parts = fields_of(kind, given, now, door.known)
    asked = [each for fields in parts.values() for each in fields]
    context = _frame(kind, now, door) | parts | {
        "speaks": any(given.answers.get(each["name"]) for each in parts["agent"])
        or any(each["error"] for each in parts["agent"]),
        "message": given.message,
        "errors": [
            {"name": each["name"], "label": each["label"], "message": each["error"]} for each in asked if each["error"]
        ],
    }  # fmt: skip
    return render_to_string("public/requests/form.html", context)


def confirm_screen(
    slip: Slip, now: Terms, door: Door, *, message: str = "", unconfirmed: bool = False
) -> str:
    """`unconfirmed`: they pressed 送信 without confirming the fee."""
    context = _frame(slip.kind, now, door) | _said(slip) | {"message": message, "unconfirmed": unconfirmed}
    return render_to_string("public/requests/confirm.html", context)


def unavailable_screen(slip: Slip, now: Terms, door: Door) -> str:
    """Pressing again sends the very same slip: if the first attempt did arrive, it stays one request."""
    return render_to_string("public/requests/unavailable.html", _frame(slip.kind, now, door) | _said(slip))


def essential_screen(now: Terms, door: Door, given: Given) -> str:
    """What an answer cannot do without is given up only with everything (clause 4-2; T-C4-3)."""
    kept = {key: value for key, value in given.answers.items() if key in ("name", "email") and value}
    context = _frame("collection_stop", now, door) | {
        "kept": kept,
        "erasure": said_of(offer_of("erasure"), now),
        "erasure_path": door.path.replace("collection_stop", "erasure"),
        "essentials": "、".join(now.essentials),
    }
    return render_to_string("public/requests/essential.html", context)


def kept(kind: str, answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Their words for an error page, so that they can be copied from it."""
    return rows(asking_of(kind, answers), typed_only=True)


def _said(slip: Slip) -> dict[str, Any]:
    asking = asking_of(slip.kind, slip.answers)
    return {"answers": rows(asking), "slip": seal(slip), "email": asking.values.get("email", "")}


def _frame(kind: str, now: Terms, door: Door) -> dict[str, Any]:
    offer: Offer = offer_of(kind)
    return {
        "site": site_of(now.operator),
        "offer": said_of(offer, now),
        "terms": now,
        "time": in_days(kind, now),
        "action": door.path,
        "back": door.back,
        "known": [{"label": label_of(kind, key), "value": value} for key, value in door.known.items()],
    }
