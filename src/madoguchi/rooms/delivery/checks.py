"""Counted from the tables: mails that arrived, those a person must be told of, those that should not have left."""

import json
from datetime import timedelta

from django.db.models import Count as CountOf

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.rooms.delivery.actions.enqueue import CAPPED, LIMITS
from madoguchi.rooms.delivery.jobs import TIMEOUT
from madoguchi.rooms.delivery.models import ArrivedMail, Mail, State, Understanding
from madoguchi.rooms.delivery.queries.arrived import waiting_long
from madoguchi.rooms.gate.queries import announcing, was_stopped
from madoguchi.rooms.jobs.queries import given_up_count
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_key, suppression_mark

SAMPLE = 200  # newest announcements whose address is opened
UNDER_WAY = timedelta(seconds=TIMEOUT)  # what the relay already had when the stop came is not held against us


def arrives_or_alarms() -> Count:
    """Sent, against refused and given up; a mail still on its way is not counted yet."""
    sent = Mail.objects.filter(state=State.SENT).count()
    refused = Mail.objects.filter(state=State.REFUSED).count()
    return Count(sent, refused + given_up_count("delivery.send"))


def arrived_is_understood() -> Count:
    """Mails placed, or put aside for a person, against those that wait for more than an hour."""
    understood = ArrivedMail.objects.exclude(state=Understanding.WAITING).count()
    return Count(understood, waiting_long())


def no_mail_bombing() -> Count:
    """Addresses within the daily cap of automatic mail, over the last day."""
    today = Mail.objects.filter(kind__in=CAPPED, queued_at__gte=clock.now() - timedelta(days=1)).exclude(
        state=State.HELD
    )
    by_address = today.values("recipient_index").annotate(n=CountOf("id"))
    over = by_address.filter(n__gt=LIMITS.per_address_day).count()
    return Count(by_address.count() - over, over)


def stops_hold() -> Count:
    """The newest announcements sent, against those whose recipient had said stop before they left."""
    sent = Mail.objects.filter(state=State.SENT, sent_at__isnull=False, permit_id__in=announcing())
    mails = list(sent.order_by("-id").defer("content")[:SAMPLE])
    broken = sum(_left_after_a_stop(mail) for mail in mails)
    return Count(len(mails) - broken, broken)


def _left_after_a_stop(mail: Mail) -> bool:
    if mail.sent_at is None:
        return False
    return was_stopped(mail.permit_id, _mark(mail), since=mail.sent_at - UNDER_WAY, until=mail.sent_at)


def _mark(mail: Mail) -> bytes | None:
    """What the gate knows the address by; nobody can tell once the person was erased."""
    try:
        address = json.loads(mail.opened(file_key(mail.file_id), "envelope"))["to"]
    except FileErased:
        return None
    return suppression_mark("email", read_email(address).key)
