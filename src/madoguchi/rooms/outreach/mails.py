"""The mail that tells of a change, composed from the operator's own wording. Nothing of the inquiry is repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import calendar, clock, links, numbers
from madoguchi.foundation.lib.ids import NOBODY
from madoguchi.foundation.lib.merging import merge
from madoguchi.foundation.lib.text import clean_line, mail_line, shorten, shown_name
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.inquiries.queries.addresses import Addressee
from madoguchi.rooms.organisation.queries import entity_facts, operator
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.outreach.queries.changes import ChangeOfPolicy, Clause
from madoguchi.rooms.outreach.rules import LINK, LONGEST_SUBJECT

if TYPE_CHECKING:
    from madoguchi.rooms.outreach.models import Announcement

KIND = "policy-change"
_SOMEBODY = Addressee("hanako@example.jp", "山田 花子", "", NOBODY, NOBODY, b"")


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and text with merge fields."""

    subject: str
    text: str


def link(change: ChangeOfPolicy, told: UUID, issue: int = 1) -> str:
    return f"{settings.BASE_URL}/policy/changes/{change.version.number}/{links.mint(LINK, told, issue)}/"


def preview(change: ChangeOfPolicy, wording: Wording) -> Wording:
    """As it would read; raises MissingField or BrokenTemplate where the wording cannot be merged, UnsafeHeader where
    the company's own facts make no mail."""
    url = f"{settings.BASE_URL}/policy/changes/{change.version.number}/…/"
    merged = _merged(wording, _values(change, _SOMEBODY, url))
    _composed(change.version.entity_id, merged, _SOMEBODY.email)
    return merged


def letter(announcement: "Announcement", change: ChangeOfPolicy, to: Addressee, told: UUID) -> RenderedMail:
    wording = _merged(
        Wording(announcement.subject, announcement.text), _values(change, to, link(change, told))
    )
    return _composed(announcement.entity_id, wording, to.email)


def _composed(entity_id: UUID, wording: Wording, recipient: str) -> RenderedMail:
    facts = entity_facts(entity_id)
    return compose(
        kind=KIND,
        sender_name=facts["sender_name"],
        sender_address=facts["sender_address"],
        recipient_name="",
        recipient=recipient,
        subject=wording.subject,
        text=wording.text,
        message_id=new_message_id(facts["sender_address"].rpartition("@")[2]),
        date=clock.now(),
        reply_to=facts["email"] or None,
        auto=True,
    )


def _merged(wording: Wording, values: Mapping[str, str]) -> Wording:
    """A subject is one line, and one that a header holds, whatever its fields put in."""
    subject = shorten(clean_line(merge(wording.subject, values)), LONGEST_SUBJECT)
    return Wording(subject, merge(wording.text, values).strip() + "\n")


def _values(change: ChangeOfPolicy, to: Addressee, url: str) -> dict[str, str]:
    owner = operator(change.version.entity_id)
    return merge_facts(owner.facts) | {
        "operator.hours_text": calendar.hours_text(owner.hours),
        "privacy_url": f"{settings.BASE_URL}/forms/privacy/",
        "company_line": mail_line(numbers.mask(to.company)),
        "name_line": shown_name(mail_line(numbers.mask(to.name))),
        "policy_title": change.version.title,
        "policy_version": str(change.version.number),
        "effective_on": calendar.japanese_day(clock.local(change.version.effective_from).date()),
        "changes": "\n".join(_line(each) for each in change.clauses),
        "asks_consent": "yes" if change.version.needs_consent else "",
        "change_url": url,
    }


_STANDS = {"new": "新設", "gone": "削除"}


def _line(clause: Clause) -> str:
    """A clause, whether it comes or goes, and what that means; nobody classes what stands behind the last."""
    told = "、".join(each for each in (_STANDS.get(clause.kind, ""), clause.label) if each)
    return f"・{clause.heading}：{told}" if told else f"・{clause.heading}"
