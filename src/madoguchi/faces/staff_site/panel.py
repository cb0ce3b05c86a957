"""この方について: how to reach them, what else they asked, what may be sent, what they were shown."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from madoguchi.foundation.lib import calendar
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.consent.queries import consents, shown_with
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.matters import retention_of
from madoguchi.rooms.inquiries.queries.one import Answers, reference
from madoguchi.rooms.inquiries.queries.trays import waits_for_a_person
from madoguchi.rooms.inventory.queries.holds import holds_on
from madoguchi.rooms.inventory.queries.until import until
from madoguchi.rooms.organisation.queries import Viewer

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

# In this order, whatever the order of the form.
_CONTACT = ("company", "name", "phone", "email", "website")
_MAILINGS = "event-mail"


def panel(
    viewer: Viewer, inquiry: "Inquiry", row: Row, answers: Answers | None, related: list[dict[str, Any]]
) -> dict[str, Any]:
    shown = shown_with(reference(inquiry))
    return {
        "contact": _contact(answers) if answers else [],
        "related": related,
        "mailing": _mailing(inquiry, shown) if answers else None,
        "kept": _kept(inquiry) if answers else "",
        "hold": _hold_label(inquiry) if answers and viewer.role == "officer" else "",
        "person_url": f"{reverse('person', args=[inquiry.person_id])}?{urlencode({'from': row.receipt_number})}"
        if answers
        else "",
        "shown": {
            "notice_url": f"/notices/{shown.notice.digest}/",
            "notice": shown.notice.number,
            "policy_url": f"/policy/versions/{shown.policy_number}/",
            "policy": shown.policy_number,
        }
        if shown
        else None,
    }


def _kept(inquiry: "Inquiry") -> str:
    """Until when it is kept, as far as that is known today."""
    retention, since = retention_of(inquiry)
    found = until(entity_id=inquiry.entity_id, retention=retention, since=since, file=inquiry.file_id)
    if found.held_until:
        return f"保留のため、{calendar.japanese_day(found.held_until)}までは消去しません。"
    if not found.period:
        return "保存する期限は、まだ決めていません。"
    if waits_for_a_person(inquiry):
        return "お客様かもしれないため、仕分けが決まるまでは消去しません。"
    if found.last_day:
        return f"{calendar.japanese_day(found.last_day)}まで保存し、そのあと消去します。"
    return f"{found.runs_from}から{found.period}保存し、そのあと消去します。"


def _hold_label(inquiry: "Inquiry") -> str:
    return "廃棄の保留を変える" if holds_on([inquiry.file_id]) else "廃棄を保留する"


def _contact(answers: Answers) -> list[dict[str, str]]:
    labels = {spec.key: spec.label for spec in answers.fields}
    return [
        {"key": key, "label": labels[key], "value": shown_name(value) if key == "name" else value}
        for key in _CONTACT
        if (value := answers.values.get(key, "")) and key in labels
    ]


def _mailing(inquiry: "Inquiry", shown: Any) -> dict[str, str]:
    """May event mails go out, why not, and what would change it."""
    if not consents(inquiry.person_id, _MAILINGS):
        return {
            "state": "ご案内は送れません。お申し込みをいただいていないためです。",
            "next": "ご希望の方には、自動返信に書かれた「受付の控え」のページでお申し込みいただけます。",
        }
    given = [choice.given_at for choice in shown.choices if choice.withdrawn_at is None] if shown else []
    since = (
        f"{calendar.japanese_date(given[-1])}に、お申し込みがありました。"
        if given
        else "お申し込みをいただいています。"
    )
    return {"state": "ご案内をお送りできます。", "next": since}
