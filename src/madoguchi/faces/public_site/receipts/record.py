"""The record behind 控え, one for the page and for programs, shaped after ISO/IEC TS 27560:2023.

Three facts stay apart: what was shown, what sending was deemed to acknowledge, what was chosen (LAW N1). Every
field is explained in docs/reference/receipts.md. No word of the inquiry, no name, no address; and nothing that the
holder of the address said elsewhere, since whoever typed the address reads this.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from madoguchi.faces.public_site.receipts.visit import EVENT_MAIL, Visit
from madoguchi.foundation.lib import clock
from madoguchi.rooms.consent.rules import CHOSEN
from madoguchi.rooms.gate.rules import Basis, Purpose
from madoguchi.rooms.inventory.queries.told import kept
from madoguchi.rooms.organisation.queries import facts_history, operator
from madoguchi.rooms.policy.queries.versions import by_number

VERSION = "1"
_FACTS = ("name", "address", "representative_title", "representative")
_KEPT = ("inquiry", "sales", "junk")  # classes under which an inquiry may fall; which one is not told


def record_of(visited: Visit, token: str) -> dict[str, Any]:
    inquiry, shown = visited.inquiry, visited.shown
    return {
        "schema_version": VERSION,
        "record_id": str(shown.id),
        "language": shown.notice.locale,
        "receipt_number": inquiry.receipt_number,
        "received_at": _time(inquiry.received_at),
        "controller": _controller(inquiry.entity_id),
        "form": visited.definition.title,
        "pii_information": [spec.label for spec in visited.definition.fields],
        "notice": {
            "number": shown.notice.number,
            "digest": shown.notice.digest,
            "url": f"{settings.BASE_URL}/notices/{shown.notice.digest}/",
            "shown_at": _time(shown.shown_at),
        },
        "policy": {
            "title": shown.policy_title,
            "number": shown.policy_number,
            "digest": shown.policy_digest,
            "url": _policy_url(shown.policy_number),
            "shown_at": _time(shown.shown_at),
        },
        "acknowledgement": {"deemed": shown.deemed, "by": "submission" if shown.deemed else None},
        "purposes": list(_purposes(visited)),
        "consents": [_consent(inquiry.entity_id, choice) for choice in shown.choices],
        "retention": _retention(inquiry.entity_id),
        "withdrawal": {
            "method": "この控えのページの「取り消す」、またはご案内メールに書かれたリンクから、いつでも無料で取り消せます。",
            "url": f"{settings.BASE_URL}/receipts/{token}/#mailing",
        }
        if visited.definition.mailing_offer
        else None,
        "events": sorted(_events(visited), key=lambda event: event["event_time"]),
    }


def announced_in(record: dict[str, Any]) -> list[str]:
    """The sentences of the purposes, each once; the offer of mailings stands with the choice itself."""
    said = (each["says"] for each in record["purposes"] if each["purpose"] != EVENT_MAIL)
    return list(dict.fromkeys(said))


def _controller(entity_id: UUID) -> dict[str, Any]:
    facts = operator(entity_id).facts
    contact = {name: facts[name] for name in ("desk", "phone", "email") if facts[name]}
    return {name: facts[name] for name in _FACTS} | {
        "contact": contact | {"url": f"{settings.BASE_URL}/forms/privacy/"}
    }


def _purposes(visited: Visit) -> Iterator[dict[str, str]]:
    """What the notice says it uses the data for; and the policy, where sending acknowledged it."""
    shown, told = visited.shown, set[str]()
    for code in shown.notice.uses:
        words = shown.notice.wording["mailing_wording" if code == EVENT_MAIL else "use"]
        told.add(code)
        yield {"purpose": code, "says": words, "lawful_basis": _basis(code), "announced_in": "notice"}
    policy = by_number(visited.inquiry.entity_id, shown.policy_number) if shown.deemed else None
    for clause in policy.clauses if policy else ():
        for code, words in _as_told(clause):
            if code not in told:
                told.add(code)
                yield {"purpose": code, "says": words, "lawful_basis": _basis(code), "announced_in": "policy"}


def _as_told(clause: dict[str, Any]) -> list[tuple[str, str]]:
    """In the order of the text: a database may keep the names in another."""
    uses: dict[str, str] = clause["parameters"].get("uses", {})
    return sorted(uses.items(), key=lambda use: (clause["text"].find(use[1]), use[0]))


def _basis(code: str) -> str:
    if code == Purpose.ANSWER:
        return Basis.OWN_REQUEST.value
    return Basis.CONSENT.value if code in CHOSEN else Basis.ANNOUNCED.value


def _consent(entity_id: UUID, choice: Any) -> dict[str, Any]:
    return {
        "purpose": choice.purpose,
        "says": choice.notice.wording["mailing_wording"],
        "sender": _sender(entity_id, choice.given_at),
        "notice": choice.notice.digest,
        "state": "withdrawn" if choice.withdrawn_at else "given",
        "given_at": _time(choice.given_at),
        "withdrawn_at": _time(choice.withdrawn_at),
    }


def _sender(entity_id: UUID, at: datetime) -> str:
    """What the company was called then."""
    known = facts_history(entity_id)
    then = next((each.facts for each in known if each.since <= at), known[-1].facts if known else {})
    return str(then.get("name") or operator(entity_id).facts["name"])


def _retention(entity_id: UUID) -> dict[str, Any]:
    return {
        "inquiry": list(kept(entity_id, _KEPT)),
        "record": list(kept(entity_id, ["consent"])),
        "url": f"{settings.BASE_URL}/policy/data/",
    }


def _events(visited: Visit) -> Iterator[dict[str, Any]]:
    shown = visited.shown
    yield _event("notice-shown", shown.shown_at)
    if shown.deemed:
        yield _event("policy-acknowledged", shown.shown_at)
    for choice in shown.choices:
        yield _event("consent-given", choice.given_at, choice.purpose)
        if choice.withdrawn_at:
            yield _event("consent-withdrawn", choice.withdrawn_at, choice.purpose)


def _event(kind: str, at: datetime, about: str = "") -> dict[str, Any]:
    return {"event_type": kind, "event_time": _time(at)} | ({"about": about} if about else {})


def _policy_url(number: int) -> str:
    return f"{settings.BASE_URL}/policy/versions/{number}/"


def _time(moment: datetime | None) -> str | None:
    return clock.local(moment).isoformat(timespec="seconds") if moment else None
