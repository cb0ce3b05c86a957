"""The mails about an inquiry, composed from the operator's own wording. What was typed is never echoed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import calendar, clock, links, numbers
from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.merging import merge
from madoguchi.foundation.lib.text import mail_line, shown_name
from madoguchi.rooms.consent.queries import shown_with
from madoguchi.rooms.delivery.rules import Enclosed, RenderedMail, compose, new_message_id
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.inquiries.queries import wordings
from madoguchi.rooms.inquiries.queries.lists import lane_label
from madoguchi.rooms.inquiries.queries.mails import last_heard, wording
from madoguchi.rooms.inquiries.queries.one import Answers, reference
from madoguchi.rooms.inquiries.routing import message_id, route_of
from madoguchi.rooms.organisation.queries import Colleague, entity_facts, hours_of, operator
from madoguchi.rooms.organisation.rules import merge_facts

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry


PRIVACY = "/forms/privacy/"  # the contact of clause 10, one step away from every mail too (T-C10-1)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What differs between the mails to a person. `before`: Message-IDs of this thread, oldest first (RFC 5322
    §3.6.4): what we sent, and last the person's mail that this one answers."""

    kind: str
    subject: str
    body: str
    date: datetime
    auto: bool = False
    before: Sequence[str] = ()
    enclosed: Sequence[Enclosed] = ()


def acknowledgement(inquiry: Inquiry, answers: Answers) -> RenderedMail:
    """The receipt: number, when an answer comes, what was shown. Exactly one recipient (T-F0-5)."""
    shown = shown_with(reference(inquiry))
    receipt = _receipt_url(inquiry)
    offered = shown and definition_of(inquiry.form_version_id).mailing_offer
    values = _values(inquiry, answers) | {
        "answer_by": calendar.japanese_date(inquiry.due_at),
        "out_of_hours": out_of_hours(inquiry.entity_id, inquiry.received_at, hours_of(inquiry.entity_id)),
        "policy_version": str(shown.policy_number) if shown else "",
        "receipt_url": receipt if shown else "",
        "mailing_url": f"{receipt}#mailing" if offered else "",
    }
    subject, body = _worded(inquiry, "acknowledgement", values)
    date = inquiry.received_at if inquiry.sample else clock.now()  # a sample's lies in the mailbox of its day
    heard = last_heard(inquiry.id)
    letter = _Letter("acknowledgement", subject, body, date, auto=True, before=[heard] if heard else [])
    return _to_person(inquiry, answers, letter)


def refusal(inquiry: Inquiry, answers: Answers, before: Sequence[str]) -> RenderedMail:
    """The polite refusal of a sales pitch, sent by a person's click."""
    subject, body = _worded(inquiry, "refusal", _values(inquiry, answers))
    return _to_person(inquiry, answers, _Letter("refusal", subject, body, clock.now(), before=before))


def refusal_text(inquiry: Inquiry, answers: Answers) -> tuple[str, str]:
    """Subject and text of the refusal as it would go out, to be read before sending."""
    return _worded(inquiry, "refusal", _values(inquiry, answers))


def reply(
    inquiry: Inquiry,
    answers: Answers,
    text: str,
    before: Sequence[str],
    enclosed: Sequence[Enclosed] = (),
    *,
    on_page: bool = False,
) -> RenderedMail:
    """It answers the person's own last mail, when that is how they wrote; what we sent comes before it.
    `on_page`: the mail leads to the page of the receipt, where the text stands."""
    facts = entity_facts(inquiry.entity_id)
    subject = f"【{facts['name']}】Re: お問い合わせについて（受付番号 {inquiry.receipt_number}）"
    text = _only_where(inquiry, answers) if on_page else text
    signed = signature(inquiry.entity_id)
    body = f"{text.rstrip()}\n" if signed in text else f"{text.rstrip()}\n\n{signed}\n"
    heard = last_heard(inquiry.id)
    thread = [*before, heard] if heard else before
    letter = _Letter("reply", subject, body, clock.now(), before=thread, enclosed=enclosed)
    return _to_person(inquiry, answers, letter)


def first_letter(
    inquiry: Inquiry, answers: Answers, subject: str, text: str, enclosed: Sequence[Enclosed] = ()
) -> RenderedMail:
    """A mail of ours that nobody asked for just now: it begins an inquiry of its own."""
    facts = entity_facts(inquiry.entity_id)
    shown = f"【{facts['name']}】{subject}（受付番号 {inquiry.receipt_number}）"
    body = f"{text.rstrip()}\n\n{signature(inquiry.entity_id)}\n"
    return _to_person(inquiry, answers, _Letter("reply", shown, body, clock.now(), enclosed=enclosed))


def signature(entity_id: UUID) -> str:
    """What stands under every reply, unless its text has it already (the field 署名)."""
    return merge(wording(entity_id, "signature").text, of_operator(entity_id)).strip()


def _only_where(inquiry: Inquiry, answers: Answers) -> str:
    """For what does not belong in a mail: that an answer is there, and where."""
    name = shown_name(_line(answers.values.get("name", "")))
    said = (
        f"お問い合わせ（受付番号 {inquiry.receipt_number}）へのお返事をご用意しました。\n"
        "大切な内容のため、このメールには書かず、受付の控えのページでお見せします。"
    )
    return "\n\n".join(filter(None, (name, said, _receipt_url(inquiry))))


def _receipt_url(inquiry: Inquiry) -> str:
    return f"{settings.BASE_URL}/receipts/{links.mint('receipt', inquiry.id, inquiry.link_issue)}/"


def staff_notice(
    entity_id: UUID, inquiries: Sequence[Inquiry], to: Colleague, *, more: int = 0
) -> RenderedMail:
    """To a colleague: numbers, lanes and a link; no personal data (DESK §4.10)."""
    facts, first = entity_facts(entity_id), inquiries[0]
    text = wording(entity_id, "staff_notice")
    values = of_operator(entity_id) | {
        "receipt_number": first.receipt_number
        + (f" ほか{len(inquiries) - 1 + more}件" if len(inquiries) + more > 1 else ""),
        "received_at": calendar.japanese_date(first.received_at),
        "lane": lane_label(first.lane),
        "desk_url": f"{settings.BASE_URL}/desk/inquiries/{first.receipt_number}/",
    }
    others = "".join(f"\n{each.receipt_number}" for each in inquiries[1:])
    others += f"\nほか {more} 件" if more else ""
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
    company = _line(answers.values.get("company", ""))
    return of_operator(inquiry.entity_id) | {
        "company_line": company,
        "name_line": shown_name(_line(answers.values.get("name", ""))),
        "receipt_number": inquiry.receipt_number,
        "received_at": calendar.japanese_date(inquiry.received_at),
    }


def _line(typed: str) -> str:
    """A name as it may stand in a mail: numbers masked, no addresses."""
    return mail_line(numbers.mask(typed))


def of_operator(entity_id: UUID) -> dict[str, str]:
    owner = operator(entity_id)
    return merge_facts(owner.facts) | {
        "operator.hours_text": calendar.hours_text(owner.hours),
        "privacy_url": f"{settings.BASE_URL}{PRIVACY}",
    }


def out_of_hours(entity_id: UUID, at: datetime, hours: Hours) -> str:
    """The passage for what comes while the desk is closed, by the moment of arrival; nothing while it is open, or
    where the operator wrote nothing."""
    kind = wordings.variant(at, hours)
    text = wording(entity_id, kind).text if kind else ""
    values = of_operator(entity_id) | {"opens_at": calendar.next_opening(at, hours)}
    if kind == "closed-closure":
        values["closure"] = wordings.closure_name(at, hours)
    return merge(text, values).strip()


def _worded(inquiry: Inquiry, kind: str, values: dict[str, str]) -> tuple[str, str]:
    text = wording(inquiry.entity_id, kind)
    return merge(text.subject, values), merge(text.text, values).strip() + "\n"


def _to_person(inquiry: Inquiry, answers: Answers, letter: _Letter) -> RenderedMail:
    route = route_of(inquiry, entity_facts(inquiry.entity_id))
    return compose(
        kind=letter.kind,
        sender_name=route.name,
        sender_address=route.address,
        recipient_name="",
        recipient=answers.values["email"],
        subject=letter.subject,
        text=letter.body,
        message_id=message_id(route, inquiry),
        date=letter.date,
        reply_to=route.reply_to or None,
        in_reply_to=letter.before[-1] if letter.before else None,
        references=letter.before,
        auto=letter.auto,
        envelope_from=route.bounces,
        enclosed=letter.enclosed,
    )


def _new_id(facts: dict[str, str]) -> str:
    return new_message_id(facts["sender_address"].rpartition("@")[2])
