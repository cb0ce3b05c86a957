"""The outbox: what waits to leave, and what did not arrive."""

from datetime import datetime
from uuid import UUID

from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.delivery.queries import IN_TROUBLE, MailState, mail_states
from madoguchi.rooms.jobs.queries import waiting

MOST = 200


def refused_lately(*, limit: int) -> list[UUID]:
    """The newest mails to people that were refused or came back."""
    mails = Mail.objects.filter(IN_TROUBLE, state="refused").exclude(kind="staff-notice")
    return list(mails.order_by("-queued_at", "-id").values_list("id", flat=True)[:limit])


def waiting_to_leave(*, limit: int = MOST) -> list[tuple[MailState, datetime]]:
    """The whole installation's, the next one first, each with the moment of its next attempt."""
    due = waiting("delivery.send", limit=limit)
    states = mail_states(due)
    return [(states[id], at) for id, at in due.items() if id in states and states[id].state == "queued"]
