"""この方について: how to reach them, what else they asked, what may be sent, what they were shown."""

from typing import TYPE_CHECKING, Any

from madoguchi.foundation.lib import calendar
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.consent.queries import consents, shown_with
from madoguchi.rooms.inquiries.queries import Answers, Row, reference
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
        "shown": {
            "notice_url": f"/notices/{shown.notice.digest}/",
            "notice": shown.notice.number,
            "policy_url": f"/policy/versions/{shown.policy_number}/",
            "policy": shown.policy_number,
        }
        if shown
        else None,
    }


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
