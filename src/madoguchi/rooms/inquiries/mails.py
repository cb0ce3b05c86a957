"""The mails about an inquiry, composed from the operator's own wording. What was typed is never echoed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import calendar, clock, links
from madoguchi.foundation.lib.merging import merge
from madoguchi.foundation.lib.text import mail_line, shown_name
from madoguchi.rooms.consent.queries import shown_with
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.inquiries.queries import Answers, lane_label, reference, wording
from madoguchi.rooms.organisation.queries import Colleague, entity_facts, operator
from madoguchi.rooms.organisation.rules import merge_facts

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry


@dataclass(frozen=True, slots=True)
class _Letter:
    """What differs between the mails to a person. `before`: Message-IDs of what we sent in this thread,
    oldest first (RFC 5322 §3.6.4)."""

    kind: str
    subject: str
    body: str
    date: datetime
    auto: bool = False
    before: Sequence[str] = ()


def acknowledgement(inquiry: Inquiry, answers: Answers) -> RenderedMail:
    """The receipt: number, when an answer comes, what was shown. Exactly one recipient (T-F0-5)."""
    shown = shown_with(reference(inquiry))
    receipt = f"{settings.BASE_URL}/receipts/{links.mint('receipt', inquiry.id, inquiry.link_issue)}/"
    values = _values(inquiry, answers) | {
        "answer_by": calendar.japanese_date(inquiry.due_at),
        "policy_version": str(shown.policy_number) if shown else "",
        "receipt_url": receipt,
        "mailing_url": f"{receipt}#mailing",
    }
    subject, body = _worded(inquiry, "acknowledgement", values)
    date = inquiry.received_at if inquiry.sample else clock.now()  # a sample's lies in the mailbox of its day
    return _to_person(inquiry, answers, _Letter("acknowledgement", subject, body, date, auto=True))


def refusal(inquiry: Inquiry, answers: Answers, before: Sequence[str]) -> RenderedMail:
    """The polite refusal of a sales pitch, sent by a person's click."""
    subject, body = _worded(inquiry, "refusal", _values(inquiry, answers))
    return _to_person(inquiry, answers, _Letter("refusal", subject, body, clock.now(), before=before))


def refusal_text(inquiry: Inquiry, answers: Answers) -> tuple[str, str]:
    """Subject and text of the refusal as it would go out, to be read before sending."""
    return _worded(inquiry, "refusal", _values(inquiry, answers))


def reply(inquiry: Inquiry, answers: Answers, text: str, before: Sequence[str]) -> RenderedMail:
    facts = entity_facts(inquiry.entity_id)
    subject = f"【{facts['name']}】Re: お問い合わせについて（受付番号 {inquiry.receipt_number}）"
    signature = merge(wording(inquiry.entity_id, "signature").text, _of_operator(inquiry.entity_id))
    body = f"{text.rstrip()}\n\n{signature.strip()}\n"
    return _to_person(inquiry, answers, _Letter("reply", subject, body, clock.now(), before=before))


def staff_notice(entity_id: UUID, inquiries: list[Inquiry], to: Colleague) -> RenderedMail:
    """To a colleague: numbers, lanes and a link; no personal data (DESK §4.10)."""
    facts, first = entity_facts(entity_id), inquiries[0]
    text = wording(entity_id, "staff_notice")
    values = _of_operator(entity_id) | {
        "receipt_number": first.receipt_number
        + (f" ほか{len(inquiries) - 1}件" if len(inquiries) > 1 else ""),
        "received_at": calendar.japanese_date(first.received_at),
        "lane": lane_label(first.lane),
        "desk_url": f"{settings.BASE_URL}/desk/inquiries/{first.receipt_number}/",
    }
    others = "".join(f"\n{each.receipt_number}" for each in inquiries[1:])
    listed = f"\n\nあわせて届いたお問い合わせ{others}\n" if others else ""
    return compose(
        kind="staff-notice",
        sender_name=facts["sender_name"],
        sender_address=facts["sender_address"],
        recipient_name=to.name,
        recipient=to.email,
        subject=merge(text.subject, values),
        text=merge(text.text, values).strip() + listed,
        message_id=_new_id(facts),
        date=clock.now(),
        auto=True,
    )


def _values(inquiry: Inquiry, answers: Answers) -> dict[str, str]:
    company = mail_line(answers.values.get("company", ""))
    return _of_operator(inquiry.entity_id) | {
        "company_line": company,
        "name_line": shown_name(mail_line(answers.values.get("name", ""))),
        "receipt_number": inquiry.receipt_number,
        "received_at": calendar.japanese_date(inquiry.received_at),
    }


def _of_operator(entity_id: UUID) -> dict[str, str]:
    owner = operator(entity_id)
    return merge_facts(owner.facts) | {"operator.hours_text": calendar.hours_text(owner.hours)}


def _worded(inquiry: Inquiry, kind: str, values: dict[str, str]) -> tuple[str, str]:
    text = wording(inquiry.entity_id, kind)
    return merge(text.subject, values), merge(text.text, values).strip() + "\n"


def _to_person(inquiry: Inquiry, answers: Answers, letter: _Letter) -> RenderedMail:
    facts = entity_facts(inquiry.entity_id)
    return compose(
        kind=letter.kind,
        sender_name=facts["sender_name"],
        sender_address=facts["sender_address"],
        recipient_name="",
        recipient=answers.values["email"],
        subject=letter.subject,
        text=letter.body,
        message_id=_new_id(facts),
        date=letter.date,
        reply_to=facts["email"] or None,
        in_reply_to=letter.before[-1] if letter.before else None,
        references=letter.before,
        auto=letter.auto,
    )


def _new_id(facts: dict[str, str]) -> str:
    return new_message_id(facts["sender_address"].rpartition("@")[2])
