"""Put a rendered mail into the outbox, sealed, in the caller's transaction."""

import json
from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.errors import AddressCapReached, SiteCapReached
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.rules import Permit
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blind

# Automatic mail only: a person's reply is never capped.
LIMITS = rules.Limits(per_address_day=5, per_site_hour=20_000)
CAPPED = ("acknowledgement",)


@action
def enqueue(*, permit: Permit, mail: RenderedMail, file: FileKey) -> UUID:
    """Seal and queue; beyond the caps the mail is held, and staff may release it (LAW: no mail bombing)."""
    recipient = blind("email", read_email(mail.recipient).key)
    held = mail.kind in CAPPED and _over_the_caps(recipient, mail.kind)
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
    )
    if held:
        record("delivery.held", about=Ref("mail", id), by=permit.recipient, details={"kind": mail.kind})
    else:
        add_job("delivery.send", id)
    return id


def _over_the_caps(recipient: bytes, kind: str) -> bool:
    now = clock.now()
    today = Mail.objects.filter(recipient_index=recipient, kind=kind, queued_at__gte=now - timedelta(days=1))
    hour = Mail.objects.filter(kind=kind, queued_at__gte=now - timedelta(hours=1))
    sent = hour.count()  # by the index alone; each row is looked at only when that many were queued
    if sent >= LIMITS.per_site_hour:
        sent = hour.exclude(state=State.HELD).count()
    try:
        rules.check_within_caps(
            sent_to_address_today=today.exclude(state=State.HELD).count(),
            sent_site_this_hour=sent,
            limits=LIMITS,
        )
    except (AddressCapReached, SiteCapReached):
        return True
    return False
