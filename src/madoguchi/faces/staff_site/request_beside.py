"""Beside the step that is next: how the fee stands, the letters that left, and what else can be done."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from madoguchi.faces.staff_site import fields, request_words
from madoguchi.faces.staff_site.fields import Wrong
from madoguchi.faces.staff_site.request_steps import LABELS, letter_url
from madoguchi.foundation.lib import clock
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries import complaints as owners
from madoguchi.rooms.rights.queries.one import Whole
from madoguchi.rooms.rights.rules import complaints, fees
from madoguchi.rooms.rights.rules import requests as rules


def fee(told: Whole) -> dict[str, Any] | None:
    """How the fee was settled, and whether it goes back."""
    if told.fee is None or not told.fee.yen or told.fee.settled_at is None:
        return None
    paid = told.fee.how != "waived"
    return {
        "yen": told.fee.yen,
        "how": fees.HOW[told.fee.how],
        "paid": paid,
        "paid_on": told.fee.paid_on,
        "waived_for": fees.WAIVED.get(told.fee.waived_for, ""),
        "refunded_on": told.fee.refunded_on,
        "receipt_url": reverse("request_receipt", args=[told.request.number]) if paid else "",
    }


def letters(told: Whole) -> Iterator[dict[str, Any]]:
    for each in told.letters:
        yield {
            "label": request_words.letter(each.kind),
            "subject": each.subject,
            "body": request_words.without_keys(each.body),
            "how": request_words.SENT_BY.get(each.channel, ""),
            "at": each.written_at,
            "sent_on": each.sent_on,
            "url": reverse("request_paper", args=[told.request.number, each.id]),
        }


def more(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    """What can be done besides the next step."""
    moves, today = told.moves, clock.today()
    people = {str(each.id): each.name for each in owners.handlers(viewer)}
    present = str(told.request.owner_id) if told.request.owner_id else ""
    return {
        "manage": moves.manage,
        "withdraw": moves.withdraw,
        "reopen": moves.reopen,
        "refund": moves.refund,
        "reissue": _reissuable(told),
        "write": moves.check or (moves.tell and told.fee is not None),
        "letter": letter_url(told, "identity" if moves.check else "fee" if told.fee else ""),
        "owner": fields.choice(http, "owner", LABELS["owner"], people, wrong, value=present),
        "due": fields.day(
            http, "due", LABELS["due"], wrong, value=f"{told.request.due_on}", first=f"{today}",
            last=f"{today + complaints.LATEST}",
        ),
        "due_reason": fields.choice(http, "due-reason", LABELS["due-reason"], complaints.DUE_REASONS, wrong),
        "refunded": fields.day(http, "refunded", LABELS["refunded"], wrong, value=f"{today}", last=f"{today}"),
        "open": {name for name in ("owner", "due", "refunded") if name in wrong}
        | ({"due"} if "due-reason" in wrong else set()),
    }  # fmt: skip


def _reissuable(told: Whole) -> bool:
    """A link that was told once may have broken off, or been lost with the mail."""
    made = told.package
    told_once = told.request.state == rules.State.NOTIFIED
    return (
        told_once and told.moves.manage and made is not None and made.form == "electronic" and made.size > 0
    )
