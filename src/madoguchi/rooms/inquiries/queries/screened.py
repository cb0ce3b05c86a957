"""What screening is told of an inquiry: its texts, who we are, and whether staff have dealt with this sender before."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from madoguchi.foundation.lib.contact import Unreadable, read_email, read_phone
from madoguchi.rooms.delivery.queries.mailboxes import own_addresses
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Lane, Status
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.rules import OUTGOING
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.screening.actions.judge import Facts, company_domain, ends_relation, keys_of, registered
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blinds, file_keys, readable
from madoguchi.rooms.vault.queries.search import files_with

_MOST = 20  # inquiries of the same company that are looked through
_HANDLED = Q(first_answered_at__isnull=False) | Q(channel=OUTGOING)


def facts_of(inquiry: Inquiry, *, fixed: bool = False) -> Facts:
    """Raises FileErased when what was written is gone."""
    values = dict(answers_of(inquiry).values)
    return Facts(
        entity_id=inquiry.entity_id, about=inquiry.id, file_id=inquiry.file_id, fields=values,
        channel=inquiry.channel, own=own_keys(inquiry.entity_id), fixed=fixed,
        signals=frozenset(inquiry.signals.split()),
    )  # fmt: skip


def is_known(inquiry: Inquiry, facts: Facts) -> bool:
    """Answered before as a customer, by address, number or company; a mark as a pitch since ends it."""
    handled = list(_handled(inquiry, facts))
    if not handled:
        return False
    ended = ends_relation(facts)
    return any(not ended(at) for at in handled)


def own_keys(entity_id: UUID) -> frozenset[str]:
    """Addresses, domains and numbers of ours: they tell no sender apart."""
    facts = entity_facts(entity_id)
    addresses = {_key(facts["email"]), _key(facts["sender_address"]), *own_addresses(entity_id)} - {""}
    domains = {company_domain(address) for address in addresses}
    domains.add(registered(urlsplit(settings.BASE_URL).hostname or ""))  # pitches quote the page they came by
    return frozenset(addresses | domains | {_number(facts["phone"])}) - {""}


def is_untouched(inquiry: Inquiry) -> bool:
    """In the inbox, and no colleague has taken it up or decided where it belongs."""
    if inquiry.lane != Lane.INBOX or inquiry.merged_into_id or inquiry.assignee_id:
        return False
    if inquiry.status not in (Status.NEW, Status.OPEN) or inquiry.first_answered_at is not None:
        return False
    return not Entry.objects.filter(inquiry_id=inquiry.id, code__in=("lane", "request-opened")).exists()


def _handled(inquiry: Inquiry, facts: Facts) -> Iterator[datetime]:
    """When this sender was last answered, by each way of knowing them."""
    others = Inquiry.objects.filter(
        _HANDLED, entity_id=inquiry.entity_id, lane=Lane.INBOX, **readable("file")
    )
    others = others.exclude(id=inquiry.id)
    if facts.fields.get("email"):
        yield from _when(others.filter(person_id=inquiry.person_id))
    keys = keys_of(facts)
    if keys.phone:
        yield from _when(others.filter(phone_index__in=blinds("phone", keys.phone)))
    if keys.domain:
        yield from _when(others.filter(id__in=_of_company(others, keys.domain)))


def _when(rows: QuerySet[Inquiry]) -> Iterator[datetime]:
    newest = rows.order_by("-received_at").values_list("first_answered_at", "received_at")[:_MOST]
    for answered, received in newest:
        yield answered or received


def _of_company(others: QuerySet[Inquiry], domain: str) -> list[UUID]:
    rows = list(others.filter(file_id__in=files_with("email", domain, limit=_MOST)))
    keys = file_keys([row.file_id for row in rows])
    return [row.id for row in rows if row.file_id in keys and _domain(row, keys) == domain]


def _domain(row: Inquiry, keys: Mapping[UUID, FileKey]) -> str:
    values = json.loads(row.opened(keys[row.file_id], "answers"))
    return company_domain(_key(values.get("email", "")))


def _key(address: str) -> str:
    try:
        return read_email(address).key if address else ""
    except Unreadable:
        return ""


def _number(typed: str) -> str:
    try:
        return read_phone(typed).key if typed else ""
    except Unreadable:
        return ""
