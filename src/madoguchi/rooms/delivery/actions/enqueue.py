"""Put a rendered mail into the outbox, sealed, in the caller's transaction."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.errors import AddressCapReached, AddressReturnsMail, SiteCapReached
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.rules import Permit
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blinds

# Automatic mail only: a person's reply is never capped.
LIMITS = rules.Limits(per_address_day=5, per_site_hour=20_000)
CAPPED = ("acknowledgement", "request-received")


@action
def enqueue(*, permit: Permit, mail: RenderedMail, file: FileKey, not_before: datetime | None = None) -> UUID:
    """Seal and queue; beyond the caps, and to an address whose mail comes back, it is held with a reason, and staff
    may release it (LAW: no mail bombing). Until `not_before` it can be recalled."""
    recipient, *older = blinds("email", read_email(mail.recipient).key)
    held = _why_held(mail.kind, [recipient, *older])
    id = uuid7()
    insert(
        Mail,
        id=id,
        kind=mail.kind,
        permit_id=permit.id,
        file_id=file.id,
        envelope=file.seal(
            Mail, "envelope", id, json.dumps({"from": mail.envelope_from, "to": mail.recipient})
        ),
        content=file.seal_bytes(Mail, "content", id, mail.content),
        message_id=mail.message_id,
        recipient_index=recipient,
        state=State.HELD if held else State.QUEUED,
        code=held,
    )
    if held:
        record("delivery.held", about=Ref("mail", id), by=permit.recipient, details={"kind": mail.kind})
    else:
        add_job("delivery.send", id, due_at=not_before)
    return id


def _why_held(kind: str, recipient: Sequence[bytes]) -> str:
    """`recipient` under every index key that is still open: a change of keys gives nobody a second helping."""
    try:
        rules.check_address_works(last_two_came_back=_last_two_came_back(recipient))
        if kind in CAPPED:
            _check_caps(kind, recipient)
    except (AddressReturnsMail, AddressCapReached, SiteCapReached) as reason:
        return reason.code
    return ""


def _last_two_came_back(recipient: Sequence[bytes]) -> bool:
    """Of those that left us; one that arrived afterwards makes the address good again."""
    left = Mail.objects.filter(recipient_index__in=recipient, state__in=(State.SENT, State.REFUSED))
    last = list(left.order_by("-queued_at").values_list("state", "code")[:2])
    return len(last) == 2 and all(rules.is_dead_end(state, code) for state, code in last)


def _check_caps(kind: str, recipient: Sequence[bytes]) -> None:
    now = clock.now()
    today = Mail.objects.filter(
        recipient_index__in=recipient, kind=kind, queued_at__gte=now - timedelta(days=1)
    )
    hour = Mail.objects.filter(kind=kind, queued_at__gte=now - timedelta(hours=1))
    sent = hour.count()  # by the index alone; each row is looked at only when that many were queued
    if sent >= LIMITS.per_site_hour:
        sent = hour.exclude(state=State.HELD).count()
    rules.check_within_caps(
        sent_to_address_today=today.exclude(state=State.HELD).count(),
        sent_site_this_hour=sent,
        limits=LIMITS,
    )
