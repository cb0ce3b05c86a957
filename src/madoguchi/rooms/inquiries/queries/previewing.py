"""A mail as it would read, with invented values and at a chosen moment."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.hours import due_at
from madoguchi.foundation.lib.merging import merge
from madoguchi.rooms.inquiries.mails import of_operator, out_of_hours
from madoguchi.rooms.inquiries.queries.wordings import KINDS, closure_name
from madoguchi.rooms.organisation.queries import hours_of

_INVENTED: Mapping[str, str] = {
    "company_line": "有限会社青葉食堂", "name_line": "山田 花子 様", "policy_version": "3", "lane": "受信箱",
    "receipt_url": "https://…/receipts/…/", "mailing_url": "https://…/receipts/…/#mailing", "desk_url": "https://…/desk/inquiries/…/",
}  # fmt: skip


def preview(entity_id: UUID, kind: str, subject: str, text: str, at: datetime) -> tuple[str, str]:
    """Raises MissingField and BrokenTemplate, so it is also the check of what somebody wrote."""
    values = of_operator(entity_id) | _values(entity_id, kind, at)
    return merge(subject, values), merge(text, values).strip()


def _values(entity_id: UUID, kind: str, at: datetime) -> dict[str, str]:
    hours = hours_of(entity_id)
    known = dict(_INVENTED) | {
        "receipt_number": f"M-{clock.local(at):%Y%m%d}-7K4P",
        "received_at": calendar.japanese_date(at),
        "answer_by": calendar.japanese_date(due_at(at, hours)),
        "opens_at": calendar.next_opening(at, hours),
        "closure": closure_name(at, hours) or "年末年始",
        "out_of_hours": out_of_hours(entity_id, at, hours),
    }
    return {name: value for name, value in known.items() if name in KINDS[kind].fields}
