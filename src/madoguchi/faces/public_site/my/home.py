"""The page itself, put together from what each room tells of one person."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from madoguchi.faces.public_site.my import looks, matters, stops
from madoguchi.faces.public_site.my.here import HOME, Here, page
from madoguchi.faces.public_site.requests.offers import FIRST, OFFERS, said_of, terms
from madoguchi.foundation.lib import links
from madoguchi.rooms.consent.queries import chosen_by
from madoguchi.rooms.consent.queries.standings import replies_of, standing_of
from madoguchi.rooms.inquiries.queries import mine
from madoguchi.rooms.inventory.queries.about_me import held_of
from madoguchi.rooms.people.queries import passkeys_of
from madoguchi.rooms.policy.queries.versions import by_number
from madoguchi.rooms.rights.errors import LinkSpent
from madoguchi.rooms.rights.queries.letter_facts import PACKAGE, STATUS
from madoguchi.rooms.rights.queries.package import current, standing
from madoguchi.rooms.rights.queries.requests import Standing, of_person
from madoguchi.rooms.rights.queries.requests import by_id as request_by_id
from madoguchi.rooms.rights.rules.requests import State

_STATES = {
    State.RECEIVED: "受け付けました",
    State.VERIFYING: "ご本人を確かめています",
    State.INVESTIGATING: "お調べしています",
    State.DECIDED: "お答えをまとめています",
    State.EXECUTED: "お答えをまとめています",
    State.NOTIFIED: "お知らせしました",
    State.CLOSED: "完了",
    State.WITHDRAWN: "取り下げ",
}
_LOOKS = 3  # newest ones; the rest on a page of their own
_MATTERS = 8


def home(request: HttpRequest, here: Here) -> HttpResponse:
    found = matters.rows(here)
    asked = requests_of(here)
    classes = held_of(here.entity_id, here.person)
    card = mine.card_of(here.entity_id, here.person, here.confirmed)
    context = {
        "site": here.site,
        "email": card.email if card else "",
        "noted": stops.said_of(request.GET.get("noted", "")),
        "nothing": not found and not asked,
        "matters": found[:_MATTERS],
        "earlier": found[_MATTERS:],
        "closed": sum(not row["open"] for row in found),
        "opened": any(row["open"] for row in found),
        "requests": asked,
        "files": [each for each in asked if each["package_url"]],
        "uses": stops.uses_of(here),
        "items": stops.items_of(here),
        "classes": [each for each in classes if not each.proof],
        "proofs": [each for each in classes if each.proof],
        "looks": looks.looks_at(here, matters.open_in(found), lists=False)[:_LOOKS],
        "policy": _policy(here),
        "replies": replies_of(here.person),
        "choices": chosen_by(here.person),
        "receipts": _receipts(found),
        "offers": _offers(),
        "keys": len(passkeys_of(here.person)),
    }
    return page("home", context)


def requests_of(here: Here) -> list[dict[str, Any]]:
    """How each stands; the link to it for those that carry a name they named."""
    return [_request(each, here) for each in of_person(here.person)]


def _request(each: Standing, here: Here) -> dict[str, Any]:
    """A colleague on the same mailbox sees that it is there, and opens nothing of it."""
    token = ""
    if each.id in here.confirmed:
        token = links.mint(STATUS, each.id, request_by_id(each.id).link_issue)
    return {
        "standing": each,
        "label": OFFERS[each.kind].title,
        "state": _STATES[State(each.state)],
        "url": f"/requests/{token}/" if token else "",
        "package_url": package_url(each.id) if token else "",
    }


def package_url(request_id: UUID) -> str:
    """The one-time hand-over of what is ready for them; empty when there is nothing, or no more."""
    package = current(request_id)
    if package is None:
        return ""
    token = links.mint(PACKAGE, package.id, package.link_issue)
    try:
        standing(token)
    except LinkSpent:
        return ""
    return f"/requests/{token}/package/"


def _policy(here: Here) -> Any:
    number = standing_of(here.entity_id, here.person).policy
    return by_number(here.entity_id, number) if number is not None else None


def _receipts(found: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Of what is open to them: the wording and the version that were shown, and what they chose."""
    return [
        {"number": each.number, "url": f"/receipts/{links.mint('receipt', each.id, each.link_issue)}/"}
        for each in matters.open_in(found)[:_MATTERS]
    ]


def _offers() -> list[dict[str, Any]]:
    now = terms()
    return [said_of(OFFERS[code], now) | {"url": f"{HOME}requests/new/{code}/"} for code in FIRST]
