"""Where a mail about an inquiry comes from, where its answer goes, and what it answers.

An answer comes back to a mailbox that we read, by an address that names the inquiry where the mailbox takes such ones;
the Message-ID names it in any case (DESK §4.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.rooms.delivery.queries import OpenMailbox, mailbox_for
from madoguchi.rooms.delivery.rules import new_message_id
from madoguchi.rooms.inquiries.threading import reply_address, token_of

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry


@dataclass(frozen=True, slots=True)
class Route:
    """`bounces` is the envelope sender: an address whose mail never opens an inquiry."""

    name: str
    address: str
    reply_to: str
    bounces: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def route_of(inquiry: Inquiry, facts: Mapping[str, str]) -> Route:
    """From the mailbox it came to, if we may send from its domain; else from the company's sender."""
    mailbox = mailbox_for(inquiry.entity_id, inquiry.mailbox_id, inquiry.form_id)
    name, address = facts["sender_name"], facts["sender_address"]
    if mailbox and mailbox.id == inquiry.mailbox_id and _domain(mailbox.address) == _domain(address):
        name, address = mailbox.name or name, mailbox.address
    if mailbox is None:
        return Route(name, address, facts["email"], address)
    back = reply_address(mailbox.address, inquiry) if mailbox.plus else mailbox.address
    return Route(name, address, back, _bounces(mailbox, back, address))


def _bounces(mailbox: OpenMailbox, back: str, address: str) -> str:
    """Bounces come back by the same address, if its domain is ours: a foreign one would fail SPF alignment."""
    return back if mailbox.plus and _domain(back) == _domain(address) else address


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def message_id(route: Route, inquiry: Inquiry) -> str:
    return new_message_id(route.domain, token_of(inquiry))
