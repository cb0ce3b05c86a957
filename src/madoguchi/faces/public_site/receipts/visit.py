"""What a visitor's own link opens: one inquiry of theirs, what was shown with it, and the mailing choice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.foundation.lib import links
from madoguchi.rooms.consent.queries import Shown, shown_with
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.forms.rules import Definition, contact_keys
from madoguchi.rooms.inquiries.errors import InquiryErased, NoSuchInquiry
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id, reference
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_keys, suppression_mark

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

EVENT_MAIL = "event-mail"
UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Visit:
    inquiry: "Inquiry"
    shown: Shown
    definition: Definition


def visit(purpose: str, token: str) -> Visit:
    """Raises NoSuchInquiry for a token that is not ours, is for something else, or was revoked; InquiryErased, which
    is one of them, when what it led to is gone."""
    named = links.named(token)
    if named is None:
        raise NoSuchInquiry
    inquiry = by_id(named)
    if not links.holds(purpose, token, inquiry.link_issue):
        raise NoSuchInquiry
    if purpose != UNSUBSCRIBE and not file_keys([inquiry.file_id]):  # a way out is never closed
        raise InquiryErased
    shown = shown_with(reference(inquiry))
    if shown is None:
        raise NoSuchInquiry
    return Visit(inquiry, shown, definition_of(inquiry.form_version_id))


def address_of(inquiry: "Inquiry") -> str:
    """The address that was typed; empty when there was none or it has been erased."""
    try:
        return answers_of(inquiry).values.get("email", "")
    except FileErased:
        return ""


def mark_of(inquiry: "Inquiry") -> bytes | None:
    """The permanent mark of the address, for choices that must outlive everything else; None without one."""
    email, _ = contact_keys({"email": address_of(inquiry)})
    return suppression_mark("email", email) if email else None


def masked(address: str) -> str:
    """h•••@example.jp: enough to recognise one's own, too little for a passer-by."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if address else ""


def has_chosen(visited: Visit) -> bool:
    """Whether a mailing was asked for with this inquiry; what others asked for with this address is not told."""
    return any(
        choice.purpose == EVENT_MAIL and choice.withdrawn_at is None for choice in visited.shown.choices
    )
