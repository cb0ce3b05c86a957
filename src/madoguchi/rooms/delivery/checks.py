"""Counted from the tables: mails that arrived, and those a person must be told of."""

from datetime import timedelta

from django.db.models import Count as CountOf

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.actions.enqueue import CAPPED, LIMITS
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.queries import given_up_count
from madoguchi.rooms.promises.rules import Count


def arrives_or_alarms() -> Count:
    """Sent, against refused and given up; a mail still on its way is not counted yet."""
    sent = Mail.objects.filter(state=State.SENT).count()
    refused = Mail.objects.filter(state=State.REFUSED).count()
    return Count(sent, refused + given_up_count("delivery.send"))


def no_mail_bombing() -> Count:
    """Addresses within the daily cap of automatic mail, over the last day."""
    today = Mail.objects.filter(kind__in=CAPPED, queued_at__gte=clock.now() - timedelta(days=1)).exclude(
        state=State.HELD
    )
    by_address = today.values("recipient_index").annotate(n=CountOf("id"))
    over = by_address.filter(n__gt=LIMITS.per_address_day).count()
    return Count(by_address.count() - over, over)
